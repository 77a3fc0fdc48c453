"""Text in, folded text with a way back to the source out.

Folding makes texts meet that readers take for the same: full width and half width, upper and lower case,
composed and decomposed letters, straight and curly quotes, traditional and simplified characters. Marks on
a page need the way back, so every folded character knows the range of source characters that it came from.

Two foldings share one base (`fold`: NFKC, case and quotes, invisible characters dropped) and its offsets:
`simplify_words` follows OpenCC's phrases and is right for words; `simplify_characters` folds each character
by itself, the same in every context, and is right for substrings (OpenCC writes 干 for 乾 but keeps 乾隆).
Both keep the length.
"""

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import opencc
from numpy.typing import NDArray

from zhsearch.index.arrays import expand_ranges

Points = NDArray[np.uint32]

# Default_Ignorable_Code_Point of Unicode: what nobody sees must not split a word.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)

# Sites show typed quotes and dashes as these, and readers type or copy either.
_STRAIGHT = str.maketrans("‘’‛“”‟‐‒–", "'''\"\"\"---")

_HALF = re.compile("[\ud800-\udfff]")  # half a character, which no encoder would let out again


_LAST_HAN = 0x32000
_SHORT = 256  # characters of a text, a query or a title for example

# As in stream-safe text (UAX #15): normalising takes the square of the number of accents on a letter.
_LONGEST_CLUSTER = 32


class FoldedText(NamedTuple):
    """Folded text. `text[i]` came from `source[starts[i]:ends[i]]`; None means each from its own place."""

    text: str
    starts: NDArray[np.int32] | None
    ends: NDArray[np.int32] | None

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Range of the source that `text[start:end]` (not empty) came from, in code points."""
        if self.starts is None or self.ends is None:
            return start, end
        return int(self.starts[start]), int(self.ends[end - 1])

    def place(self, start: int) -> int:
        """Where in `text` begins what came from this place of the source or a later one."""
        return start if self.starts is None else int(self.starts.searchsorted(start))


def fold(source: str) -> FoldedText:
    """NFKC and case folding without invisible characters, with offsets."""
    if source.isascii():
        return FoldedText(source.lower(), None, None)
    if len(source) <= _SHORT and folds_one_to_one(source):
        return FoldedText(source.translate(_FOLDED), None, None)
    points = _points(source)
    kinds, folded = _FOLD.look_up(points)
    most = kinds.max()
    if most == _PLAIN:
        return FoldedText(_text(folded), None, None)
    starts = np.arange(len(points)) if most == _ODD else _cluster_starts(points, kinds == _JOINING)
    ends = np.append(starts[1:], len(points))
    odd = np.flatnonzero((kinds[starts] != _PLAIN) | (ends - starts > 1))
    pieces = [_fold_one(source[starts[at] : ends[at]]) for at in odd.tolist()]
    counts = np.ones(len(starts), dtype=np.int64)
    counts[odd] = [len(piece) for piece in pieces]
    folded = np.repeat(folded[starts], counts)
    places = expand_ranges((np.cumsum(counts) - counts)[odd], counts[odd])
    folded[places] = _points("".join(pieces))
    return FoldedText(
        _text(folded),
        np.repeat(starts, counts).astype(np.int32),
        np.repeat(ends, counts).astype(np.int32),
    )


# ASCII, letters of Europe and Vietnam, kana, Hangul, Han, signs, the marks between Han, emoji: whatever folds
# to one character and joins none. A test compares.
_ONE_TO_ONE = re.compile(
    "[\0-\xa7\xa9-\xac\xae\xb0-\xb3\xb5-\xb7\xb9-\xbb\xbf-\xde\xe0-\u012f\u0134-\u013e\u0141-\u0148\u014a-\u017e"
    "\u0386-\u0482\u048a-\u0529\u1e00-\u1e95\u1ea0-\u1ef9\u2012-\u2015\u2018-\u2023\u2030-\u2032\u2190-\u222b"
    "\u2231-\u2468\u24b6-\u2a0b\u2add-\u2bff\u3001-\u3029\u3041-\u3096\u30a1-\u30fe\u3105-\u312f\u3400-\u9fff\uac00-\ud7a3"
    "\uff01-\uff5e\U0001f170-\U0001f189\U0001f191-\U0001f1ff\U0001f249-\U0001faff]*"
)


def folds_one_to_one(source: str) -> bool:
    """Does every character surely fold to one character, so that offsets are the same in both?"""
    return _ONE_TO_ONE.fullmatch(source) is not None


def fold_plain(source: str) -> str:
    """Folded for comparison with other folded characters (tags, urls), where offsets do not matter."""
    return simplify_characters(fold(source).text)


def simplify_words(folded: str) -> str:
    """Traditional to simplified by OpenCC's phrases; same length."""
    if folded.isascii():
        return folded
    simple: str = _opencc().convert(folded)
    if simple != folded:
        # Some phrases show only when their neighbours are simple: 於倫敦, 於伦敦, 于伦敦.
        simple = _opencc().convert(simple)
    if len(simple) == len(folded):
        return simple
    # No phrase of today's dictionary changes the length; offsets must survive one that does.
    return simplify_characters(folded)


