"""A segment and which of its pages are live: what is merged, and what a run looks at."""

from itertools import compress
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, Mask, expand_ranges
from zhsearch.index.segment.reader import SegmentReader


class LiveSegment(NamedTuple):
    """A segment, and which of its pages are live: (page,) bool."""

    reader: SegmentReader
    live: Mask

    @property
    def is_all_live(self) -> bool:
        """Whether no page is deleted."""
        return bool(self.live.all())

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
