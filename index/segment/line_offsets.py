"""Offsets of a folded text in the text as written, found a line at a time.

Both texts have the same lines, and a line folds by itself. A snippet asks for a few offsets in a line or two,
so that the other lines are never compared; and a text that is written as it is folded, as most Han words are,
is looked up in the line as written, where it has the same place among its occurrences.
"""

from collections.abc import Sequence

from zhsearch.index.analysis import FoldedText, OffsetGaps, folds_by_character, offset_map


class Line:
    """A line as written. `start` is where it begins in the text as written, `folded_start` and `folded_end`
    where it begins and ends in the folded text; `number` is counted from 0."""

    __slots__ = ("_offsets", "folded", "folded_end", "folded_start", "number", "start", "text")

    def __init__(self, number: int, text: str, start: int, folded: str, folded_start: int) -> None:
        self.number = number
        self.text, self.start = text, start
        self.folded, self.folded_start = folded, folded_start
        self.folded_end = folded_start + len(folded)
        self._offsets: FoldedText | OffsetGaps | None = None

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The range as written, within the line, that `folded[start:end]` (not empty) came from."""
        if self._offsets is None:
            sought, text = self.folded[start:end], self.text
            # Occurrences that cannot overlap, as many in both texts, are the same ones in the same order.
            if (
                text.count(sought) == self.folded.count(sought)
                and sought.find(sought[0], 1) < 0
                and folds_by_character(text)
            ):
                offset = text.find(sought)
                for _ in range(self.folded.count(sought, 0, start)):
                    offset = text.find(sought, offset + 1)
                return offset, offset + end - start
        return self._map().source(start, end)

    def place(self, start: int) -> int:
        """The offset in `folded` of the first character that came from `start` as written or later."""
        return self._map().place(start) if start < len(self.text) else len(self.folded)

    def _map(self) -> FoldedText | OffsetGaps:
        if self._offsets is None:
            self._offsets = offset_map(self.text, self.folded)
        return self._offsets


class LineOffsets:
    """The offsets of some adjacent lines; `size` is the length of the folded text."""

    __slots__ = ("_folded", "_lines", "_read", "_written", "size")

    def __init__(self, written: str, folded: str) -> None:
        self._written, self._folded = written, folded
        self.size = len(folded)
        self._lines: Sequence[str] = ()  # as written
        self._read: list[Line] = []  # those that were asked for, the latest first

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The range as written that `folded[start:end]` (not empty) came from."""
        line = self.line_at(start)
        first = line.folded_start
        if start < line.folded_end and end <= line.folded_end:
            left, right = line.source(start - first, end - first)
            return line.start + left, line.start + right
        return _edges(line, start)[0], _edges(self.line_at(end - 1), end - 1)[1]

    def place(self, start: int) -> int:
        """The offset in the folded text of the first character that came from `start` as written or later."""
        first, _ = self.around(start, start)
        line = self.line_at(first)
        return first + line.place(start - line.start)

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The range in the folded text of the lines around a range of the text as written."""
        written, folded = self._written, self._folded
        number, first = (self._read[0].number, self._read[0].folded_start) if self._read else (0, 0)
        wanted = written.count("\n", 0, start)
        for _ in range(wanted, number):
            first = folded.rfind("\n", 0, first - 1) + 1
        for _ in range(number, wanted):
            first = folded.find("\n", first) + 1
        last = folded.find("\n", first)
        for _ in range(written.count("\n", start, end)):
            last = folded.find("\n", last + 1)
        return first, last if last >= 0 else self.size

    def line_at(self, offset: int) -> Line:
        """The line around an offset in the folded text."""
        for line in self._read:
            if line.folded_start <= offset <= line.folded_end:
                return line
        folded = self._folded
        first, last = folded.rfind("\n", 0, offset) + 1, folded.find("\n", offset)
        if last < 0:
            last = self.size
        if not self._lines:
            self._lines = self._written.split("\n")
        number = folded.count("\n", 0, first)
        start = sum(map(len, self._lines[:number])) + number
        line = Line(number, self._lines[number], start, folded[first:last], first)
        self._read.insert(0, line)
        return line


def _edges(line: Line, offset: int) -> tuple[int, int]:
    """The range as written of one character of a line, or of the line break after it."""
    if offset >= line.folded_end:
        end = line.start + len(line.text)
        return end, end + 1
    left, right = line.source(offset - line.folded_start, offset - line.folded_start + 1)
    return line.start + left, line.start + right
