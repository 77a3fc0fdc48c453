"""The terms of tokens: each is indexed under itself and its parts.

中国科学院 also under 中国 and 科学院, GPT-4o also under gpt and 4o. The terms of all new tokens of a batch
are computed at once, as ranges of one text: token by token took five times as long.
"""

import re
from itertools import islice
from typing import NamedTuple

import numpy as np

from zhsearch.index.analysis.folded_text import CodePoints
from zhsearch.index.analysis.folding import HAN, to_points, to_text
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.arrays import Array, IntArray, Mask, offsets

_WORD_RUN = re.compile(r"[^\W_]+")
_IS_LETTER = re.compile(r"[^\W\d_]")
_VERSION = re.compile(r"(?<=[^\W\d_])[0-9]+(?:\.[0-9]+){2,}")  # after a letter: v1.2.3
_DOT = re.compile(r"\.")
_HAN_RUN = re.compile(rf"[{HAN}]+")
_MAX_NESTED_CHARS = 512  # of a longer token only the runs of letters and digits are split further
_END = (1 << 32) - 1

MAX_TERM_CHARS = 64
"""A longer token (a base64 blob, a URL) is found by its parts, not as a whole."""

# How strongly a character binds its neighbours: the strength of each ASCII character, then of all others.
_BREAK, _SLASH, _HYPHEN, _PERIOD, _OTHER, _DIGIT, _LETTER = range(7)
_STRENGTHS = np.full(129, _OTHER, dtype=np.uint8)
for _characters, _strength in (
    ("\n", _BREAK),
    ("/:@&", _SLASH),
    ("-_'+#%", _HYPHEN),
    (".", _PERIOD),
    ("0123456789", _DIGIT),
    ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", _LETTER),
):
    _STRENGTHS[list(_characters.encode())] = _strength


class Terms(NamedTuple):
    """The terms of tokens, one token after the other; of each its parts in text order, then itself.

    `offsets` (terms,) are where they begin in their tokens; `counts` (tokens,) how many each token has.
    """

    terms: list[str]
    offsets: IntArray
    counts: IntArray


def terms_of_tokens(tokens: list[str], segmenter: Segmenter) -> Terms:
    """The terms of Han words and of other tokens."""
    pieces, owners, places = _pieces(tokens)
    text = "\n".join([*pieces, ""])
    lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
    piece_starts = offsets(lengths + 1)
    in_words, in_mixed = _han_spans(text, segmenter)
    # Ranges of the text, each as one number, start << 32 | end. The parts are in text order.
    parts = np.sort(np.concatenate((_part_spans(text), in_mixed)))
    piece = np.searchsorted(piece_starts, parts >> 32, side="right") - 1
    part_lengths = (parts & _END) - (parts >> 32)
    parts = parts[(part_lengths < lengths[piece]) & (part_lengths <= MAX_TERM_CHARS)]
    wholes = piece_starts[:-1] << 32 | piece_starts[:-1] + lengths
    is_term = [len(piece) <= MAX_TERM_CHARS or _HAN_RUN.fullmatch(piece) is not None for piece in pieces]
    spans = np.concatenate((parts, in_words, wholes[is_term]))
    piece = np.searchsorted(piece_starts, spans >> 32, side="right") - 1
    order = np.argsort(piece, kind="stable")
    spans, piece = spans[order], piece[order]
    starts, ends = spans >> 32, spans & _END
    return Terms(
        [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)],
        starts - piece_starts[piece] + places[piece],
        np.bincount(owners[piece], minlength=len(tokens)),
    )


def _pieces(tokens: list[str]) -> tuple[list[str], IntArray, IntArray]:
    """The tokens, but of a very long one its runs of letters and digits; the number of the token of each, and
    its offset in that."""
    pieces: list[str] = []
    owners: list[int] = []
    places: list[int] = []
    for number, token in enumerate(tokens):
        if len(token) <= _MAX_NESTED_CHARS or _HAN_RUN.fullmatch(token):
            pieces.append(token)
            owners.append(number)
            places.append(0)
            continue
        for run in _WORD_RUN.finditer(token):
            if len(run[0]) <= MAX_TERM_CHARS:
                pieces.append(run[0])
                owners.append(number)
                places.append(run.start())
    return pieces, np.array(owners, dtype=np.int64), np.array(places, dtype=np.int64)


def _han_spans(text: str, segmenter: Segmenter) -> tuple[IntArray, IntArray]:
    """The ranges of the dictionary words inside Han words, and of all words of the Han runs inside other
    tokens; each token is a line of the text."""
    in_words: list[int] = []
    in_mixed: list[int] = []
    for run in _HAN_RUN.finditer(text):
        start, end = run.span()
        if text[end] == "\n" and (start == 0 or text[start - 1] == "\n"):
            for word, offset in segmenter.words_inside(run[0]):
                in_words.append(start + offset << 32 | start + offset + len(word))
        else:
            in_mixed += [start + first << 32 | start + last for _, first, last in segmenter.search(run[0])]
    return np.array(in_words, dtype=np.int64), np.array(in_mixed, dtype=np.int64)


def _part_spans(text: str) -> IntArray:
    """The ranges of the parts of tokens at every level: `a/b-1.2` gives a, b-1.2, b, 1.2, 1, 2.

    These are what stands between separators of a level or a stronger one, runs of letters or of digits, and
    numbers with points; each token, a line of the text, is a range of its own as well.
    """
    points = to_points(text)
    strengths = _STRENGTHS[np.minimum(points, len(_STRENGTHS) - 1)]
    is_digit = strengths == _DIGIT
    in_number = is_digit.copy()
    in_number[1:-1] |= (strengths[1:-1] == _PERIOD) & is_digit[:-2] & is_digit[2:]
    masks = [strengths > separator for separator in (_SLASH, _HYPHEN, _PERIOD)]
    masks += [_are_letters(points, strengths), is_digit, in_number]
    return np.unique(np.concatenate([*map(_runs, masks), _version_spans(text)]))


def _are_letters(points: CodePoints, strengths: Array) -> Mask:
    """Which code points are letters of another script than Han: (points,) bool."""
    is_letter: Mask = strengths == _LETTER
    is_han = (points >= ord(HAN[0])) & (points <= ord(HAN[-1]))
    unknown = np.flatnonzero((points > 127) & ~is_han)
    characters = to_text(points[unknown])
    is_letter[unknown] = [_IS_LETTER.match(character) is not None for character in characters]
    return is_letter


def _runs(mask: Mask) -> IntArray:
    """The ranges in which a mask is true; its last value is false."""
    changes = np.flatnonzero(np.diff(mask, prepend=False))
    runs: IntArray = changes[::2] << 32 | changes[1::2]
    return runs


def _version_spans(text: str) -> IntArray:
    """The ranges of beginnings of versions after a letter, each with the dot that follows: `1.2.` of v1.2.3.

    A query for 1.2 looks these up; without a letter before it, it is found as a text.
    """
    spans = [
        version.start() << 32 | dot.end()
        for version in _VERSION.finditer(text)
        for dot in islice(_DOT.finditer(text, *version.span()), 1, None)
    ]
    return np.array(spans, dtype=np.int64)
