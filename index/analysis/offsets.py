"""Offsets of a folded text in its source, for every character or for those that are missing."""

from bisect import bisect_left, bisect_right
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

CodePoints = NDArray[np.uint32]
"""The code points of a text."""


class FoldedText(NamedTuple):
    """A folded text and its offsets in the source.

    `text[i]` came from `source[starts[i]:ends[i]]`, in code points. Where both are None, every character
    folded to one, and the offsets are the same in both texts.
    """

    text: str
    starts: NDArray[np.int32] | None
    ends: NDArray[np.int32] | None

    @property
    def size(self) -> int:
        """The number of its code points."""
        return len(self.text)

    @property
    def is_identity(self) -> bool:
        """Whether the offsets are the same in both texts."""
        return self.starts is None

    def gaps(self) -> NDArray[np.int64]:
        """The offsets in `text` before which characters of the source are missing, once for each: (missing,)
        ascending. Those at the end of the source are not among them."""
        if self.starts is None or self.ends is None:
            return np.zeros(0, dtype=np.int64)
        missing = self.starts.copy()
        missing[1:] -= self.ends[:-1]
        return np.repeat(np.arange(len(missing)), np.maximum(missing, 0))

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The range of the source that `text[start:end]` (not empty) came from."""
        if self.starts is None or self.ends is None:
            return start, end
        return int(self.starts[start]), int(self.ends[end - 1])

    def place(self, start: int) -> int:
        """The offset of the first character of `text` that came from `start` of the source or later."""
        return start if self.starts is None else int(self.starts.searchsorted(start))


class OffsetGaps:
    """The offsets of a folded text that differs from its source by missing characters alone.

    A FoldedText without the text, where `size` is its length, and `gaps` are a list.
    """

    __slots__ = ("_missing", "gaps", "size")

    def __init__(self, gaps: list[int], size: int) -> None:
        """`gaps` as in FoldedText."""
        self.size = size
        self.gaps = gaps
        self._missing = [offset + number for number, offset in enumerate(gaps)]  # their offsets in the source

    @property
    def is_identity(self) -> bool:
        """See FoldedText."""
        return not self.gaps

    def source(self, start: int, end: int) -> tuple[int, int]:
        """See FoldedText."""
        gaps = self.gaps
        return start + bisect_right(gaps, start), end + bisect_right(gaps, end - 1)

    def place(self, start: int) -> int:
        """See FoldedText."""
        return start - bisect_left(self._missing, start)
