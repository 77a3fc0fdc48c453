"""Counts of facets, compared with counts of single pages."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.index.arrays import offsets
from zhsearch.search.embedded.facets import Facet, Facets

VALUES = tuple(f"tag {number}" for number in range(30))
_ORDER = np.argsort(np.argsort(VALUES))


def facets(tags: list[list[int]]) -> Facets:
    """Facets of pages that have these tags."""
    ids = np.array([tag for page_tags in tags for tag in page_tags], dtype=np.int64)
    by_key = {value: number for number, value in enumerate(VALUES)}
    starts = offsets([len(page_tags) for page_tags in tags])
    return Facets({"tag": Facet(VALUES, starts, ids, by_key, VALUES, VALUES, _ORDER)})


def assert_counted(tags: list[list[int]], pages: list[int]) -> None:
    """Every value is counted as often as the pages have it."""
    expected = Counter(tag for page in pages for tag in tags[page])
    counts = facets(tags).count(np.array(pages, dtype=np.int64))
    assert counts.tolist() == [expected[tag] for tag in range(len(VALUES))]


_TAGS = st.lists(st.lists(st.integers(0, len(VALUES) - 1), unique=True, max_size=30), min_size=1, max_size=20)


@given(st.data(), _TAGS)
def test_every_value_is_counted_as_often_as_the_pages_have_it(
    data: st.DataObject, tags: list[list[int]]
) -> None:
    pages = data.draw(st.lists(st.integers(0, len(tags) - 1), unique=True))
    assert_counted(tags, sorted(pages))


def test_a_page_with_many_more_tags_than_others_is_counted_with_all_of_them() -> None:
    tags = [[page % 30] for page in range(400)]
    tags[7] = list(range(30))
    assert_counted(tags, [0, 7, 399])
    assert_counted(tags, [0, 8, 399])


def test_a_selected_value_is_shown_even_if_no_page_has_it() -> None:
    tags = facets([[0, 1], [1]])
    shown = tags.shown(tags.count(np.array([1])), [0])["tag"]
    assert shown == [
        {"value": "tag 1", "count": 1, "selected": False},
        {"value": "tag 0", "count": 0, "selected": True},
    ]
