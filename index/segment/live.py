"""A segment and which of its pages are live: what is merged, and what a run looks at."""

from itertools import compress
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, Mask, expand_ranges
from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.index.segment.reader import SegmentReader


class LiveRows(NamedTuple):
    """The r rows of a text field of one segment that have a live posting.

    Their postings in the arrays of the segment begin at `starts`; dead ones may be between them.
    """

    terms: Array  # (r,) uint32, ascending: the numbers of the terms
    starts: Array  # (r + 1,) uint32, the last one is where the last row ends
    counts: Array  # (r,): the number of live postings


class LiveSegment(NamedTuple):
    """A segment, and which of its pages are live: (page,) bool."""

    reader: SegmentReader
    live: Mask

    @property
    def is_all_live(self) -> bool:
        """Whether no page is deleted."""
        return bool(self.live.all())

    def rows(self, field: str) -> LiveRows:
        """The rows of a text field."""
        arrays = self.reader.arrays
        starts = arrays[f"{field}.starts"]
        counts = np.diff(starts)
        rows = np.flatnonzero(counts)
        if not self.is_all_live and len(rows):
            is_live = self.live[arrays[f"{field}.pages"]]
            counts[rows] = np.add.reduceat(is_live, starts[rows], dtype=counts.dtype)
            rows = np.flatnonzero(counts)
        terms = arrays[f"{field}.terms"][rows] if f"{field}.terms" in arrays else rows.astype(np.uint32)
        return LiveRows(terms, np.append(starts[rows], starts[-1]), counts[rows])

    def used_terms(self) -> Mask:
        """Which terms are on a live page: (terms,) bool."""
        used = np.full(self.reader.terms, self.is_all_live)
        for field in () if self.is_all_live else TEXT_FIELDS:
            used[self.rows(field).terms] = True
        return used

    def terms(self) -> list[bytes]:
        """The terms of live pages, sorted."""
        return list(compress(self.reader.all_terms(), self.used_terms().tolist()))

    def terms_of_few(self) -> list[bytes]:
        """The same as `terms`, sooner where few pages are live: only their terms are read."""
        numbers = [np.zeros(0, dtype=np.int64)]
        for field in TEXT_FIELDS:
            arrays = self.reader.arrays
            postings = np.flatnonzero(self.live[arrays[f"{field}.pages"]])
            rows = arrays[f"{field}.starts"].searchsorted(postings, side="right") - 1
            numbers.append(arrays[f"{field}.terms"][rows] if f"{field}.terms" in arrays else rows)
        return [self.reader.term(number) for number in np.unique(np.concatenate(numbers)).tolist()]

    def has(self, term: bytes) -> bool:
        """Whether a live page has a term."""
        number = self.reader.number_of(term)
        if number is None:
            return False
        rows = [(field, self.reader.row(field, number)) for field in TEXT_FIELDS]
        return any(
            row is not None and self.live[self.reader.pages_of(field, row)].any() for field, row in rows
        )

    def strings(self, name: str) -> list[bytes]:
        """The strings of an array, such as `path`, of the live pages."""
        return list(compress(self.reader.all_strings(name), self.live.tolist()))

    def facet_values(self, facet: str) -> list[bytes]:
        """The values of a facet that live pages have, each once."""
        arrays = self.reader.arrays
        starts = arrays[f"{facet}.starts"].astype(np.int64)
        ids = arrays[f"{facet}.ids"][expand_ranges(starts[:-1][self.live], np.diff(starts)[self.live])]
        values = self.reader.all_facet_values(facet)
        return [values[number] for number in np.unique(ids).tolist()]

    def renumbered(self, pages: Array) -> Array:
        """The numbers of live pages, uint16, when the others are left out."""
        numbers: Array = (np.cumsum(self.live) - 1).astype(np.uint16)[pages]
        return numbers
