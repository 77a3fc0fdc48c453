"""Ascending lists of pages, against Python's sets and sums."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.index.arrays import IntArray
from zhsearch.search.embedded.hits import ScoredPages, intersect, membership, sum_union

DENSE = st.sets(st.integers(0, 300), max_size=200)
THIN = st.sets(st.integers(0, 100_000), max_size=90)
SETS = DENSE | THIN


def ascending(pages: set[int]) -> IntArray:
    return np.array(sorted(pages), dtype=np.int64)


@given(SETS, SETS)
def test_what_two_lists_share(some: set[int], others: set[int]) -> None:
    assert intersect(ascending(some), ascending(others)).tolist() == sorted(some & others)


@given(SETS, SETS)
def test_which_pages_are_in_a_list(some: set[int], pages: set[int]) -> None:
    assert membership(ascending(some), ascending(pages)).tolist() == [page in some for page in sorted(pages)]


@given(st.lists(SETS, max_size=5))
def test_points_of_a_page_are_added_up(several: list[set[int]]) -> None:
    hits = [
        ScoredPages(ascending(pages), np.array(sorted(pages)) * 0.5 + at) for at, pages in enumerate(several)
    ]
    total: defaultdict[int, float] = defaultdict(float)
    for at, pages in enumerate(several):
        for page in pages:
            total[page] += page * 0.5 + at
    found = sum_union(hits)
    assert found.pages.tolist() == sorted(total)
    assert found.points.tolist() == pytest.approx([total[page] for page in sorted(total)])


@given(SETS, st.data())
def test_what_hits_are_worth_on_some_of_their_pages(pages: set[int], data: st.DataObject) -> None:
    some = data.draw(st.sets(st.sampled_from(sorted(pages)))) if pages else set()
    hits = ScoredPages(ascending(pages), ascending(pages).astype(np.float64) * 0.5)
    assert hits.scores_on(ascending(some)).tolist() == [page * 0.5 for page in sorted(some)]
