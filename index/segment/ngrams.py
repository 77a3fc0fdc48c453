"""The n-gram index: the pages of each character, and of each pair of adjacent characters.

The substring channel searches it. It covers the folded text, whose lines are the title and the blocks; no
pair spans two lines. A text of one or two characters is answered exactly; for a longer one the index yields
the candidate pages whose folded text has to be searched.

In memory an n-gram is one uint64: the code points of its first character (upper half) and its second, 0 for a
single one. On disk a code point is its number in the segment's alphabet, from 1. Pages are uint16 numbers,
or a bit for each page of the segment where that is shorter; the length of a list distinguishes the two.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np

from zhsearch.index.arrays import Array, Bytes, IntArray, Mask, concat, expand_ranges, narrowest_uint, offsets

_NEWLINE = ord("\n")
_BITMAP_BATCH = 512
_FIRST_SHIFT = np.uint64(32)  # of the first character in an n-gram
_SECOND_MASK = np.uint64(0xFFFFFFFF)
_PAGE_BITS = np.uint64(16)
_POINT_BITS = np.uint64(21)
SENTINEL = np.uint64(1 << 63)
"""Greater than any n-gram: put before a sorted array, it differs from the first."""


def ngrams_of(folded: str, sizes: list[int]) -> tuple[Array, IntArray, Array]:
    """The n-grams of pages whose folded texts, of `sizes` code points, are concatenated in `folded`.

    Returns (ngrams, starts, pages): `ngrams` (g,) uint64, sorted, each once; the pages of `ngrams[i]` are
    `pages[starts[i]:starts[i + 1]]`, uint16, ascending.
    """
    points = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    pages = np.repeat(np.arange(len(sizes), dtype=np.uint64), sizes)  # of each code point
    visible = points != _NEWLINE
    # Code point, code point, page as one number of 21 + 21 + 16 bits: sorts by n-gram, then by page.
    pairs = (points[:-1] << _POINT_BITS | points[1:]) << _PAGE_BITS | pages[:-1]
    singles = points << _POINT_BITS << _PAGE_BITS | pages
    rows = np.concatenate((singles[visible], pairs[visible[:-1] & visible[1:]]))
    rows.sort()  # then remove duplicates; np.unique hashes instead, at ten times the cost
    rows = rows[np.diff(rows, prepend=SENTINEL) != 0]
    keys, row_pages = rows >> _PAGE_BITS, (rows & np.uint64(0xFFFF)).astype(np.uint16)
    firsts = np.flatnonzero(np.diff(keys, prepend=SENTINEL))
    keys = keys[firsts]
    ngrams = keys >> _POINT_BITS << _FIRST_SHIFT | keys & np.uint64((1 << 21) - 1)
    return ngrams, np.append(firsts, len(rows)), row_pages


def encode_ngrams(ngrams: Array, starts: IntArray, pages: Array, size: int) -> Iterator[tuple[str, Array]]:
    """The arrays on disk of the n-grams of a segment of `size` pages; arguments as `ngrams_of` returns."""
    first_points = (ngrams >> _FIRST_SHIFT).astype(np.uint32)
    second_points = (ngrams & _SECOND_MASK).astype(np.uint32)
    alphabet = np.unique(first_points)  # the second of a pair is a single character as well
    yield "ngram.alphabet", alphabet
    first = np.searchsorted(alphabet, first_points) + 1
    second = np.searchsorted(alphabet, second_points) + 1
    second[second_points == 0] = 0
    is_narrow = len(alphabet) < 0xFFFF
    keys = (first << 16 | second).astype(np.uint32) if is_narrow else (first << 32 | second).astype(np.uint64)
    yield "ngram.keys", keys
    list_starts, lists = _encode_lists(starts, pages, size)
    yield "ngram.starts", narrowest_uint(list_starts, np.uint32)
    yield "ngram.pages", lists


def _encode_lists(starts: IntArray, pages: Array, size: int) -> tuple[IntArray, Bytes]:
    """(offsets in bytes, bytes) of page lists, each as numbers or as a bitmap, whichever is shorter."""
    width = (size + 7) // 8  # bytes of a bitmap
    counts = np.diff(starts)
    is_bitmap = counts * 2 >= width
    lengths = np.where(is_bitmap, width, counts * 2)
    byte_starts = offsets(lengths)
    lists = np.zeros(byte_starts[-1], dtype=np.uint8)
    sparse = np.flatnonzero(~is_bitmap)
    numbers = pages[expand_ranges(starts[sparse], counts[sparse])].astype("<u2")
    lists[expand_ranges(byte_starts[sparse], lengths[sparse])] = numbers.view(np.uint8)
    dense = np.flatnonzero(is_bitmap)
    for start in range(0, len(dense), _BITMAP_BATCH):
        rows = dense[start : start + _BITMAP_BATCH]
        bits = np.zeros((len(rows), width * 8), dtype=np.bool_)  # (row, page)
        row_of = np.repeat(np.arange(len(rows)), counts[rows])
        bits[row_of, pages[expand_ranges(starts[rows], counts[rows])]] = True
        packed = np.packbits(bits, axis=1, bitorder="little")
        lists[expand_ranges(byte_starts[rows], lengths[rows])] = packed.ravel()
    return byte_starts, lists


def decode_ngrams(arrays: Mapping[str, Array], size: int) -> tuple[Array, IntArray, Array]:
    """Decode what `encode_ngrams` encoded: (ngrams, starts, pages)."""
    keys, alphabet = arrays["ngram.keys"], arrays["ngram.alphabet"].astype(np.uint64)
    shift = keys.dtype.itemsize * 4
    points = np.append(np.uint64(0), alphabet)
    ngrams = points[keys >> shift] << _FIRST_SHIFT | points[keys & ((1 << shift) - 1)]
    return ngrams, *_decode_lists(arrays["ngram.starts"].astype(np.int64), arrays["ngram.pages"], size)


def _decode_lists(byte_starts: IntArray, lists: Array, size: int) -> tuple[IntArray, Array]:
    """(starts, pages) of the page lists that `_encode_lists` encoded."""
    width = (size + 7) // 8
    lengths = np.diff(byte_starts)
    is_bitmap = lengths == width
    counts = lengths // 2
    dense_pages = []
    dense = np.flatnonzero(is_bitmap)
    for start in range(0, len(dense), _BITMAP_BATCH):
        rows = dense[start : start + _BITMAP_BATCH]
        packed = lists[expand_ranges(byte_starts[rows], lengths[rows])].reshape(len(rows), width)
        row_of, numbers = _bits(packed, size).nonzero()
        counts[rows] = np.bincount(row_of, minlength=len(rows))
        dense_pages.append(numbers.astype(np.uint16))
    starts = offsets(counts)
    pages = np.zeros(starts[-1], dtype=np.uint16)
    if dense_pages:
        pages[expand_ranges(starts[dense], counts[dense])] = concat(dense_pages)
    sparse = np.flatnonzero(~is_bitmap)
    numbers = lists[expand_ranges(byte_starts[sparse], lengths[sparse])].view("<u2")
    pages[expand_ranges(starts[sparse], counts[sparse])] = numbers
    return starts, pages


def _bits(packed: Array, size: int) -> Mask:
    """The first `size` bits of bytes, (bytes,) or (rows, bytes), as bool: `nonzero` reads that far faster."""
    return np.unpackbits(packed, axis=-1, count=size, bitorder="little").view(np.bool_)


class NgramIndex:
    """The n-grams of one segment of `size` pages, for look-ups by bisection without array operations."""

    def __init__(self, arrays: Mapping[str, Array], size: int) -> None:
        self._alphabet = arrays["ngram.alphabet"].data
        self._keys = arrays["ngram.keys"].data
        self._starts = arrays["ngram.starts"].data
        self._pages = arrays["ngram.pages"]
        self._shift = self._keys.itemsize * 4
        self._size = size
        self._width = (size + 7) // 8

    def rows(self, text: str) -> list[int] | None:
        """The rows of the n-grams of a text, each once, the rarest first; None if the segment lacks one.

        The n-grams are the pairs of a text, or its single character.
        """
        ids = []
        for point in map(ord, text):
            index = bisect_left(self._alphabet, point)
            if index == len(self._alphabet) or self._alphabet[index] != point:
                return None
            ids.append(index + 1)
        keys = {first << self._shift | second for first, second in pairwise(ids)} or {ids[0] << self._shift}
        rows = []
        for key in keys:
            row = bisect_left(self._keys, key)
            if row == len(self._keys) or self._keys[row] != key:
                return None
            rows.append(row)
        return sorted(rows, key=lambda row: (self._starts[row + 1] - self._starts[row], row))

    def pages(self, row: int) -> IntArray:
        """The pages of the n-gram of a row, ascending."""
        data = self._pages[self._starts[row] : self._starts[row + 1]]
        if len(data) == self._width:
            return _bits(data, self._size).nonzero()[0]
        return data.view("<u2").astype(np.int64)

    def count(self, row: int) -> int:
        """The number of pages of the n-gram of a row."""
        data = self._pages[self._starts[row] : self._starts[row + 1]]
        if len(data) == self._width:
            return int.from_bytes(data, "little").bit_count()
        return len(data) // 2
