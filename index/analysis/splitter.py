"""The splitter: the tokens of a long text, those that the token pattern finds.

Most tokens are a run of Han characters, or of ASCII letters and digits, between characters of other kinds.
Array operations on code points find these in a fraction of the time of the regular expression, which then
reads only the stretches where characters of several kinds may be one token: GPT-4o, C++, 2.307亿, C语言, é.
"""

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from zhsearch.index.analysis.folded_text import CodePoints
from zhsearch.index.analysis.folding import HAN, to_points, to_text
from zhsearch.index.analysis.tokenizer import MAGNITUDES, mixed_words, token_pattern
from zhsearch.index.arrays import Array, IntArray, Mask, expand_ranges

# Kinds of characters. Signs are of the kind _OTHER where they may be part of a token, else _NONE.
_NONE, _HAN, _PLAIN, _OTHER, _OF_MIXED, _DOT, _BOND, _TAIL = range(8)
_KINDS = (  # all that are not listed are _OTHER
    ("\0-\x7f", _NONE),
    ("\xa0\xa1\xa6-\xa9\xab-\xb1\xb6-\xb8\xbb\xbf\xd7\xf7\u2000-\u203e\u3000-\u3004\u3008-\u3020", _NONE),
    ("0-9A-Za-z", _PLAIN),
    (HAN, _HAN),
    (".", _DOT),  # may begin a token: .NET
    ("/_'&@:,\\-", _BOND),  # may stand between letters or digits of a token
    ("+#%", _TAIL),  # may follow them
)


class Tokens(NamedTuple):
    """The tokens of a text; neither its Han runs nor the others are in any order.

    `han` are the runs of Han characters, a newline after each; `han_positions` (len(han),) is the code point
    of the text that each character of `han` stands at. `others[i]` stands at `positions[i]`.
    """

    han: str
    han_positions: IntArray
    others: list[str]
    positions: IntArray


class Splitter:
    """Splits texts into the tokens of `token_pattern(mixed)`."""

    def __init__(self, mixed: tuple[str, ...]) -> None:
        self._pattern = token_pattern(mixed)
        # (code points of Unicode,): the kind of each; and whether it stands, within a mixed word or a number,
        # before or after a character of another kind.
        self._kinds = np.full(0x110000, _OTHER, dtype=np.uint8)
        self._joins_next = np.zeros(0x110000, dtype=np.bool_)
        self._joins_previous = np.zeros(0x110000, dtype=np.bool_)
        for characters, kind in _KINDS:
            self._kinds[_points_of(characters)] = kind
        joined = [*mixed_words(mixed), *(digit + sign for digit in "0123456789" for sign in MAGNITUDES)]
        for word in joined:
            points = to_points(word)
            kinds = self._kinds[points]
            self._kinds[points[(kinds != _HAN) & (kinds != _PLAIN)]] = _OF_MIXED
            changes = np.flatnonzero(kinds[1:] != kinds[:-1])
            self._joins_next[points[changes]] = True
            self._joins_previous[points[changes + 1]] = True

    def split(self, text: str) -> Tokens:
        """The tokens of a folded and simplified text."""
        text = f"\n{text}\n"
        points = to_points(text)
        kinds = self._kinds[points]
        _decide_on_signs(kinds)
        # No token reaches across an edge; all characters between two edges are either part of no token, or
        # of one kind, or several that the pattern must look at. The newlines are left out.
        changes = np.flatnonzero(kinds[1:] != kinds[:-1]) + 1
        apart = self._are_apart(points, kinds, changes)
        edges = changes[apart]
        starts, lengths = edges[:-1], np.diff(edges)
        first_kind = kinds[starts]
        is_uniform = np.diff(np.flatnonzero(apart)) == 1
        is_han = is_uniform & (first_kind == _HAN)
        is_plain = is_uniform & (first_kind == _PLAIN)
        rest = np.flatnonzero((first_kind != _NONE) & ~is_han & ~is_plain)
        han, han_positions = _runs(points, starts[is_han], lengths[is_han])
        plain, _ = _runs(points, starts[is_plain], lengths[is_plain])
        runs, run_starts, others, other_starts = self._match(text, starts[rest], (starts + lengths)[rest])
        run_positions = expand_ranges(run_starts, np.array([len(run) + 1 for run in runs], dtype=np.int64))
        return Tokens(
            "".join([han, *(f"{run}\n" for run in runs)]),
            np.concatenate((han_positions, run_positions)) - 1,
            plain.split() + others,
            np.concatenate((starts[is_plain], other_starts)) - 1,
        )

    def _are_apart(self, points: CodePoints, kinds: Array, changes: IntArray) -> Mask:
        """Whether no token has the characters on both sides of each change of kind: (changes,) bool."""
        left, right = kinds[changes - 1], kinds[changes]
        may_join = self._joins_next[points[changes - 1]] & self._joins_previous[points[changes]]
        beside_han = (left == _HAN) | (right == _HAN)
        is_mixed = (left == _OF_MIXED) | (right == _OF_MIXED) | may_join
        apart: Mask = (left == _NONE) | (right == _NONE) | (beside_han & ~is_mixed)
        return apart

    def _match(
        self, text: str, starts: IntArray, ends: IntArray
    ) -> tuple[list[str], IntArray, list[str], IntArray]:
        """The Han runs and the other tokens that the pattern finds in ranges of a text, each with the starts
        of all."""
        han: dict[int, str] = {}
        others: dict[int, str] = {}
        finditer = self._pattern.finditer
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            for match in finditer(text, start, end):  # it sees what stands before `start`
                (han if match.lastgroup == "han" else others)[match.start()] = match[0]
        return list(han.values()), _as_array(han), list(others.values()), _as_array(others)


@lru_cache(maxsize=8)
def splitter(mixed: tuple[str, ...]) -> Splitter:
    """The splitter for the pattern with these mixed words; its tables take a few milliseconds to make."""
    return Splitter(mixed)


def _points_of(characters: str) -> IntArray:
    """The code points of a character class of the Basic Multilingual Plane."""
    plane = to_text(np.arange(0x10000, dtype="<u4"))
    runs = np.array([match.span() for match in re.finditer(f"[{characters}]+", plane)])
    return expand_ranges(runs[:, 0], runs[:, 1] - runs[:, 0])


def _decide_on_signs(kinds: Array) -> None:
    """Make each sign _OTHER if it may be part of a token, else _NONE; no text begins or ends with one."""
    signs = np.flatnonzero(kinds >= _DOT)
    sign, before, after = kinds[signs], kinds[signs - 1], kinds[signs + 1]
    ends_word = (before >= _PLAIN) & (before <= _OF_MIXED) | (before == _TAIL)
    begins_word = (after >= _PLAIN) & (after <= _OF_MIXED)
    may_join = np.where(sign == _TAIL, ends_word, begins_word & (ends_word | (sign == _DOT)))
    kinds[signs] = np.where(may_join, _OTHER, _NONE)


def _runs(points: CodePoints, starts: IntArray, lengths: IntArray) -> tuple[str, IntArray]:
    """The text of ranges with a newline after each, and where its characters stand in `points`."""
    positions = expand_ranges(starts, lengths + 1)
    characters = points[positions]
    characters[np.cumsum(lengths + 1) - 1] = ord("\n")
    return to_text(characters), positions


def _as_array(keys: dict[int, str]) -> IntArray:
    return np.fromiter(keys, dtype=np.int64, count=len(keys))
