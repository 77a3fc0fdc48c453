"""The n-gram index: the pages of each character, and of each pair of adjacent characters.

The substring channel searches it. It covers the folded text, whose lines are the title and the blocks; no
pair spans two lines. A text of one or two characters is answered exactly; for a longer one the index yields
the candidate pages whose folded text has to be searched.

In memory an n-gram is one uint64: the code points of its first character (upper half) and its second, 0 for a
single one. On disk n-grams are rows, grouped by their first character; the second one is its number in the
segment's alphabet, from 1. The pages of each are stored as `page_lists` says.
"""

import re
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, IntArray, concat, narrowest_uint, offsets
from zhsearch.index.segment.page_lists import count_list, decode_list, decode_lists, encode_lists

_MAX_TABLE = 16_000_000  # bytes of a table of what occurs
_NEWLINE = ord("\n")
_STEP = 16  # the place of every 16th row is on disk; the others follow from the lengths of the rows between
_FIRST_SHIFT = np.uint64(32)  # of the first character in an n-gram
_SECOND_MASK = np.uint64(0xFFFFFFFF)
SENTINEL = np.uint64(1 << 63)
"""Greater than any n-gram: put before a sorted array, it differs from the first."""


class NgramPart(NamedTuple):
    """Some of the n-grams of a segment: (g,) uint64, sorted, each once; the number of pages of each, none 0,
    (g,); and their pages, (counts.sum(),) uint16, ascending in each."""

    ngrams: Array
    counts: IntArray
    pages: Array


def ngrams_of(folded: str, sizes: list[int]) -> tuple[Array, IntArray, Array]:
    """The n-grams of pages whose folded texts, of `sizes` code points, are concatenated in `folded`.

    Returns (ngrams, starts, pages): `ngrams` (g,) uint64, sorted, each once; the pages of `ngrams[i]` are
    `pages[starts[i]:starts[i + 1]]`, uint16, ascending.
    """
    points = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    alphabet = _alphabet(points)
    # An n-gram on a page is one number: character, character, page. Characters are numbered, from 1, so that
    # mostly 32 bits suffice, which are sorted in half the time.
    character_bits = (len(alphabet) - 1).bit_length()
    page_bits = max(len(sizes) - 1, 0).bit_length()
    kind = np.dtype(np.uint32 if 2 * character_bits + page_bits <= 32 else np.uint64)
    numbers = np.zeros(sys.maxunicode + 1, dtype=kind)
    numbers[alphabet] = np.arange(len(alphabet))
    characters = numbers[points]
    pages = np.arange(len(sizes), dtype=kind).repeat(sizes)
    singles = _distinct(characters << page_bits | pages, len(alphabet) << page_bits)
    singles = singles[np.searchsorted(singles, 1 << page_bits) :].astype(kind)  # without the newline
    is_pair = (characters[:-1] > 0) & (characters[1:] > 0)
    pairs = ((characters[:-1] << character_bits | characters[1:]) << page_bits | pages[:-1])[is_pair]
    page_mask = (1 << page_bits) - 1
    rows = np.concatenate((singles >> page_bits << character_bits + page_bits | singles & page_mask, pairs))
    rows.sort()  # then remove duplicates; np.unique hashes instead, at ten times the cost
    rows = rows[np.append(True, rows[1:] != rows[:-1])[: len(rows)]]
    row_pages = (rows & page_mask).astype(np.uint16)
    rows >>= page_bits
    firsts = np.flatnonzero(np.append(True, rows[1:] != rows[:-1])[: len(rows)])
    keys = rows[firsts]
    ngrams = alphabet[keys >> character_bits] << _FIRST_SHIFT
    ngrams |= alphabet[keys & ((1 << character_bits) - 1)]
    return ngrams, np.append(firsts, len(rows)), row_pages


def _alphabet(points: Array) -> Array:
    """0 for the newline, then the other distinct code points, ascending: uint64. A text has no NUL."""
    distinct = _distinct(points, sys.maxunicode + 1)
    others = distinct[(distinct > 0) & (distinct != _NEWLINE)]
    return np.append(0, others).astype(np.uint64)


def _distinct(numbers: Array, end: int) -> IntArray:
    """The distinct ones of whole numbers below `end`, ascending."""
    if end > _MAX_TABLE:  # of many short texts with many characters, such as titles
        ordered = np.sort(numbers)
        distinct: IntArray = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]].astype(
            np.int64
        )
        return distinct
    # faster than to sort them
    occurs = np.zeros(end, dtype=np.bool_)
    occurs[numbers] = True
    return np.flatnonzero(occurs)


def encode_ngrams(ngrams: Array, starts: IntArray, pages: Array, size: int) -> Iterator[tuple[str, Array]]:
    """The arrays on disk of the n-grams of a segment of `size` pages; arguments as `ngrams_of` returns."""
    lengths, lists = encode_lists(np.diff(starts), pages, size)
    yield "ngram.pages", lists
    yield from _row_arrays(ngrams, lengths)


def encode_parts(parts: Iterable[NgramPart], size: int) -> Iterator[tuple[str, Array | Iterator[Array]]]:
    """The same of n-grams that come in parts, in their order; the first array as pieces, which must be used
    before the next array is asked for."""
    ngrams, lengths = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.int64)]

    def lists() -> Iterator[Array]:
        yield np.zeros(0, dtype=np.uint8)
        for part in parts:
            sizes, data = encode_lists(part.counts, part.pages, size)
            ngrams.append(part.ngrams)
            lengths.append(narrowest_uint(sizes))
            yield data

    yield "ngram.pages", lists()
    yield from _row_arrays(concat(ngrams), concat(lengths))


