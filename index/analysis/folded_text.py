"""Folded texts, and the offsets of their characters in the source."""

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

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The range of the source that `text[start:end]` (not empty) came from."""
        if self.starts is None or self.ends is None:
            return start, end
        return int(self.starts[start]), int(self.ends[end - 1])

    def place(self, start: int) -> int:
        """The offset of the first character of `text` that came from `start` of the source or later."""
        return start if self.starts is None else int(self.starts.searchsorted(start))
