"""Text in, folded text with a way back to the source out.

Folding makes texts meet that readers take for the same: full width and half width, upper and lower case,
composed and decomposed letters, traditional and simplified characters. Marks on a page need the way back,
so every folded character knows the range of source characters that it came from.

Two foldings share one base (`fold`: NFKC and case, invisible characters dropped) and its offsets:
`simplify_words` follows OpenCC's phrases and is right for words; `simplify_characters` folds each character
by itself, the same in every context, and is right for substrings (OpenCC writes 干 for 乾 but keeps 乾隆).
Both keep the length.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import opencc
from numpy.typing import NDArray

# Default_Ignorable_Code_Point of Unicode: what nobody sees must not split a word.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)


class Folded(NamedTuple):
    """Folded text. `text[i]` came from `source[starts[i]:ends[i]]`; None means each from its own place."""

    text: str
    starts: NDArray[np.int32] | None
    ends: NDArray[np.int32] | None

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Range of the source that `text[start:end]` (not empty) came from, in code points."""
        if self.starts is None or self.ends is None:
            return start, end
        return int(self.starts[start]), int(self.ends[end - 1])


def fold(source: str) -> Folded:
    """NFKC and case folding without invisible characters, with offsets."""
    if source.isascii():
        return Folded(source.lower(), None, None)
    characters = set(source)
    if any(map(_joins, characters)):
        return _fold_clusters(source)
    text = source.translate(_TABLE)
    odd = [character for character in characters if len(_fold_one(character)) != 1]
    if not odd:
        return Folded(text, None, None)
    points = np.frombuffer(source.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    lengths = np.ones(len(source), dtype=np.int32)
    for character in odd:
        lengths[points == ord(character)] = len(_fold_one(character))
    starts = np.repeat(np.arange(len(source), dtype=np.int32), lengths)
    return Folded(text, starts, starts + 1)


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
    return folded if folded.isascii() else folded.translate(_SIMPLE)


@lru_cache(maxsize=1)
def _opencc() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


# Bounded: queries come from strangers.
@lru_cache(maxsize=1 << 16)
def _fold_one(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _INVISIBLE.sub("", text)


@lru_cache(maxsize=1 << 16)
def _joins(character: str) -> bool:
    """Does it merge with the character before it under NFKC (accents, voicing marks, Hangul vowels)?"""
    if character < "\u0300" or "\u4e00" <= character <= "\u9fff":
        return False
    first = unicodedata.normalize("NFKC", character)[0]
    return unicodedata.category(first)[0] == "M" or "\u1160" <= first <= "\u11ff"


def _fold_clusters(source: str) -> Folded:
    """The careful way, for texts with joining characters: fold each base with what joins it as one piece."""
    cuts = [0]
    cuts += [at for at in range(1, len(source)) if not (_joins(source[at]) or _INVISIBLE.match(source[at]))]
    cuts.append(len(source))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in pairwise(cuts):
        piece = _fold_one(source[start:end])
        pieces.append(piece)
        starts += [start] * len(piece)
        ends += [end] * len(piece)
    return Folded("".join(pieces), np.array(starts, dtype=np.int32), np.array(ends, dtype=np.int32))


def _simplify_one(character: str) -> str:
    if character < "\u2e80" or "\ud800" <= character <= "\udfff":
        return character
    simple: str = _opencc().convert(character)
    return simple if len(simple) == 1 else character


class _Learning(dict[int, str]):
    """A translation table that learns a character when it first meets it: no table of all of Unicode."""

    def __init__(self, one: Callable[[str], str]) -> None:
        super().__init__()
        self._one = one

    def __missing__(self, point: int) -> str:
        result = self._one(chr(point))
        if len(self) < 1 << 17:
            self[point] = result
        return result


_TABLE = _Learning(_fold_one)
_SIMPLE = _Learning(_simplify_one)
