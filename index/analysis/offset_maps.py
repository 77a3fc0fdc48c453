"""Offset maps: where the characters of a folded text came from, in less time than folding takes.

A snippet marks one or two lines of a page, and most of them fold character by character, except for neutral
blanks, which are dropped, and ellipses.
"""

import re
from bisect import bisect_left, bisect_right

from zhsearch.index.analysis.folded_text import FoldedText
from zhsearch.index.analysis.folding import fold, folds_by_character
from zhsearch.index.analysis.neutral_blanks import NEUTRAL_BLANKS

_ELLIPSIS, _DOTS = "…", "..."  # as written, and folded
_ADDED = len(_DOTS) - len(_ELLIPSIS)


class OffsetGaps:
    """The offsets of a folded text that differs from its source by missing characters alone.

    A FoldedText without the text, where `size` is its length.
    """

    __slots__ = ("_gaps", "size")

    def __init__(self, gaps: list[int], size: int) -> None:
        """`gaps` are the offsets before which characters of the source are missing, once for each."""
        self.size = size
        self._gaps = gaps

    def source(self, start: int, end: int) -> tuple[int, int]:
        """See FoldedText."""
        gaps = self._gaps
        return start + bisect_right(gaps, start), end + bisect_right(gaps, end - 1)

    def place(self, start: int) -> int:
        """See FoldedText."""
        missing = [offset + number for number, offset in enumerate(self._gaps)]  # their offsets in the source
        return start - bisect_left(missing, start)


class EllipsisOffsets:
    """The offsets of a folded text whose source has ellipses, which fold to three dots each.

    A FoldedText without the text. `dotted` are the offsets in the source with dots for ellipses.
    """

    __slots__ = ("_dots", "_dotted", "_ellipses", "size")

    def __init__(self, source: str, dotted: FoldedText | OffsetGaps) -> None:
        self.size = dotted.size
        self._dotted = dotted
        self._ellipses = [match.start() for match in re.finditer(_ELLIPSIS, source)]
        self._dots = [offset + _ADDED * number for number, offset in enumerate(self._ellipses)]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """See FoldedText."""
        start, end = self._dotted.source(start, end)
        return self._undotted(start), self._undotted(end - 1) + 1

    def place(self, start: int) -> int:
        """See FoldedText."""
        return self._dotted.place(start + _ADDED * bisect_left(self._ellipses, start))

    def _undotted(self, offset: int) -> int:
        """The offset in the source of a character of the source with dots."""
        number = bisect_right(self._dots, offset)
        if not number:
            return offset
        return max(offset - _ADDED * number, self._ellipses[number - 1])  # the latter for each of its dots


Offsets = FoldedText | OffsetGaps | EllipsisOffsets


def offset_map(source: str, folded: str) -> Offsets:
    """The offsets of `folded`, the folded form of a text, for highlighting.

    The text in the result need not be folded.
    """
    if folds_by_character(source):
        return _by_character(source, folded)
    if _ELLIPSIS in source:
        dotted = source.replace(_ELLIPSIS, _DOTS)
        if folds_by_character(dotted):
            return EllipsisOffsets(source, _by_character(dotted, folded))
    return fold(source)


def _by_character(source: str, folded: str) -> FoldedText | OffsetGaps:
    """The offsets of a text that folds character by character."""
    missing = len(source) - len(folded)
    if not missing:
        return FoldedText(source, None, None)
    has_blanks_alone = source.count(" ") - folded.count(" ") == missing
    gaps = _missing_blanks(source, folded) if has_blanks_alone else _neutral_gaps(source)
    return OffsetGaps(gaps, len(folded)) if len(gaps) == missing else fold(source)


def _missing_blanks(source: str, folded: str) -> list[int]:
    """The gaps of a text that folds one to one but for blanks."""
    gaps: list[int] = []
    place, padded = 0, folded + "."  # a blank may be missing at the end
    parts = source.split(" ")
    del parts[-1]
    for part in parts:  # each with a blank after it
        place += len(part)
        if padded[place] == " ":  # after a missing blank comes none that is kept
            place += 1
        else:
            gaps.append(place)
    return gaps


def _neutral_gaps(source: str) -> list[int]:
    """The gaps of a text that folds one to one but for neutral blanks and dots."""
    missing = [offset for match in NEUTRAL_BLANKS.finditer(source) for offset in range(*match.span())]
    return [offset - number for number, offset in enumerate(missing)]
