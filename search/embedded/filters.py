"""The filters of a query as masks over lists of pages."""

from collections.abc import Iterable

import numpy as np

from zhsearch.index.arrays import IntArray, Mask
from zhsearch.index.fields import facet_key
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.engine import DATE_FILTER
from zhsearch.search.query import Filters


class PageFilters:
    """The filters of one query on one snapshot."""

    def __init__(self, snapshot: Snapshot, filters: Filters) -> None:
        self._snapshot = snapshot
        self._days = filters.days
        # Facet: the numbers of the values that pass.
        self._values: dict[str, list[int]] = {}
        for name, values in filters.by_facet().items():
            by_key = snapshot.facets[name].by_key
            self._values[name] = [by_key[key] for key in map(facet_key, values) if key in by_key]

    def masks(self, pages: IntArray) -> dict[str, Mask]:
        """Which of the pages pass each filter, by the name of its facet, or DATE_FILTER."""
        masks = {name: self._snapshot.facets[name].has(pages, ids) for name, ids in self._values.items()}
        if self._days:
            first, last = self._days
            days = self._snapshot.day[pages]
            masks[DATE_FILTER] = (days >= first) & (days <= last)
        return masks

    def mask(self, pages: IntArray) -> Mask | None:
        """Which of the pages pass all filters; None for all."""
        return intersect_masks(self.masks(pages).values())

    def apply(self, pages: IntArray) -> IntArray:
        """The pages that pass all filters."""
        mask = self.mask(pages)
        return pages if mask is None else pages[mask]


def intersect_masks(masks: Iterable[Mask]) -> Mask | None:
    """The conjunction of masks; None, which stands for all pages, where there are none."""
    masks = list(masks)
    return np.logical_and.reduce(masks) if masks else None
