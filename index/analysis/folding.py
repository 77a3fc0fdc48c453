"""Unicode folding with source offsets.

Folding makes texts equal that readers consider the same: full width and half width, upper and lower case,
composed and decomposed letters, straight and curly quotes, traditional and simplified characters, C语言 with
and without a blank. Highlights are shown in the text as written, so every folded character has the range of
the source that it came from.

Two ways to simplify share one base (`fold`: NFKC, case and quotes, without invisible characters and without
blanks beside wide ones) and its offsets: `simplify_words` follows OpenCC's phrases and is right for words;
`simplify_characters` maps each character by itself, the same in every context, and is right for substrings
(OpenCC writes 干 for 乾 but keeps 乾隆). Both keep the length.
"""

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import opencc
from numpy.typing import NDArray

from zhsearch.index.analysis.folded_text import CodePoints, FoldedText
from zhsearch.index.analysis.neutral_blanks import MAY_BE_NEUTRAL, NEUTRAL_BLANKS, neutral_blanks
from zhsearch.index.arrays import expand_ranges

HAN = "\u4e00-\u9fd5"
"""The range of characters that both segmenters treat as Han, for a character class."""

# Unicode's Default_Ignorable_Code_Point: invisible characters, which must not split a word.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)

# Sites typeset straight quotes and dashes as these; readers type the one or copy the other.
_STRAIGHT = str.maketrans("‘’‛“”‟‐‒–", "'''\"\"\"---")

# Latin letters in lower case, composed, and with further accents.
_ACCENTED = re.compile("[\u00e0-\u024f\u1e00-\u1eff][\u0300-\u036f]*|[a-z][\u0300-\u036f]+")

_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which cannot be encoded again

_END_OF_HAN = 0x32000  # the first code point after the planes that have Han characters
_MAX_SHORT_CHARS = 256  # of a text that is folded without arrays, such as a query or a title

# As in stream-safe text (UAX #15): normalization takes quadratic time in the accents on a letter.
_MAX_CLUSTER_CHARS = 32
_QUOTES = re.compile('["“”＂]')  # of a facet's value


def fold(source: str) -> FoldedText:
    """Fold by NFKC and case, without invisible characters and blanks beside wide ones; keep the offsets."""
    if source.isascii():
        return FoldedText(source.lower(), None, None)
    if len(source) <= _MAX_SHORT_CHARS and _ONE_TO_ONE.fullmatch(source):
        return _without_neutral(source.translate(_FOLD_TRANSLATION), source)
    folded = fold_keeping_blanks(source)
    text, sources = to_points(folded.text), to_points(source)
    starts = np.arange(len(text), dtype=np.int32) if folded.starts is None else folded.starts
    ends = starts + 1 if folded.ends is None else folded.ends
    neutral = neutral_blanks(text, sources[starts])
    if not neutral.any():
        return folded
    return FoldedText(to_text(text[~neutral]), starts[~neutral], ends[~neutral])


def _without_neutral(folded: str, source: str) -> FoldedText:
    """A text that folded one to one without its neutral blanks."""
    if MAY_BE_NEUTRAL.isdisjoint(source):
        return FoldedText(folded, None, None)
    spans = [match.span() for match in NEUTRAL_BLANKS.finditer(source)]
    if not spans:
        return FoldedText(folded, None, None)
    bounds = [0, *(bound for span in spans for bound in span), len(source)]
    kept = list(zip(bounds[::2], bounds[1::2], strict=True))
    starts = np.concatenate([np.arange(start, end, dtype=np.int32) for start, end in kept])
    return FoldedText("".join([folded[start:end] for start, end in kept]), starts, starts + 1)


