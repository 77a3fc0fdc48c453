"""The pages of an export: the live pages of a snapshot, numbered by date.

The numbers ascend by date, undated pages first, and with the same date so that descending numbers are the
order of newest pages. A new page thus gets a number after all others, which keep theirs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from zhsearch.index.arrays import IntArray, offsets
from zhsearch.index.segment import SegmentReader
from zhsearch.search.embedded.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Pages:
    """`snapshot_page` (page,) is the number of each page in the snapshot; `number` (page of the snapshot,)
    the exported one, -1 of a deleted page."""

    snapshot: Snapshot
    snapshot_page: IntArray
    number: IntArray

    def __len__(self) -> int:
        return len(self.snapshot_page)

    def places(self) -> Iterator[tuple[SegmentReader, int]]:
        """The segment of each page, and its number there."""
        segments = self.snapshot.segments
        firsts = offsets([len(segment) for segment in segments])
        numbers = firsts.searchsorted(self.snapshot_page, side="right") - 1
        within = self.snapshot_page - firsts[numbers]
        for number, page in zip(numbers.tolist(), within.tolist(), strict=True):
            yield segments[number], page


def number_pages(snapshot: Snapshot) -> Pages:
    """Number the live pages of a snapshot."""
    live = snapshot.pages
    order = live[np.argsort(-snapshot.newest[live], kind="stable")]
    number = np.full(snapshot.size, -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    return Pages(snapshot, order, number)
