"""Ascending lists of pages, against Python's sets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.arrays import Numbers
from search.sets import both, contains, either

PAGES = st.sets(st.integers(0, 60), max_size=30).map(lambda pages: np.array(sorted(pages), dtype=np.int64))


@given(PAGES, PAGES)
def test_what_two_lists_share_and_have_together(some: Numbers, others: Numbers) -> None:
    one, other = set(some.tolist()), set(others.tolist())
    assert both(some, others).tolist() == sorted(one & other)
    assert either(some, others).tolist() == sorted(one | other)


@given(PAGES, st.lists(st.integers(0, 60)))
def test_which_pages_are_in_a_list(some: Numbers, pages: list[int]) -> None:
    assert contains(some, np.array(pages, dtype=np.int64)).tolist() == [
        page in some.tolist() for page in pages
    ]
