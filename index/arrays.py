"""Array types, and helpers for arrays of ranges and of strings.

Strings are concatenated in an array of bytes, with an array of their offsets. Texts are encoded as UTF-8 that
admits lone surrogates, since a file may hold half a character.
"""

import ctypes
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Bytes = NDArray[np.uint8]
IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]
Scores = NDArray[np.float64]


def narrowest_uint(values: Array, least: type[np.unsignedinteger[Any]] = np.uint8) -> Array:
    """Cast whole numbers (none negative) to the narrowest unsigned type that holds them all and is not
    narrower than `least`."""
    highest = int(values.max()) if len(values) else 0
    for kind in (np.uint8, np.uint16, np.uint32):
        if highest <= np.iinfo(kind).max and np.dtype(kind) >= np.dtype(least):
            return values.astype(kind, copy=False)
    return values.astype(np.uint64, copy=False)


def offsets(counts: Array | list[int]) -> IntArray:
    """The offsets of n adjacent runs from their lengths: each start, and the end of the last; (n + 1,)."""
    starts = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def expand_ranges(starts: Array, counts: Array) -> IntArray:
    """Expand n ranges, given by `starts` and `counts` (n,), to their numbers: (counts.sum(),)."""
    ends = counts.cumsum(dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    numbers: IntArray = np.arange(total) + (starts - (ends - counts)).repeat(counts)
    return numbers


def pack_strings(strings: Iterable[bytes]) -> tuple[Bytes, Array]:
    """Concatenate n strings to one array of bytes; returns it with their offsets: (n + 1,)."""
    strings = list(strings)
    lengths = np.fromiter(map(len, strings), dtype=np.int64, count=len(strings))
    return np.frombuffer(b"".join(strings), dtype=np.uint8), narrowest_uint(offsets(lengths), np.uint32)


def unpack_strings(text: Array, starts: Array) -> list[bytes]:
    """The strings that `pack_strings` packed."""
    data = text.tobytes()
    return [data[start:end] for start, end in pairwise(starts.tolist())]


def encode_text(text: str) -> bytes:
    """Encode a text as UTF-8 that admits lone surrogates."""
    return text.encode("utf-8", "surrogatepass")


def decode_text(data: bytes | memoryview) -> str:
    """Decode what `encode_text` encoded. Raises UnicodeDecodeError, a ValueError."""
    return str(data, "utf-8", "surrogatepass")


def concat(arrays: Sequence[Array]) -> Array:
    """Concatenate arrays; none give an empty one, and a single one is not copied."""
    if len(arrays) == 1:
        return arrays[0]
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int64)


def cuts(starts: IntArray, size: int) -> list[int]:
    """Bounds that divide n adjacent runs, whose offsets are `starts` (n + 1,), into groups of about `size`
    items, in their order; a run of more items is a group of its own."""
    ends = np.searchsorted(starts, np.arange(size, starts[-1], size))
    bounds: list[int] = np.unique(np.append(ends, (0, len(starts) - 1))).tolist()
    return bounds


def free_memory() -> None:
    """Give back to the system what the C library keeps of freed arrays; only glibc has a call for it."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
