"""Posting lists as arrays, and their positions as variable-length bytes.

The postings of a field are rows, one for each of its terms: pages (two bytes each, ascending), frequencies
(one byte; where it is 255, the true one is in a short separate list) and positions. The positions of a term
on a page are delta-encoded, the first as it is, each as LEB128: seven bits per byte, the last byte below 128.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, Bytes, IntArray, expand_ranges, narrowest_uint, offsets

_MAX_FREQUENCY = 255  # in one byte; stands for all greater ones, too


class Postings(NamedTuple):
    """The posting lists of one field, with p postings in r rows.

    Row i is of the term `terms[i]`; its postings are `pages[starts[i]:starts[i + 1]]` and `frequencies`
    likewise, its positions `positions[position_starts[i]:position_starts[i + 1]]`.
    """

    terms: IntArray  # (r,), ascending
    starts: IntArray  # (r + 1,)
    pages: Array  # (p,) uint16, ascending within a row
    frequencies: Array  # (p,) whole numbers
    position_starts: IntArray  # (r + 1,)
    positions: Bytes  # as many bytes as they take


def postings_of(terms: IntArray, pages: IntArray, positions: IntArray) -> Postings:
    """The postings of n occurrences, given by the term, page and position of each, (n,).

    Pages ascend, and positions within a page.
    """
    order = np.argsort(terms, kind="stable")
    terms, pages, positions = terms[order], pages[order], positions[order]
    starts_row = np.diff(terms, prepend=-1) != 0  # (n,) bool
    starts_posting = starts_row | (np.diff(pages, prepend=-1) != 0)  # (n,) bool
    firsts = np.flatnonzero(starts_posting)
    steps = np.diff(positions, prepend=0)
    steps[firsts] = positions[firsts]
    encoded, lengths = encode(steps)
    rows = np.flatnonzero(starts_row)
    return Postings(
        terms=terms[rows],
        starts=np.append(np.searchsorted(firsts, rows), len(firsts)),
        pages=pages[firsts].astype(np.uint16),
        frequencies=np.diff(np.append(firsts, len(terms))),
        position_starts=offsets(lengths)[np.append(rows, len(terms))],
        positions=encoded,
    )


def field_arrays(field: str, postings: Postings, terms: int) -> Iterator[tuple[str, Array]]:
    """The arrays on disk of one field of a segment that has `terms` terms; `reader` lists them."""
    starts, position_starts = postings.starts, postings.position_starts
    if len(postings.terms) * 3 > terms * 2:
        # Most terms occur in the field: with a row for each, some of them empty, no list of terms is needed.
        counts, lengths = np.zeros((2, terms), dtype=np.int64)
        counts[postings.terms] = np.diff(starts)
        lengths[postings.terms] = np.diff(position_starts)
        starts, position_starts = offsets(counts), offsets(lengths)
    else:
        yield f"{field}.terms", narrowest_uint(postings.terms, np.uint32)
    yield f"{field}.starts", narrowest_uint(starts, np.uint32)
    yield f"{field}.pages", postings.pages
    yield f"{field}.frequencies", np.minimum(postings.frequencies, _MAX_FREQUENCY).astype(np.uint8)
    frequent = np.flatnonzero(postings.frequencies >= _MAX_FREQUENCY)
    yield f"{field}.frequent", narrowest_uint(frequent, np.uint32)
    yield f"{field}.frequent_counts", narrowest_uint(postings.frequencies[frequent], np.uint32)
    yield f"{field}.position_starts", narrowest_uint(position_starts, np.uint32)
    yield f"{field}.positions", postings.positions


def expand_frequencies(stored: Array, start: int, frequent: Array, frequent_counts: Array) -> Array:
    """The true frequencies of postings from their `stored` bytes, (p,) uint8; the first is posting `start`.

    `frequent` are the postings whose byte is 255, ascending, `frequent_counts` their frequencies.
    """
    if not len(frequent) or not len(stored) or stored.max() < _MAX_FREQUENCY:
        return stored
    frequencies = stored.astype(np.int64)
    first, last = np.searchsorted(frequent, (start, start + len(stored)))
    frequencies[frequent[first:last].astype(np.int64) - start] = frequent_counts[first:last]
    return frequencies


def encode(numbers: IntArray) -> tuple[Bytes, IntArray]:
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


def decode(encoded: Array) -> IntArray:
    """Decode the numbers that `encode` encoded."""
    ends = np.flatnonzero(encoded < 128)
    starts = np.append(0, ends[:-1] + 1) if len(ends) else ends
    numbers = np.zeros(len(ends), dtype=np.int64)
    lengths = ends - starts + 1
    for byte in range(int(lengths.max()) if len(lengths) else 0):
        has_byte = lengths > byte
        numbers[has_byte] |= (encoded[starts[has_byte] + byte].astype(np.int64) & 127) << 7 * byte
    return numbers


def join(segments: Iterable[tuple[Postings, int]], rows: int) -> Postings:
    """Join the postings of one field of several segments, whose terms must have common numbers.

    `segments` are (postings, number of the segment's first page in the result); `rows` is the number of
    terms.
    """
    segments = list(segments)
    starts, indices = interleave(
        [(postings.terms, np.diff(postings.starts)) for postings, _ in segments], rows
    )
    pages = np.empty(starts[-1], dtype=np.uint16)
    frequencies = np.empty(starts[-1], dtype=np.uint32)
    for (postings, first_page), index in zip(segments, indices, strict=True):
        pages[index] = postings.pages + np.uint16(first_page)
        frequencies[index] = postings.frequencies
    position_starts, indices = interleave(
        [(postings.terms, np.diff(postings.position_starts)) for postings, _ in segments], rows
    )
    positions = np.empty(position_starts[-1], dtype=np.uint8)
    for (postings, _), index in zip(segments, indices, strict=True):
        positions[index] = postings.positions
    used = np.flatnonzero(np.diff(starts))
    return Postings(
        terms=used,
        starts=np.append(starts[used], starts[-1]),
        pages=pages,
        frequencies=frequencies,
        position_starts=np.append(position_starts[used], position_starts[-1]),
        positions=positions,
    )


def interleave(tables: list[tuple[IntArray, IntArray]], rows: int) -> tuple[IntArray, Iterator[IntArray]]:
    """Indices that interleave the items of several tables row by row, in the order of the tables.

    A table is (its rows with items, ascending; the number of items of each). Returns the offsets of the rows
    of the result, (rows + 1,), and for each table the indices of its items in the result.
    """
    counts = np.zeros(rows, dtype=np.int64)
    for numbers, sizes in tables:
        counts[numbers] += sizes
    starts = offsets(counts)

    def indices() -> Iterator[IntArray]:
        free = starts[:-1].copy()  # (rows,): the index of the next item of each row
        for numbers, sizes in tables:
            yield expand_ranges(free[numbers], sizes)
            free[numbers] += sizes

    return starts, indices()