def fold_keeping_blanks(source: str) -> FoldedText:
    """Fold by NFKC and case, without invisible characters; keep the offsets.

    For a text whose blanks separate words, whatever stands beside them: that of a query.
    """
    if source.isascii():
        return FoldedText(source.lower(), None, None)
    if len(source) <= _MAX_SHORT_CHARS and _ONE_TO_ONE.fullmatch(source):
        return FoldedText(source.translate(_FOLD_TRANSLATION), None, None)
    points = to_points(source)
    kinds, folded = _FOLD_TABLE.look_up(points)
    highest = kinds.max()
    if highest == _SINGLE:
        return FoldedText(to_text(folded), None, None)
    # Arrays with one row per cluster (the unit that is folded as one): start and end in the source, and the
    # number of characters it folds to. `odd` are the clusters that the table does not cover.
    starts = np.arange(len(points)) if highest == _OTHER else _cluster_starts(points, kinds == _COMBINING)
    ends = np.append(starts[1:], len(points))
    odd = np.flatnonzero((kinds[starts] != _SINGLE) | (ends - starts > 1))
    odd_folded = [_fold_cluster(source[starts[row] : ends[row]]) for row in odd.tolist()]
    counts = np.ones(len(starts), dtype=np.int64)
    counts[odd] = [len(text) for text in odd_folded]
    folded = np.repeat(folded[starts], counts)
    folded[expand_ranges((np.cumsum(counts) - counts)[odd], counts[odd])] = to_points("".join(odd_folded))
    return FoldedText(
        to_text(folded),
        np.repeat(starts, counts).astype(np.int32),
        np.repeat(ends, counts).astype(np.int32),
    )


# ASCII, letters of Europe and Vietnam, kana, Hangul, Han, symbols, CJK punctuation, emoji: characters that
# fold to one and combine with none. A test compares.
_ONE_TO_ONE = re.compile(
    "[\0-\xa7\xa9-\xac\xae\xb0-\xb3\xb5-\xb7\xb9-\xbb\xbf-\xde\xe0-\u012f\u0134-\u013e\u0141-\u0148\u014a-\u017e"
    "\u0386-\u0482\u048a-\u0529\u1e00-\u1e95\u1ea0-\u1ef9\u2012-\u2015\u2018-\u2023\u2030-\u2032\u2190-\u222b"
    "\u2231-\u2468\u24b6-\u2a0b\u2add-\u2bff\u3001-\u3029\u3041-\u3096\u30a1-\u30fe\u3105-\u312f\u3400-\u9fff\uac00-\ud7a3"
    "\uff01-\uff5e\U0001f170-\U0001f189\U0001f191-\U0001f1ff\U0001f249-\U0001faff]*"
)


def folds_by_character(source: str) -> bool:
    """Whether every character is known to fold to one, whatever stands beside it, or is a neutral blank.

    False does not mean the opposite: the pattern has the usual characters only.
    """
    return _ONE_TO_ONE.fullmatch(source) is not None


def fold_plain(source: str) -> str:
    """Fold character by character, for comparisons that need no offsets (tags, URLs, substrings)."""
    return simplify_characters(fold(source).text)


def facet_text(value: str) -> str:
    """A facet's value folded as a query names it, with blanks for the quotation marks that no quotation can
    hold: `series:"山海经"`."""
    return " ".join(fold_plain(_QUOTES.sub(" ", value)).split())


def simplify_words(folded: str) -> str:
    """Convert folded text from traditional to simplified by OpenCC's phrases; the length stays."""
    if folded.isascii():
        return folded
    simplified: str = _opencc().convert(folded)
    if simplified != folded:
        # Some phrases match only after their neighbours are simplified: 於倫敦, 於伦敦, 于伦敦.
        simplified = _opencc().convert(simplified)
    if len(simplified) == len(folded):
        return simplified
    # No phrase of the current dictionary changes the length; offsets must stay valid if one does.
    return simplify_characters(folded)


def simplify_characters(folded: str) -> str:
    """Convert folded text from traditional to simplified, each character by itself; the length stays."""
    if folded.isascii():
        return folded
    if len(folded) <= _MAX_SHORT_CHARS:
        return folded.translate(_SIMPLIFY_TRANSLATION)
    return to_text(_SIMPLIFY_TABLE.look_up(to_points(folded))[1])


@lru_cache(maxsize=1)
def _opencc() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


# Bounded: queries come from strangers.
@lru_cache(maxsize=1 << 16)
def _fold_cluster(text: str) -> str:
    """Fold a character with those that combine with it, by Unicode's own tables."""
    text = _INVISIBLE.sub("", _SURROGATE.sub("\ufffd", text))
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _ACCENTED.sub(_without_accents, _INVISIBLE.sub("", text).translate(_STRAIGHT))


