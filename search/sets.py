"""Ascending lists of page numbers, and what they share."""

import numpy as np
from numpy.typing import NDArray

from index.arrays import Numbers, joined

Mask = NDArray[np.bool_]


def contains(sorted_pages: Numbers, pages: Numbers) -> Mask:
    """Which of the pages are among ascending ones."""
    if not len(sorted_pages):
        return np.zeros(len(pages), dtype=np.bool_)
    at = np.searchsorted(sorted_pages, pages)
    at[at == len(sorted_pages)] = 0
    mask: Mask = sorted_pages[at] == pages
    return mask


def both(some: Numbers, others: Numbers) -> Numbers:
    """What two ascending lists share."""
    if len(some) > len(others):
        some, others = others, some
    return some[contains(others, some)]


def either(some: Numbers, others: Numbers) -> Numbers:
    """What two ascending lists have together."""
    new = others[~contains(some, others)]
    if not len(new):
        return some
    every = joined((some, new))
    every.sort()
    return every
