"""Which characters, and which two characters side by side, does a page have?

The substring channel: a table of the single characters and pairs of neighbours of the folded text (a line
each for title and blocks; nothing is a neighbour across lines), with the pages of each. It answers one and
two characters exactly, and names the few pages where a longer text must be sought.

A gram is two code points in one number, the second 0 for a single character. On disk a code point is its
place in the part's own alphabet. Pages are numbers of two bytes, or one bit for each page of the part where
that is less; the length of a list tells which.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.arrays import Array, IntArray, concat, expand_ranges, narrowest_uint, offsets

_SECOND = np.uint64(32)
_LINE = ord("\n")
_ROWS = 512  # bitmaps made at a time
_DOC_BITS = np.uint64(16)
_POINT_BITS = np.uint64(21)


def ngrams_of(folded: str, sizes: list[int]) -> tuple[Array, IntArray, Array]:
    """(grams, starts, pages) of pages whose folded texts, of `sizes` code points, stand one after another.

    `grams` sorted, each once; the pages of `grams[i]` are `pages[starts[i]:starts[i + 1]]`, ascending.
    """
    points = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    pages = np.repeat(np.arange(len(sizes), dtype=np.uint64), sizes)
    visible = points != _LINE
    # Point, point, page in one number: sorting it sorts by gram, then by page. 21 + 21 + 16 bits.
    both = ((points[:-1] << _POINT_BITS | points[1:]) << _DOC_BITS | pages[:-1])[visible[:-1] & visible[1:]]
    single = (points << _POINT_BITS << _DOC_BITS | pages)[visible]
    found = np.concatenate((single, both))
    found.sort()  # np.unique hashes instead, at ten times the cost
    found = found[np.diff(found, prepend=np.uint64(1 << 63)) != 0]
    keys, pages = found >> _DOC_BITS, (found & np.uint64(0xFFFF)).astype(np.uint16)
    firsts = np.flatnonzero(np.diff(keys, prepend=np.uint64(1 << 63)))
    keys = keys[firsts]
    grams = keys >> _POINT_BITS << _SECOND | keys & np.uint64((1 << 21) - 1)
    return grams, np.append(firsts, len(found)), pages


def encode_ngrams(grams: Array, starts: IntArray, pages: Array, size: int) -> Iterator[tuple[str, Array]]:
    """The arrays on disk of the grams of a part of `size` pages."""
    points = (grams >> _SECOND).astype(np.uint32), (grams & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    alphabet = np.unique(points[0])  # whatever stands second stands single as well
    yield "gram.alphabet", alphabet
    first, second = np.searchsorted(alphabet, points[0]) + 1, np.searchsorted(alphabet, points[1]) + 1
    second[points[1] == 0] = 0
    narrow = len(alphabet) < 0xFFFF
    yield (
        "gram.keys",
        (first << 16 | second).astype(np.uint32) if narrow else (first << 32 | second).astype(np.uint64),
    )
    width = (size + 7) // 8
    counts = np.diff(starts)
    dense = counts * 2 >= width
    lengths = np.where(dense, width, counts * 2)
    places = offsets(lengths)
    yield "gram.starts", narrowest_uint(places, np.uint32)
    out = np.zeros(places[-1], dtype=np.uint8)
    sparse = np.flatnonzero(~dense)
    numbers = pages[expand_ranges(starts[sparse], counts[sparse])].astype("<u2")
    out[expand_ranges(places[sparse], lengths[sparse])] = numbers.view(np.uint8)
    rows = np.flatnonzero(dense)
    for at in range(0, len(rows), _ROWS):
        some = rows[at : at + _ROWS]
        bits = np.zeros((len(some), width * 8), dtype=np.bool_)
        bits[
            np.repeat(np.arange(len(some)), counts[some]), pages[expand_ranges(starts[some], counts[some])]
        ] = True
        out[expand_ranges(places[some], lengths[some])] = np.packbits(bits, axis=1, bitorder="little").ravel()
    yield "gram.pages", out


def decode_ngrams(arrays: Mapping[str, Array], size: int) -> tuple[Array, IntArray, Array]:
    """What `encode_grams` encoded."""
    keys, alphabet = arrays["gram.keys"], arrays["gram.alphabet"].astype(np.uint64)
    shift = keys.dtype.itemsize * 4
    points = np.append(np.uint64(0), alphabet)
    grams = points[keys >> shift] << _SECOND | points[keys & ((1 << shift) - 1)]
    width = (size + 7) // 8
    places = arrays["gram.starts"].astype(np.int64)
    lengths = np.diff(places)
    dense = lengths == width
    counts = lengths // 2
    rows, numbers = [], []
    blob = arrays["gram.pages"]
    every = np.flatnonzero(dense)
    for at in range(0, len(every), _ROWS):
        some = every[at : at + _ROWS]
        packed = blob[expand_ranges(places[some], lengths[some])].reshape(len(some), width)
        row, number = _bits(packed, size).nonzero()
        counts[some] = np.bincount(row, minlength=len(some))
        rows.append(some[row])
        numbers.append(number.astype(np.uint16))
    starts = offsets(counts)
    pages = np.zeros(starts[-1], dtype=np.uint16)
    if numbers:
        pages[expand_ranges(starts[every], counts[every])] = concat(numbers)
    sparse = np.flatnonzero(~dense)
    pages[expand_ranges(starts[sparse], counts[sparse])] = blob[
        expand_ranges(places[sparse], lengths[sparse])
    ].view("<u2")
    return grams, starts, pages


def _bits(packed: Array, size: int) -> NDArray[np.bool_]:
    """The first bits of bytes, or of each row of them; as truth values, whose places are found far faster."""
    return np.unpackbits(packed, axis=-1, count=size, bitorder="little").view(np.bool_)


class NgramIndex:
    """The grams of one part, to be asked. Look-ups are single steps in memory, not array operations."""

    def __init__(self, arrays: Mapping[str, Array], size: int) -> None:
        self._alphabet = arrays["gram.alphabet"].data
        self._keys = arrays["gram.keys"].data
        self._starts = arrays["gram.starts"].data
        self._pages = arrays["gram.pages"]
        self._shift = self._keys.itemsize * 4
        self._size = size
        self._width = (size + 7) // 8

    def rows(self, text: str) -> list[int] | None:
        """Rows of the grams of a text, the rarest first, each once: its pairs, or a single character. None
        where the part lacks one."""
        ids = []
        for point in map(ord, text):
            at = bisect_left(self._alphabet, point)
            if at == len(self._alphabet) or self._alphabet[at] != point:
                return None
            ids.append(at + 1)
        keys = {first << self._shift | second for first, second in pairwise(ids)} or {ids[0] << self._shift}
        rows = []
        for key in keys:
            row = bisect_left(self._keys, key)
            if row == len(self._keys) or self._keys[row] != key:
                return None
            rows.append(row)
        return sorted(rows, key=lambda row: (self._starts[row + 1] - self._starts[row], row))

    def pages(self, row: int) -> NDArray[np.int64]:
        """The pages of one gram, ascending."""
        data = self._pages[self._starts[row] : self._starts[row + 1]]
        if len(data) == self._width:
            return _bits(data, self._size).nonzero()[0]
        return data.view("<u2").astype(np.int64)

    def count(self, row: int) -> int:
        """How many pages one gram has."""
        data = self._pages[self._starts[row] : self._starts[row + 1]]
        if len(data) == self._width:
            return int.from_bytes(data, "little").bit_count()
        return len(data) // 2
