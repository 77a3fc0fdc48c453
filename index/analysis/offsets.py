"""Offsets of a folded text in its source, in full and sparse."""

import re
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

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The range of the source that `text[start:end]` (not empty) came from."""
        if self.starts is None or self.ends is None:
            return start, end
        return int(self.starts[start]), int(self.ends[end - 1])

    def place(self, start: int) -> int:
        """The offset of the first character of `text` that came from `start` of the source or later."""
        return start if self.starts is None else int(self.starts.searchsorted(start))


_BLANKS = " \t\xa0"


class _Line(NamedTuple):
    """The ranges of a line in a folded text and in its source, and the characters missing between them.

    `missing` are their offsets in the source, `gaps` those in the folded text before which they are missing.
    """

    folded: int
    folded_end: int
    source: int
    source_end: int
    missing: list[int]
    gaps: list[int]


class OffsetGaps:
    """The offsets of a folded text that differs in length from its source by missing blanks alone.

    A FoldedText without the text, where `size` is its length. Lines are compared when an offset in them is
    asked for: of a window, a snippet needs one line or two.
    """

    __slots__ = ("_folded", "_lines", "_neutral", "_source", "size")

    starts = ()
    """Not None: offsets differ."""

    def __init__(self, source: str, folded: str, neutral: re.Pattern[str]) -> None:
        """`neutral` matches a character that may be missing of `source` in its folded form."""
        self.size = len(folded)
        self._source = source
        self._folded = folded
        self._neutral = neutral
        self._lines: list[_Line] = []  # those compared so far

    def source(self, start: int, end: int) -> tuple[int, int]:
        """See FoldedText."""
        return self._in_source(start), self._in_source(end - 1) + 1

    def place(self, start: int) -> int:
        """See FoldedText."""
        for line in self._lines:
            if line.source <= start <= line.source_end:
                break
        else:
            line = self._compare(self._source.count("\n", 0, start))
        return line.folded + start - line.source - bisect_left(line.missing, start)

    def _in_source(self, offset: int) -> int:
        for line in self._lines:
            if line.folded <= offset <= line.folded_end:
                break
        else:
            line = self._compare(self._folded.count("\n", 0, offset))
        return line.source + offset - line.folded + bisect_right(line.gaps, offset)

    def _compare(self, number: int) -> _Line:
        """Find what is missing in a line, given by its number."""
        source, source_end = _line_range(self._source, number)
        folded, folded_end = _line_range(self._folded, number)
        written, shift = self._source, source - folded
        missing, gaps = list[int](), list[int]()
        for match in self._neutral.finditer(written, source, source_end):
            # A run of blanks is missing as a whole, and no blank follows it.
            place = match.start() - shift
            kept = _BLANKS if match[0] in _BLANKS else match[0]
            if place >= folded_end or self._folded[place] not in kept:
                missing.append(match.start())
                gaps.append(place)
                shift += 1
        line = _Line(folded, folded_end, source, source_end, missing, gaps)
        self._lines.append(line)
        return line


def _line_range(text: str, number: int) -> tuple[int, int]:
    """The start and end of a line, given by its number."""
    start = len(text) - len(text.split("\n", number)[number])
    end = text.find("\n", start)
    return start, len(text) if end < 0 else end
