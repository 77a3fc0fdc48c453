"""The binary form of sorted keys with values: variable-length numbers, lists of pages, chunks cut by content.

Tables have one row for each key. Values are encoded for all rows at once: `Packed` bytes, with the offsets of
each row. A chunk begins with a whole key; each following one gives only what differs from the key before.

Chunks are cut after enough bytes at a key whose own hash says so, not after a number of keys: where a page is
edited, the chunks after it begin with the same keys as before, and keep their bytes.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, Bytes, IntArray, expand_ranges, offsets, pack_strings, unpack_strings

_CUT_EVERY = 16  # keys, on average: one of so many may begin a chunk


class Packed(NamedTuple):
    """Bytes of n rows: those of row i are `data[starts[i]:starts[i + 1]]`."""

    starts: IntArray  # (n + 1,)
    data: Bytes

    @property
    def sizes(self) -> IntArray:
        """(n,) the number of bytes of each row."""
        sizes: IntArray = np.diff(self.starts)
        return sizes


class Column(NamedTuple):
    """The values of a flag: of `rows`, ascending, in this order."""

    flag: int
    rows: IntArray  # (r,)
    values: Packed  # of r rows


class ChunkSize(NamedTuple):
    """Bytes before compression from which a chunk ends at the next key whose hash says so, and at which it
    ends anyway."""

    least: int
    most: int


class Chunk(NamedTuple):
    """Adjacent keys with their values, and how its first key is told from the last one before it."""

    first: str
    data: bytes


def numbers_packed(numbers: IntArray, starts: IntArray | None = None) -> Packed:
    """Whole numbers as LEB128; row i has `numbers[starts[i]:starts[i + 1]]`, by default one."""
    encoded, lengths = _leb128(numbers)
    ends = offsets(lengths)
    return Packed(ends if starts is None else ends[starts], encoded)


def _leb128(numbers: IntArray) -> tuple[Bytes, IntArray]:
    """Encode numbers (n,), none negative, as LEB128: the bytes, and the number of bytes of each, (n,)."""
    lengths = np.ones(len(numbers), dtype=np.int64)
    for bits in range(7, 63, 7):
        longer = numbers >= 1 << bits
        if not longer.any():
            break
        lengths += longer
    ends = np.cumsum(lengths)
    encoded = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    for byte in range(int(lengths.max()) if len(lengths) else 0):
        has_byte = lengths > byte
        more = np.where(lengths[has_byte] > byte + 1, 128, 0)
        encoded[(ends - lengths)[has_byte] + byte] = (numbers[has_byte] >> 7 * byte & 127) | more
    return encoded, lengths


def lists_packed(starts: IntArray, pages: IntArray) -> Packed:
    """Lists of ascending pages: their number, the first one, and what each further one adds, less one."""
    counts = np.diff(starts)
    steps = np.diff(pages, prepend=0) - 1
    firsts = starts[:-1][counts > 0]
    steps[firsts] = pages[firsts]
    heads = starts[:-1] + np.arange(len(counts))
    numbers = np.empty(len(pages) + len(counts), dtype=np.int64)
    is_head = np.zeros(len(numbers), dtype=np.bool_)
    is_head[heads] = True
    numbers[heads], numbers[~is_head] = counts, steps
    return numbers_packed(numbers, np.append(heads, len(numbers)))


def texts_packed(texts: Iterable[bytes]) -> Packed:
    """Texts, each after its number of bytes."""
    data, starts = pack_strings(texts)
    text = Packed(starts.astype(np.int64), data)
    return joined([numbers_packed(text.sizes), text])


def bytes_packed(values: Array, starts: IntArray) -> Packed:
    """Values of a fixed width, little-endian; row i has `values[starts[i]:starts[i + 1]]`."""
    data = np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<"))).view(np.uint8)
    return Packed(starts * values.dtype.itemsize, data)


def joined(parts: Sequence[Packed]) -> Packed:
    """Several values of the same rows, one after another in each row."""
    starts = offsets(sum((part.sizes for part in parts[1:]), start=parts[0].sizes))
    columns = [unpack_strings(part.data, part.starts) for part in parts]  # faster than indices of bytes
    data = b"".join(chain.from_iterable(zip(*columns, strict=True)))
    return Packed(starts, np.frombuffer(data, dtype=np.uint8))


def lists_column(flag: int, starts: IntArray, pages: IntArray) -> Column:
    """The column of the lists of all rows that are not empty."""
    counts = np.diff(starts)
    rows = np.flatnonzero(counts)
    return Column(flag, rows, lists_packed(offsets(counts[rows]), pages))


def cut_chunks(keys: Sequence[bytes], columns: Sequence[Column], size: ChunkSize) -> Iterator[Chunk]:
    """The entries of sorted keys, in chunks. `columns` are in the order of their flags; a row without any
    value has an entry of its own, too."""
    if not keys:
        return
    text, text_starts = pack_strings(keys)
    starts = text_starts.astype(np.int64)
    shared = _shared_with_previous(text, starts)
    flags = np.zeros(len(keys), dtype=np.int64)
    for column in columns:
        flags[column.rows] |= column.flag
    values = [_for_all_rows(column, len(keys)) for column in columns]
    tail = joined([numbers_packed(flags), *values])
    sizes = np.diff(starts) - shared + 2 + tail.sizes
    cuts = _cuts(keys, offsets(sizes), size)
    shared[cuts[:-1]] = 0
    entries = joined([_heads(text, starts, shared), tail])
    data = entries.data.tobytes()
    for first, last in pairwise(cuts):
        told = "" if first == 0 else telling_prefix(keys[first - 1].decode(), keys[first].decode())
        yield Chunk(told, data[entries.starts[first] : entries.starts[last]])


def telling_prefix(before: str, key: str) -> str:
    """The shortest beginning of a key that is greater than another key before it."""
    length = next(
        (place for place, (a, b) in enumerate(zip(before, key, strict=False)) if a != b), len(before)
    )
    return key[: length + 1]


def _heads(text: Bytes, starts: IntArray, shared: IntArray) -> Packed:
    """What each entry gives of its key."""
    rest = np.diff(starts) - shared
    pairs = np.column_stack((shared, rest)).ravel()
    lengths = numbers_packed(pairs, np.arange(len(rest) + 1) * 2)
    return joined([lengths, Packed(offsets(rest), text[expand_ranges(starts[:-1] + shared, rest)])])


def _for_all_rows(column: Column, rows: int) -> Packed:
    """The values of a column with an empty row for each that it lacks."""
    sizes = np.zeros(rows, dtype=np.int64)
    sizes[column.rows] = column.values.sizes
    return Packed(offsets(sizes), column.values.data)


def _shared_with_previous(text: Bytes, starts: IntArray) -> IntArray:
    """(keys,) the number of bytes that each key shares with the one before it; 0 of the first."""
    sizes = np.diff(starts)
    shared = np.zeros(len(sizes), dtype=np.int64)
    rows = np.arange(1, len(sizes))
    depth = 0
    while len(rows):
        rows = rows[np.minimum(sizes[rows], sizes[rows - 1]) > depth]
        rows = rows[text[starts[rows] + depth] == text[starts[rows - 1] + depth]]
        depth += 1
        shared[rows] = depth
    return shared


def _cuts(keys: Sequence[bytes], ends: IntArray, size: ChunkSize) -> list[int]:
    """The row at which each chunk begins, and the number of rows; `ends` (rows + 1,) are offsets in bytes."""
    hashes = np.fromiter(map(zlib.crc32, keys), dtype=np.int64, count=len(keys))
    allowed = np.append(np.flatnonzero(hashes % _CUT_EVERY == 0), len(keys))
    cuts = [0]
    while cuts[-1] < len(keys):
        start = int(ends[cuts[-1]])
        enough = int(ends.searchsorted(start + size.least))
        cut = int(allowed[min(int(allowed.searchsorted(enough)), len(allowed) - 1)])
        latest = max(int(ends.searchsorted(start + size.most)), cuts[-1] + 1)
        cuts.append(min(cut, latest, len(keys)))
    return cuts
