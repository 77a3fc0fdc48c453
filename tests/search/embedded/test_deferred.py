"""Deferred points are the same on some pages as on all."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.index.arrays import IntArray, Scores
from zhsearch.search.embedded.deferred import DeferredHits, best_of, sum_of
from zhsearch.search.embedded.hits import ScoredPages, best_union, sum_union

PAGES = st.sets(st.integers(0, 60), min_size=1, max_size=40)


def hits_of(pages: set[int], number: int) -> ScoredPages:
    ascending = np.array(sorted(pages), dtype=np.int64)
    return ScoredPages(ascending, ascending.astype(np.float64) + number)


def deferred(hits: ScoredPages) -> DeferredHits:
    return DeferredHits(hits.pages, lambda pages: hits.scores_on(pages).copy(), 0)


@given(st.lists(PAGES, min_size=1, max_size=4), st.data())
def test_some_pages_of_a_union_have_the_points_that_they_have_among_all(
    sets: list[set[int]], data: st.DataObject
) -> None:
    parts = [hits_of(pages, number) for number, pages in enumerate(sets)]
    for union_of, whole in ((sum_of, sum_union(parts)), (best_of, best_union(parts))):
        union = union_of(list(map(deferred, parts)))
        chosen = np.array(sorted(data.draw(st.sets(st.sampled_from(whole.pages.tolist())))), dtype=np.int64)
        assert union.pages.tolist() == whole.pages.tolist()
        assert union.scores_on(chosen).tolist() == whole.scores_on(chosen).tolist()
        assert union.scores_on(chosen).tolist() == whole.scores_on(chosen).tolist()
        assert union.points.tolist() == whole.points.tolist()


def test_points_are_computed_on_all_pages_once_they_are_asked_for_again() -> None:
    hits, asked = hits_of({1, 2, 5, 9}, 0), list[int]()

    def points_on(pages: IntArray) -> Scores:
        asked.append(len(pages))
        return hits.scores_on(pages).copy()

    deferred_hits = DeferredHits(hits.pages, points_on, 0)
    for chosen in ([1, 5], [2, 9], [9]):
        assert deferred_hits.scores_on(np.array(chosen)).tolist() == hits.scores_on(np.array(chosen)).tolist()
    assert asked == [2, 4]
