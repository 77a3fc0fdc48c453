"""Ascending lists of pages, compared with Python's sets and sums."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.index.arrays import IntArray
from zhsearch.search.embedded.hits import (
    ScoredPages,
    best_union,
    distinct,
    intersect,
    membership,
    places_of,
    sum_union,
)
from zhsearch.search.embedded.matcher import MatchResult

DENSE = st.sets(st.integers(0, 300), max_size=200)
THIN = st.sets(st.integers(0, 100_000), max_size=90)
SETS = DENSE | THIN


def ascending(pages: set[int]) -> IntArray:
    return np.array(sorted(pages), dtype=np.int64)


@given(SETS, SETS)
def test_the_intersection_of_two_lists_has_their_common_pages(left: set[int], right: set[int]) -> None:
    assert intersect(ascending(left), ascending(right)).tolist() == sorted(left & right)


@given(SETS, SETS)
def test_membership_says_which_pages_are_in_a_list(members: set[int], pages: set[int]) -> None:
    expected = [page in members for page in sorted(pages)]
    assert membership(ascending(members), ascending(pages)).tolist() == expected


@given(SETS, st.data())
def test_the_places_of_some_pages_of_a_list_are_theirs(members: set[int], data: st.DataObject) -> None:
    chosen = data.draw(st.sets(st.sampled_from(sorted(members)))) if members else set()
    expected = [sorted(members).index(page) for page in sorted(chosen)]
    assert places_of(ascending(chosen), ascending(members)).tolist() == expected


@given(st.lists(st.lists(st.integers(0, 300), max_size=90), max_size=4), st.sampled_from([301, 100_000]))
def test_pages_of_unordered_lists_come_once_and_ascending(lists: list[list[int]], size: int) -> None:
    pages = distinct([np.array(pages, dtype=np.int64) for pages in lists], size)
    assert pages.tolist() == sorted({page for pages in lists for page in pages})


@given(st.lists(SETS, max_size=5))
def test_points_of_a_page_are_added_up(clauses: list[set[int]]) -> None:
    hits = [
        ScoredPages(ascending(pages), np.array(sorted(pages)) * 0.5 + number)
        for number, pages in enumerate(clauses)
    ]
    total: defaultdict[int, float] = defaultdict(float)
    for number, pages in enumerate(clauses):
        for page in pages:
            total[page] += page * 0.5 + number
    union = sum_union(hits)
    assert union.pages.tolist() == sorted(total)
    assert union.points.tolist() == pytest.approx([total[page] for page in sorted(total)])


@given(SETS, st.data())
def test_scores_on_a_subset_of_the_pages_are_those_of_its_pages(pages: set[int], data: st.DataObject) -> None:
    subset = data.draw(st.sets(st.sampled_from(sorted(pages)))) if pages else set()
    hits = ScoredPages(ascending(pages), ascending(pages).astype(np.float64) * 0.5)
    assert hits.scores_on(ascending(subset)).tolist() == [page * 0.5 for page in sorted(subset)]


def test_what_many_hits_lack_is_told_in_their_order() -> None:
    hits = np.arange(100)[::-1]
    result = MatchResult(hits, np.zeros(100), True, False, None, {}, None, [ascending({3, 98})])
    assert [
        page for page, lacks in zip(hits.tolist(), result.missing(hits.tolist()), strict=True) if not lacks
    ] == [
        98,
        3,
    ]


@given(st.lists(SETS, max_size=5))
def test_the_best_points_of_a_page_count(clauses: list[set[int]]) -> None:
    hits = [
        ScoredPages(ascending(pages), np.array(sorted(pages)) * 0.5 + number)
        for number, pages in enumerate(clauses)
    ]
    best: dict[int, float] = {}
    for number, pages in enumerate(clauses):
        best |= {page: page * 0.5 + number for page in pages}  # a later list has more points
    union = best_union(hits)
    assert dict(zip(union.pages.tolist(), union.points.tolist(), strict=True)) == best