def _without_accents(letter: re.Match[str]) -> str:
    """A Latin letter without its accents, as readers type it: é as e. Others stay as they are."""
    decomposed = unicodedata.normalize("NFD", letter[0])
    return decomposed[0] if decomposed[0].isascii() else letter[0]


@lru_cache(maxsize=1 << 16)
def _is_combining(character: str) -> bool:
    """Whether it merges with the character before it (accents, Hangul vowels), or is invisible."""
    if _INVISIBLE.match(character):
        return True
    if character < "\u0300" or "\u4e00" <= character <= "\u9fff":
        return False
    first = unicodedata.normalize("NFKC", character)[0]
    return unicodedata.category(first)[0] == "M" or "\u1160" <= first <= "\u11ff"


def _cluster_starts(points: CodePoints, combining: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The offset of each cluster: a character and those that combine with it, on one line."""
    is_start = ~combining
    is_start[0] = True
    is_start[1:] |= points[:-1] == ord("\n")
    starts = np.flatnonzero(is_start)
    lengths = np.diff(np.append(starts, len(points)))
    for row in np.flatnonzero(lengths > _MAX_CLUSTER_CHARS).tolist():
        is_start[starts[row] : starts[row] + lengths[row] : _MAX_CLUSTER_CHARS] = True
    return np.flatnonzero(is_start)


def _simplify_character(character: str) -> str:
    if character < "\u2e80" or "\ud800" <= character <= "\udfff":
        return character
    simplified: str = _opencc().convert(character)
    return simplified if len(simplified) == 1 else character


def to_points(text: str) -> CodePoints:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def to_text(points: CodePoints) -> str:
    """The text of code points."""
    return points.tobytes().decode("utf-32-le", "surrogatepass")


class _Translation(dict[int, str]):
    """A table for `str.translate`, filled in as code points first occur."""

    def __init__(self, mapping: Callable[[str], str]) -> None:
        self._mapping = mapping

    def __missing__(self, point: int) -> str:
        mapped = self._mapping(chr(point))
        if point < _END_OF_HAN:  # bounded: queries come from strangers
            self[point] = mapped
        return mapped


# Kinds of code points, in ascending order of the work they cause: not seen yet; folds to one character; folds
# to none or several; combines with the character before it.
_UNKNOWN, _SINGLE, _OTHER, _COMBINING = range(4)


class _CodePointTable:
    """Maps code points by array look-up; filled in as they first occur.

    `_kinds` (uint8) and `_mapped` (uint32) have one row per code point of Unicode.
    """

    def __init__(self, mapping: Callable[[str], str], is_combining: Callable[[str], bool]) -> None:
        self._mapping = mapping
        self._is_combining = is_combining
        # Zeroed memory is not allocated until it is written to.
        self._kinds = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
        self._mapped = np.zeros(sys.maxunicode + 1, dtype="<u4")

    def look_up(self, points: CodePoints) -> tuple[NDArray[np.uint8], CodePoints]:
        """The kind of each code point and, where that is _SINGLE, the code point it maps to."""
        kinds = self._kinds[points]
        if not kinds.all():
            for point in set(points[kinds == _UNKNOWN].tolist()):
                self._add(point)
            kinds = self._kinds[points]
        return kinds, self._mapped[points]

    def _add(self, point: int) -> None:
        character = chr(point)
        mapped = self._mapping(character)
        self._mapped[point] = ord(mapped) if len(mapped) == 1 else point
        kind = _COMBINING if self._is_combining(character) else _SINGLE if len(mapped) == 1 else _OTHER
        self._kinds[point] = kind  # written last, because other threads read it first


# Array look-ups cost less per character, `str.translate` less per call: the former are for long texts, the
# latter for short ones.
_FOLD_TRANSLATION = _Translation(_fold_cluster)
_SIMPLIFY_TRANSLATION = _Translation(_simplify_character)
_FOLD_TABLE = _CodePointTable(_fold_cluster, _is_combining)
_SIMPLIFY_TABLE = _CodePointTable(_simplify_character, lambda _: False)