def _row_arrays(ngrams: Array, lengths: Array) -> Iterator[tuple[str, Array]]:
    """The arrays of the rows; `lengths` are the bytes of their page lists."""
    first_points = (ngrams >> _FIRST_SHIFT).astype(np.uint32)
    second_points = (ngrams & _SECOND_MASK).astype(np.uint32)
    is_first = np.diff(first_points, prepend=~first_points[:1]) != 0
    alphabet = first_points[is_first]  # the second of a pair is a single character as well
    yield "ngram.alphabet", alphabet
    yield "ngram.firsts", narrowest_uint(np.append(np.flatnonzero(is_first), len(ngrams)), np.uint32)
    seconds = np.searchsorted(alphabet, second_points) + 1
    seconds[second_points == 0] = 0
    yield "ngram.seconds", narrowest_uint(seconds, np.uint16)
    yield "ngram.starts", narrowest_uint(offsets(lengths)[:-1:_STEP], np.uint32)
    yield "ngram.lengths", narrowest_uint(lengths)


def decode_ngrams(arrays: Mapping[str, Array], size: int) -> tuple[Array, IntArray, Array]:
    """Decode what `encode_ngrams` encoded: (ngrams, starts, pages)."""
    ngrams, counts, pages = StoredNgrams(arrays, size).part(0, len(arrays["ngram.alphabet"]))
    return ngrams, offsets(counts), pages


class StoredNgrams:
    """The n-grams of one segment of `size` pages, to be decoded by ranges of their first characters.

    `alphabet` (a,): the first characters; `places` (a + 1,): where the page lists of each begin, in bytes.
    """

    def __init__(self, arrays: Mapping[str, Array], size: int) -> None:
        self._arrays = arrays
        self._size = size
        self.alphabet = arrays["ngram.alphabet"].astype(np.uint64)
        self._firsts = arrays["ngram.firsts"].astype(np.int64)
        self.places = offsets(arrays["ngram.lengths"])[self._firsts]

    def part(self, first: int, last: int) -> NgramPart:
        """The n-grams of the characters from number `first` of the alphabet to the one before `last`."""
        rows = slice(self._firsts[first], self._firsts[last])
        data = self._arrays["ngram.pages"][self.places[first] : self.places[last]]
        counts, pages = decode_lists(self._arrays["ngram.lengths"][rows].astype(np.int64), data, self._size)
        points = np.append(np.uint64(0), self.alphabet)
        sizes = np.diff(self._firsts[first : last + 1])
        ngrams = (self.alphabet[first:last] << _FIRST_SHIFT).repeat(sizes)
        ngrams |= points[self._arrays["ngram.seconds"][rows]]
        return NgramPart(ngrams, counts, pages)


class NgramIndex:
    """The n-grams of one segment of `size` pages, for look-ups by bisection without array operations."""

    def __init__(self, arrays: Mapping[str, Array], size: int) -> None:
        self._alphabet = arrays["ngram.alphabet"].data
        self._firsts = arrays["ngram.firsts"].data
        self._seconds = arrays["ngram.seconds"].data
        self._starts = arrays["ngram.starts"].data
        self._lengths = arrays["ngram.lengths"].data
        self._pages = arrays["ngram.pages"]
        self._size = size
        self._places: dict[str, int] = {}

    def rows(self, text: str, *, omitted: re.Pattern[str] | None = None) -> list[int] | None:
        """The rows of the n-grams of a text, each once, the rarest first; None if the segment lacks one.

        The n-grams are the pairs of a text, or its single character. The rarest is the one whose list has the
        fewest bytes, which is not always the fewest pages. The rows of `omitted` pairs are left out.
        """
        places = [self._place(character) for character in text]
        texts = ["".join(pair) for pair in pairwise(text)]
        pairs = dict(zip(texts, pairwise(places), strict=True)) or {text: (places[0], -1)}
        rows = []
        for pair, (first, second) in pairs.items():
            if first is None or second is None:
                return None
            last = self._firsts[first + 1]
            row = bisect_left(self._seconds, second + 1, self._firsts[first], last)
            if row == last or self._seconds[row] != second + 1:
                return None
            if omitted is None or not omitted.fullmatch(pair):
                rows.append(row)
        lengths = self._lengths
        return sorted(rows, key=lambda row: (lengths[row], row))

    def _place(self, character: str) -> int | None:
        """The number of a character in the alphabet; characters of queries repeat."""
        place = self._places.get(character)
        if place is None:
            point = ord(character)
            place = bisect_left(self._alphabet, point)
            if place == len(self._alphabet) or self._alphabet[place] != point:
                return None
            self._places[character] = place
        return place

    def pages(self, row: int) -> IntArray:
        """The pages of the n-gram of a row, ascending."""
        return decode_list(self._list(row), self._size)

    def count(self, row: int) -> int:
        """The number of pages of the n-gram of a row."""
        return count_list(self._list(row), self._size)

    def _list(self, row: int) -> Array:
        """The bytes of the page list of a row."""
        lengths = self._lengths
        start = self._starts[row // _STEP] + sum(lengths[row - row % _STEP : row])
        return self._pages[start : start + lengths[row]]
