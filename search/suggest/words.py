"""The words of an index that may be corrected to, decoded from its packed terms all at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.analysis import HAN
from zhsearch.index.arrays import Array, IntArray, concat
from zhsearch.search.suggest.pinyin import MAX_SYLLABLES

_HAN_BYTES = 3  # of a Han character in UTF-8
_LEAD_BYTE, _OTHER_BYTE = 0xE0, 0x80  # what UTF-8 adds to the first of them, and to the others
_FIRST_HAN, _LAST_HAN = ord(HAN[0]), ord(HAN[-1])

Keys = NDArray[np.uint64]


def latin_words(text: Array, starts: Array, size: int) -> NDArray[np.bytes_]:
    """The terms of `size` lower-case letters among packed ones."""
    rows = starts[np.flatnonzero(np.diff(starts) == size)]
    letters = text[rows[:, np.newaxis] + np.arange(size, dtype=rows.dtype)]
    is_word = ((letters >= ord("a")) & (letters <= ord("z"))).all(axis=1)
    words: NDArray[np.bytes_] = np.ascontiguousarray(letters[is_word]).view(f"S{size}").ravel()
    return words


def han_words(
    terms: Sequence[tuple[Array, Array]], page_counts: Sequence[IntArray]
) -> tuple[NDArray[np.uint32], IntArray]:
    """The words of two to MAX_SYLLABLES Han characters among the packed terms of several sources, whose
    document frequencies are `page_counts`: code points (word, MAX_SYLLABLES), zeros at a row's end, and
    document frequencies (word,)."""
    found = [han_points(*packed) for packed in terms]
    if not found:
        return np.zeros((0, MAX_SYLLABLES), dtype=np.uint32), np.zeros(0, dtype=np.int64)
    words = concat([points for points, _ in found])
    pages = concat([counts[rows] for (_, rows), counts in zip(found, page_counts, strict=True)])
    if len(found) > 1:  # a word of several sources becomes one, with the sum of their counts
        keys, firsts, key_of = np.unique(hash_of(words), return_index=True, return_inverse=True)
        words = words[firsts]
        pages = np.bincount(key_of, weights=pages, minlength=len(keys)).astype(np.int64)
    return words, pages


def han_points(text: Array, starts: Array) -> tuple[NDArray[np.uint32], IntArray]:
    """The words of two to MAX_SYLLABLES Han characters among packed terms: code points
    (word, MAX_SYLLABLES), zeros at a row's end, and which terms they are (word,)."""
    characters, rest = np.divmod(np.diff(starts), _HAN_BYTES)
    rows = np.flatnonzero((rest == 0) & (characters >= 2) & (characters <= MAX_SYLLABLES))
    rows = rows[text[starts[rows]] > _LEAD_BYTE]
    characters, firsts = characters[rows], starts[rows].astype(np.int64)
    table = np.zeros((len(rows), MAX_SYLLABLES), dtype=np.uint32)
    is_han = np.ones(len(rows), dtype=np.bool_)
    for column in range(MAX_SYLLABLES):
        long = np.flatnonzero(characters > column)
        places = firsts[long] + _HAN_BYTES * column
        lead, second, third = (text[places + offset].astype(np.uint32) for offset in range(_HAN_BYTES))
        points = (lead - _LEAD_BYTE << 12) + (second - _OTHER_BYTE << 6) + (third - _OTHER_BYTE)
        # The first byte of an ASCII or longer character is below or above: no such number is in the range.
        is_han[long] &= (points >= _FIRST_HAN) & (points <= _LAST_HAN)
        table[long, column] = points
    return table[is_han], rows[is_han]


def hash_of(points: NDArray[np.uint32]) -> Keys:
    """A hash of each row of code points that ignores zeros, wherever they are."""
    key = np.full(len(points), 0xCBF29CE484222325, dtype=np.uint64)
    for column in points.T:
        mixed = (key ^ column.astype(np.uint64)) * np.uint64(0x100000001B3)
        key = np.where(column > 0, mixed ^ mixed >> np.uint64(29), key)
    return key
