"""Ascending lists of page numbers, what they share, and what is worth how much on them.

Short lists are compared by bisection, long ones by a mask over all pages up to the last: what a query costs
follows from what matches it, not from how many pages there are.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import IntArray, Mask, Scores

_FEW = 64  # pages; so many are sought one by one
_SPREAD = 8  # pages for each posting; where they are thinner, postings are sorted


class ScoredPages(NamedTuple):
    """Pages, ascending, and what something is worth on each."""

    pages: IntArray
    points: Scores

    def scores_on(self, pages: IntArray) -> Scores:
        """What it is worth on some of its pages."""
        if len(pages) == len(self.pages):
            return self.points
        return self.points[self.pages.searchsorted(pages)]


NO_PAGES = ScoredPages(np.zeros(0, dtype=np.int64), np.zeros(0))


def membership(some: IntArray, pages: IntArray) -> Mask:
    """Which of the pages are in the other list; both ascending."""
    if not len(some) or not len(pages):
        return np.zeros(len(pages), dtype=np.bool_)
    if len(pages) <= _FEW:
        found: Mask = some.take(some.searchsorted(pages), mode="clip") == pages
        return found
    mask = np.zeros(max(some[-1], pages[-1]) + 1, dtype=np.bool_)
    mask[some] = True
    return mask[pages]


def intersect(some: IntArray, others: IntArray) -> IntArray:
    """What two lists share."""
    if len(some) > len(others):
        some, others = others, some
    return some[membership(others, some)]


def sum_union(several: Sequence[ScoredPages]) -> ScoredPages:
    """The pages of any of several hits, with their points added up in the order given."""
    several = [hits for hits in several if len(hits.pages)]
    if len(several) < 2:
        return several[0] if several else NO_PAGES
    pages = np.concatenate([hits.pages for hits in several])
    size = max(hits.pages[-1] for hits in several) + 1
    if len(pages) * _SPREAD >= size:
        total, mask = np.zeros(size), np.zeros(size, dtype=np.bool_)
        for hits in several:
            total[hits.pages] += hits.points
        mask[pages] = True
        found = mask.nonzero()[0]
        return ScoredPages(found, total[found])
    order = pages.argsort(kind="stable")
    pages = pages[order]
    firsts = _firsts(pages)
    return ScoredPages(
        pages[firsts], np.add.reduceat(np.concatenate([hits.points for hits in several])[order], firsts)
    )


def _firsts(pages: IntArray) -> IntArray:
    """Where each page of a sorted list that repeats them stands for the first time."""
    new = np.ones(len(pages), dtype=np.bool_)
    np.not_equal(pages[1:], pages[:-1], out=new[1:])
    return new.nonzero()[0]
