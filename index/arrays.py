"""Array types, and the few operations on arrays that several rooms need.

Variable-length data (postings of terms, bytes of strings) lie concatenated in one array beside an array of
offsets: run i is `data[offsets[i]:offsets[i + 1]]`.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
"""One dimension, of any type."""

Bytes = NDArray[np.uint8]
IntArray = NDArray[np.int64]

Mask = NDArray[np.bool_]
"""Which documents of a segment belong to a set: a bool for each."""

Scores = NDArray[np.float64]
"""A score for each document, or for each hit."""


def narrowest_uint(values: Array, least: type[np.unsignedinteger[Any]] = np.uint8) -> Array:
    """Cast whole numbers, none of them negative, to the narrowest unsigned type, `least` or wider, that holds
    all of them."""
    largest = int(values.max()) if len(values) else 0
    for dtype in (np.uint8, np.uint16, np.uint32):
        if largest <= np.iinfo(dtype).max and np.dtype(dtype) >= np.dtype(least):
            return values.astype(dtype, copy=False)
    return values.astype(np.uint64, copy=False)


def offsets(counts: Array | list[int]) -> IntArray:
    """The offsets of concatenated runs of these lengths: `len(counts) + 1` numbers from 0 to their sum."""
    result = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=result[1:])
    return result


def expand_ranges(starts: Array, counts: Array) -> IntArray:
    """Concatenate the ranges `starts[i], starts[i] + 1, …`, of `counts[i]` numbers each."""
    ends = counts.cumsum(dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    numbers: IntArray = np.arange(total) + (starts - (ends - counts)).repeat(counts)
    return numbers


def pack_strings(strings: Iterable[bytes]) -> tuple[Bytes, Array]:
    """Concatenate byte strings: their bytes, and their offsets in uint32 or wider."""
    strings = list(strings)
    lengths = np.fromiter(map(len, strings), dtype=np.int64, count=len(strings))
    return np.frombuffer(b"".join(strings), dtype=np.uint8), narrowest_uint(offsets(lengths), np.uint32)


def unpack_strings(text: Array, starts: Array) -> list[bytes]:
    """The byte strings that `pack_strings` concatenated, from their bytes and offsets."""
    data = text.tobytes()
    return [data[start:end] for start, end in pairwise(starts.tolist())]


def concat(arrays: Sequence[Array]) -> Array:
    """Concatenate arrays; none give an empty int64 array, and a single one is returned as it is."""
    if len(arrays) == 1:
        return arrays[0]
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int64)
