"""Neutral blanks: those beside a wide character, which folding drops, as it does the dots of foreign names.

Han characters need no blank around them. One that stands there is typography (C 语言, 2025 年), a line break
that a browser shows as a blank, or a text set with blanks between all characters; the same word without it is
the same word. Blanks between Latin words, and between those of Hangul, separate words. A middle dot between
Han characters (达·芬奇) is as often left out.
"""

import re

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.analysis.folded_text import CodePoints
from zhsearch.index.arrays import expand_ranges

# Han, kana, Bopomofo, their punctuation and symbols; full-width punctuation, but not full-width letters.
_WIDE_RANGES = (
    (0x2E80, 0x2FFF), (0x3001, 0x3130), (0x3190, 0x31FF), (0x3220, 0x325F), (0x3280, 0x9FFF),
    (0xF900, 0xFAFF), (0xFE10, 0xFE1F), (0xFE30, 0xFE6F), (0xFF01, 0xFF0F), (0xFF1A, 0xFF20),
    (0xFF3B, 0xFF40), (0xFF5B, 0xFF9F), (0xFFE0, 0xFFE6), (0x20000, 0x323AF),
)  # fmt: skip
_WIDE_BOUNDS = np.array([bound for first, last in _WIDE_RANGES for bound in (first, last + 1)], dtype="<u4")
_WIDE = "".join(f"{chr(first)}-{chr(last)}" for first, last in _WIDE_RANGES)

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_DOTS = "\xb7\u2022\u2027\u30fb"  # ·, •, ‧, ・
_DOT_POINTS = tuple(map(ord, _DOTS))

MAY_BE_NEUTRAL = frozenset(f" \t\xa0{_DOTS}")
"""The characters that are neutral in some places."""

NEUTRAL_BLANKS = re.compile(
    # One set of characters first, which is searched for quickly.
    rf"[ \t\xa0{_DOTS}](?:(?<=[{_WIDE}][ \t\xa0])[ \t\xa0]*|(?<=[ \t\xa0])[ \t\xa0]*(?=[{_WIDE}])"
    rf"|(?<=[{_HAN}][{_DOTS}])(?=[{_HAN}]))"
)
"""A run of neutral blanks, or a neutral dot, in a text where every character folds to one; `neutral_blanks`
takes longer."""


def neutral_blanks(folded: CodePoints, sources: CodePoints) -> NDArray[np.bool_]:
    """Which characters of a folded text are neutral blanks: (characters,) bool.

    `sources` (characters,) are the characters that they were folded from: `！` is wide, `!` is not.
    """
    neutral = _neutral_dots(folded)
    blanks = np.flatnonzero((folded == ord(" ")) | (folded == ord("\t")))
    if not len(blanks):
        return neutral
    breaks = np.flatnonzero(np.diff(blanks) > 1) + 1  # between runs of adjacent blanks
    first, last = blanks[np.append(0, breaks)], blanks[np.append(breaks - 1, len(blanks) - 1)]
    before, after = np.maximum(first - 1, 0), np.minimum(last + 1, len(folded) - 1)
    beside = _is_wide(folded[before]) | _is_wide(sources[before])
    beside |= _is_wide(folded[after]) | _is_wide(sources[after])
    beside &= (folded[after] != 0x3099) & (folded[after] != 0x309A)  # marks that would join another letter
    neutral[expand_ranges(first[beside], (last - first + 1)[beside])] = True
    return neutral


def _neutral_dots(folded: CodePoints) -> NDArray[np.bool_]:
    """Which characters are middle dots between two Han characters: (characters,) bool."""
    neutral = np.zeros(len(folded), dtype=np.bool_)
    is_dot = folded == _DOT_POINTS[0]
    for point in _DOT_POINTS[1:]:
        is_dot |= folded == point
    dots = np.flatnonzero(is_dot)
    dots = dots[(dots > 0) & (dots < len(folded) - 1)]
    neutral[dots[_is_han(folded[dots - 1]) & _is_han(folded[dots + 1])]] = True
    return neutral


def _is_han(points: CodePoints) -> NDArray[np.bool_]:
    """Which code points are Han characters: (points,) bool."""
    return ((points >= 0x3400) & (points <= 0x4DBF)) | ((points >= 0x4E00) & (points <= 0x9FFF))


def _is_wide(points: CodePoints) -> NDArray[np.bool_]:
    """Which code points are wide characters: (points,) bool."""
    wide: NDArray[np.bool_] = _WIDE_BOUNDS.searchsorted(points, side="right") % 2 == 1
    return wide
