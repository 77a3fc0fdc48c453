"""Scored lists of pages: intersection, membership and union of ascending page numbers.

Short lists are compared by bisection, long ones by a mask over all pages up to the last, so that the cost of
a query follows from the number of its matches, not from the size of the index.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from zhsearch.index.arrays import IntArray, Mask, Scores

_MAX_BISECTED = 64  # pages that are looked up one by one
_MAX_SPREAD = 8  # pages of the index for each posting; sparser postings are sorted
_MAX_SPARSITY = 8  # pages of a list for each whose place is looked up; sparser ones are bisected


class Hits(Protocol):
    """Pages, ascending, (page,) int64, and the points of each, (page,) float64."""

    @property
    def pages(self) -> IntArray:
        """The pages."""
        ...

    @property
    def points(self) -> Scores:
        """The points of all pages."""
        ...

    @property
    def nbytes(self) -> int:
        """The bytes of its arrays."""
        ...

    def scores_on(self, pages: IntArray) -> Scores:
        """The points of some of its pages."""
        ...

    def scaled(self, factor: float) -> "Hits":
        """The same pages with their points multiplied."""
        ...


class ScoredPages(NamedTuple):
    """Hits whose points are computed."""

    pages: IntArray
    points: Scores

    @property
    def nbytes(self) -> int:
        """See Hits."""
        return self.pages.nbytes + self.points.nbytes

    def scores_on(self, pages: IntArray) -> Scores:
        """The points of some of its pages."""
        if len(pages) == len(self.pages):
            return self.points
        return self.points[places_of(pages, self.pages)]

    def scaled(self, factor: float) -> "ScoredPages":
        """The same pages with their points multiplied."""
        return self if factor == 1.0 else ScoredPages(self.pages, self.points * factor)


NO_PAGES = ScoredPages(np.zeros(0, dtype=np.int64), np.zeros(0))


def membership(members: IntArray, pages: IntArray) -> Mask:
    """Which of the pages are among `members`; both ascending."""
    if not len(members) or not len(pages):
        return np.zeros(len(pages), dtype=np.bool_)
    if len(pages) <= _MAX_BISECTED:
        bisected: Mask = members.take(members.searchsorted(pages), mode="clip") == pages
        return bisected
    mask = np.zeros(max(members[-1], pages[-1]) + 1, dtype=np.bool_)
    mask[members] = True
    return mask[pages]


def places_of(pages: IntArray, members: IntArray) -> IntArray:
    """The places of some pages in `members`, which has them all; both ascending."""
    if len(pages) * _MAX_SPARSITY < len(members):
        return members.searchsorted(pages)
    return membership(pages, members).nonzero()[0]


def intersect(left: IntArray, right: IntArray) -> IntArray:
    """The pages that are in both lists."""
    if len(left) > len(right):
        left, right = right, left
    return left[membership(right, left)]


def intersect_all(lists: Sequence[IntArray]) -> IntArray:
    """The pages that are in all lists, of which there is one or more; the shortest is intersected first."""
    pages, *others = sorted(lists, key=len) if len(lists) > 1 else lists
    for other in others:
        if not len(pages):
            break
        pages = intersect(pages, other)
    return pages


def unite(lists: Sequence[IntArray]) -> IntArray:
    """The pages of any of the ascending lists, ascending."""
    lists = [pages for pages in lists if len(pages)]
    if len(lists) < 2:
        return lists[0] if lists else NO_PAGES.pages
    return distinct(lists, max(int(pages[-1]) for pages in lists) + 1)


def is_dense(lists: Sequence[IntArray], size: int) -> bool:
    """Whether an array for all of `size` pages costs less than sorting the lists."""
    return sum(map(len, lists)) * _MAX_SPREAD >= size


def distinct(lists: Sequence[IntArray], size: int) -> IntArray:
    """The pages of any of the lists, which need not ascend, ascending; all pages are below `size`."""
    if is_dense(lists, size):
        mask = np.zeros(size, dtype=np.bool_)
        for pages in lists:
            mask[pages] = True
        return mask.nonzero()[0]
    pages = np.concatenate([NO_PAGES.pages, *lists])
    pages.sort()
    return pages[_firsts(pages)]


def sum_on(clauses: Sequence[Hits], pages: IntArray) -> Scores:
    """The sum of the points on pages that each of the clauses has; clauses without pages, as exclusions are,
    add nothing."""
    points = [hits.scores_on(pages) for hits in clauses if len(hits.pages)]
    return sum(points[1:], start=points[0]) if points else np.zeros(len(pages))


def sum_on_any(clauses: Sequence[Hits], pages: IntArray) -> Scores:
    """The sum of the points that the clauses, in the order given, have on each of some pages."""
    return _combined_on(clauses, pages, np.add)


def best_on_any(clauses: Sequence[Hits], pages: IntArray) -> Scores:
    """The most points that one of the clauses has on each of some pages."""
    return _combined_on(clauses, pages, np.maximum)


def _combined_on(clauses: Sequence[Hits], pages: IntArray, combine: np.ufunc) -> Scores:
    total = np.zeros(len(pages))
    for hits in clauses:
        places = membership(hits.pages, pages).nonzero()[0]
        if len(places):
            total[places] = combine(total[places], hits.scores_on(pages[places]))
    return total


def sum_union(clauses: Sequence[Hits]) -> ScoredPages:
    """The pages of any of the clauses, with their points added up in the order given."""
    return _union(clauses, np.add)


def best_union(clauses: Sequence[Hits]) -> ScoredPages:
    """The pages of any of the clauses, each with the most points that one of them gives it."""
    return _union(clauses, np.maximum)


def _union(clauses: Sequence[Hits], combine: np.ufunc) -> ScoredPages:
    clauses = [hits for hits in clauses if len(hits.pages)]
    if len(clauses) < 2:
        return ScoredPages(clauses[0].pages, clauses[0].points) if clauses else NO_PAGES
    lists = [hits.pages for hits in clauses]
    size = int(max(pages[-1] for pages in lists)) + 1
    if is_dense(lists, size):
        total = np.zeros(size)
        for hits in clauses:
            total[hits.pages] = combine(total.take(hits.pages), hits.points)
        union = distinct(lists, size)
        return ScoredPages(union, total.take(union))
    pages = np.concatenate(lists)
    order = pages.argsort(kind="stable")
    pages = pages[order]
    firsts = _firsts(pages)
    points = np.concatenate([hits.points for hits in clauses])[order]
    return ScoredPages(pages[firsts], combine.reduceat(points, firsts))


def _firsts(pages: IntArray) -> IntArray:
    """The index of the first occurrence of each page in a sorted list with repetitions."""
    new = np.ones(len(pages), dtype=np.bool_)
    np.not_equal(pages[1:], pages[:-1], out=new[1:])
    return new.nonzero()[0]
