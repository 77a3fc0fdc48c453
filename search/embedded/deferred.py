"""Hits whose points are computed when they are asked for, and only on the pages that they are asked for.

A query shows the pages that have all of its words, so that the points of a frequent word count on few of its
pages. Once they are asked for again, as those of a cached word are, they are computed on all pages and kept.
"""

from collections.abc import Callable, Sequence

from zhsearch.index.arrays import IntArray, Scores
from zhsearch.search.embedded.hits import (
    Hits,
    ScoredPages,
    best_on_any,
    best_union,
    intersect_all,
    sum_on,
    sum_on_any,
    sum_union,
    unite,
)


class DeferredHits:
    """Pages, ascending, (page,) int64, with points that `points_on` computes on some of them, as a new array;
    it uses arrays of `kept` bytes."""

    def __init__(self, pages: IntArray, points_on: Callable[[IntArray], Scores], kept: int) -> None:
        self.pages = pages
        self._points_on: Callable[[IntArray], Scores] | None = points_on
        self._points: Scores | None = None
        self._was_asked = False
        self._kept = kept

    @property
    def nbytes(self) -> int:
        """See Hits: as many as there may be."""
        return 2 * self.pages.nbytes + self._kept

    @property
    def points(self) -> Scores:
        """See Hits."""
        points_on = self._points_on
        if points_on is not None:
            self._points = points_on(self.pages)
            self._points.flags.writeable = False  # requests share them
            self._points_on = None  # with its arrays
        assert self._points is not None
        return self._points

    def scores_on(self, pages: IntArray) -> Scores:
        """See Hits."""
        points_on = self._points_on
        if len(pages) < len(self.pages) and points_on is not None and not self._was_asked:
            self._was_asked = True
            return points_on(pages)
        return ScoredPages(self.pages, self.points).scores_on(pages)

    def scaled(self, factor: float) -> "DeferredHits":
        """See Hits."""
        if factor == 1.0:
            return self
        return DeferredHits(self.pages, lambda pages: self.scores_on(pages) * factor, self.nbytes)


def all_of(parts: Sequence[Hits]) -> Hits:
    """The pages that are in all parts, with their points added up in the order given."""
    pages = intersect_all([part.pages for part in parts])
    return ScoredPages(pages, sum_on(parts, pages))


def sum_of(parts: Sequence[Hits]) -> Hits:
    """The pages of any part, with their points added up in the order given."""
    return _combined(parts, sum_union, sum_on_any)


def best_of(parts: Sequence[Hits]) -> Hits:
    """The pages of any part, each with the most points that one of them gives it."""
    return _combined(parts, best_union, best_on_any)


def _combined(
    parts: Sequence[Hits],
    on_all: Callable[[Sequence[Hits]], ScoredPages],
    on_some: Callable[[Sequence[Hits], IntArray], Scores],
) -> Hits:
    """The pages of any part, deferred if one of them is."""
    if not any(isinstance(part, DeferredHits) for part in parts):
        return on_all(parts)
    union = unite([part.pages for part in parts])

    def points_on(pages: IntArray) -> Scores:
        return on_all(parts).points if len(pages) == len(union) else on_some(parts, pages)

    return DeferredHits(union, points_on, sum(part.nbytes for part in parts))
