"""Named arrays in, one file out, and back as views of the mapped file.

A file is the arrays one after another, little-endian, each at a multiple of 64 bytes, then their
directory as JSON, its length in eight bytes, and eight bytes that say what the file is. It is written
once, from its beginning to its end, and never changed.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

Scores = NDArray[np.float64]


Array = NDArray[Any]
Bytes = NDArray[np.uint8]
IntArray = NDArray[np.int64]


def narrowest_uint(values: Array, least: type[np.unsignedinteger[Any]] = np.uint8) -> Array:
    """The same whole numbers (none negative) in the narrowest unsigned type that holds them all."""
    most = int(values.max()) if len(values) else 0
    for kind in (np.uint8, np.uint16, np.uint32):
        if most <= np.iinfo(kind).max and np.dtype(kind) >= np.dtype(least):
            return values.astype(kind, copy=False)
    return values.astype(np.uint64, copy=False)


def offsets(counts: Array | list[int]) -> IntArray:
    """Where each of several runs begins when they stand one after another, and where the last ends."""
    starts = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def expand_ranges(starts: Array, counts: Array) -> IntArray:
    """The numbers of several ranges, one range after another."""
    ends = counts.cumsum(dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    numbers: IntArray = np.arange(total) + (starts - (ends - counts)).repeat(counts)
    return numbers


def pack_strings(strings: Iterable[bytes]) -> tuple[Bytes, Array]:
    """Strings of bytes as one array and the places where each begins, and the last ends."""
    strings = list(strings)
    lengths = np.fromiter(map(len, strings), dtype=np.int64, count=len(strings))
    return np.frombuffer(b"".join(strings), dtype=np.uint8), narrowest_uint(offsets(lengths), np.uint32)


def unpack_strings(text: Array, starts: Array) -> list[bytes]:
    """The strings that `pack` packed."""
    data, places = text.tobytes(), starts.tolist()
    return [data[a:b] for a, b in pairwise(places)]


def concat(arrays: Sequence[Array]) -> Array:
    """Arrays one after another; an empty one where there are none."""
    if len(arrays) == 1:
        return arrays[0]
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int64)