def simplify_characters(folded: str) -> str:
    """Traditional to simplified, each character by itself; same length."""
    if folded.isascii():
        return folded
    if len(folded) <= _SHORT:
        return folded.translate(_SIMPLER)
    return _text(_SIMPLE.look_up(_points(folded))[1])


@lru_cache(maxsize=1)
def _opencc() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


# Bounded: queries come from strangers.
@lru_cache(maxsize=1 << 16)
def _fold_one(text: str) -> str:
    text = _INVISIBLE.sub("", _HALF.sub("\ufffd", text))
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _INVISIBLE.sub("", text).translate(_STRAIGHT)


@lru_cache(maxsize=1 << 16)
def _joins(character: str) -> bool:
    """Does it merge with the character before it (accents, voicing marks, Hangul vowels), or is it unseen?"""
    if _INVISIBLE.match(character):
        return True
    if character < "\u0300" or "\u4e00" <= character <= "\u9fff":
        return False
    first = unicodedata.normalize("NFKC", character)[0]
    return unicodedata.category(first)[0] == "M" or "\u1160" <= first <= "\u11ff"


def _cluster_starts(points: Points, joining: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where each piece begins that is folded as one: a character and those that join it, on one line."""
    begins = ~joining
    begins[0] = True
    begins[1:] |= points[:-1] == ord("\n")
    starts = np.flatnonzero(begins)
    lengths = np.diff(np.append(starts, len(points)))
    for long in np.flatnonzero(lengths > _LONGEST_CLUSTER).tolist():
        begins[starts[long] : starts[long] + lengths[long] : _LONGEST_CLUSTER] = True
    return np.flatnonzero(begins)


def _simplify_one(character: str) -> str:
    if character < "\u2e80" or "\ud800" <= character <= "\udfff":
        return character
    simple: str = _opencc().convert(character)
    return simple if len(simple) == 1 else character


def _points(text: str) -> Points:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _text(points: Points) -> str:
    return points.tobytes().decode("utf-32-le", "surrogatepass")


class _Learnt(dict[int, str]):
    """What a code point becomes, for `str.translate`; learnt when it is first met."""

    def __init__(self, one: Callable[[str], str]) -> None:
        self._one = one

    def __missing__(self, point: int) -> str:
        becomes = self._one(chr(point))
        if point < _LAST_HAN:  # bounded: queries come from strangers
            self[point] = becomes
        return becomes


_UNSEEN, _PLAIN, _ODD, _JOINING = range(4)


class _Table:
    """What a code point folds to, learnt when it is first met; a text is looked up in one array operation."""

    def __init__(self, one: Callable[[str], str], joins: Callable[[str], bool]) -> None:
        self._one = one
        self._joins = joins
        # Zeroed memory that nobody touched takes no room.
        self._kind = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
        self._to = np.zeros(sys.maxunicode + 1, dtype="<u4")

    def look_up(self, points: Points) -> tuple[NDArray[np.uint8], Points]:
        """Of each code point its kind and, where that is _PLAIN, what it folds to."""
        kinds = self._kind[points]
        if not kinds.all():
            for point in set(points[kinds == _UNSEEN].tolist()):
                self._learn(point)
            kinds = self._kind[points]
        return kinds, self._to[points]

    def _learn(self, point: int) -> None:
        character = chr(point)
        folded = self._one(character)
        self._to[point] = ord(folded) if len(folded) == 1 else point
        kind = _JOINING if self._joins(character) else _PLAIN if len(folded) == 1 else _ODD
        self._kind[point] = kind  # last: another thread looks here first


# Arrays fold long texts at less a character, these short ones at less a text.
_FOLDED = _Learnt(_fold_one)
_SIMPLER = _Learnt(_simplify_one)
_FOLD = _Table(_fold_one, _joins)
_SIMPLE = _Table(_simplify_one, lambda _: False)
