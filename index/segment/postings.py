"""Posting lists as arrays.

The postings of a field are rows, one for each of its terms: pages (two bytes each, ascending) and frequencies
(one byte; where it is 255, the true one is in a short separate list). They have no positions: phrases are
searched in the folded texts, see `ngrams`.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, IntArray, concat, expand_ranges, narrowest_uint, offsets

_MAX_FREQUENCY = 255  # in one byte; stands for all greater ones, too


class Postings(NamedTuple):
    """The posting lists of one field, with p postings in r rows.

    Row i is of the term `terms[i]`; its postings are `pages[starts[i]:starts[i + 1]]` and `frequencies`
    likewise.
    """

    terms: IntArray  # (r,), ascending
    starts: IntArray  # (r + 1,)
    pages: Array  # (p,) uint16, ascending within a row
    frequencies: Array  # (p,) whole numbers


def postings_of(terms: IntArray, pages: IntArray) -> Postings:
    """The postings of n occurrences, given by the term and page of each, (n,)."""
    page_bits = int(pages.max(initial=0)).bit_length()
    bits = int(terms.max(initial=0)).bit_length() + page_bits
    kind = np.dtype(np.uint32 if bits <= 32 else np.int64)  # 32 bits are sorted in half the time
    occurrences = terms.astype(kind) << page_bits | pages.astype(kind)
    occurrences.sort()
    firsts = _changes(occurrences)  # (postings,): the first occurrence of each
    postings = occurrences[firsts]
    terms = postings >> page_bits
    rows = _changes(terms)
    return Postings(
        terms=terms[rows].astype(np.int64),
        starts=np.append(rows, len(firsts)),
        pages=(postings & ((1 << page_bits) - 1)).astype(np.uint16),
        frequencies=np.diff(firsts, append=len(occurrences)),
    )


def _changes(numbers: Array) -> IntArray:
    """The indices of the numbers that differ from the one before, the first one included."""
    return np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1])[: len(numbers)])


def split_rows(postings: Postings, terms: int, fields: int) -> Iterator[Postings]:
    """The postings of each field, given those of rows field * terms + term."""
    bounds = np.searchsorted(postings.terms, np.arange(fields + 1) * terms).tolist()
    for field, (first, last) in enumerate(pairwise(bounds)):
        start, end = postings.starts[first], postings.starts[last]
        yield Postings(
            terms=postings.terms[first:last] - field * terms,
            starts=postings.starts[first : last + 1] - start,
            pages=postings.pages[start:end],
            frequencies=postings.frequencies[start:end],
        )


def field_arrays(field: str, postings: Postings, terms: int) -> Iterator[tuple[str, Array]]:
    """The arrays on disk of one field of a segment that has `terms` terms; `reader` lists them."""
    counts = np.zeros(terms, dtype=np.int64)
    counts[postings.terms] = np.diff(postings.starts)
    yield from row_arrays(field, counts)
    yield f"{field}.pages", postings.pages
    frequencies = Frequencies()
    frequencies.add(postings.frequencies)
    yield from frequencies.arrays(field)


def row_arrays(field: str, counts: IntArray) -> Iterator[tuple[str, Array]]:
    """The arrays of the rows of a field, from the number of postings of each term, (terms,)."""
    rows = np.flatnonzero(counts)
    if len(rows) * 3 <= len(counts) * 2:
        yield f"{field}.terms", narrowest_uint(rows, np.uint32)
        counts = counts[rows]
    # Else most terms occur in the field: with a row for each, some of them empty, no list of terms is needed.
    yield f"{field}.starts", narrowest_uint(offsets(counts), np.uint32)


class Frequencies:
    """The frequencies of the postings of a field, collected part by part."""

    def __init__(self) -> None:
        self._size = 0
        self._stored = [np.zeros(0, dtype=np.uint8)]
        self._frequent = [np.zeros(0, dtype=np.int64)]
        self._counts = [np.zeros(0, dtype=np.uint32)]

    def add(self, frequencies: Array) -> None:
        """Add those of the next postings, whole numbers."""
        frequent = np.flatnonzero(frequencies >= _MAX_FREQUENCY)
        self._stored.append(np.minimum(frequencies, _MAX_FREQUENCY).astype(np.uint8))
        self._frequent.append(frequent + self._size)
        self._counts.append(frequencies[frequent])
        self._size += len(frequencies)

    def arrays(self, field: str) -> Iterator[tuple[str, Array]]:
        """Their arrays on disk."""
        yield f"{field}.frequencies", concat(self._stored)
        yield f"{field}.frequent", narrowest_uint(concat(self._frequent), np.uint32)
        yield f"{field}.frequent_counts", narrowest_uint(concat(self._counts), np.uint32)


def expand_frequencies(stored: Array, start: int, frequent: Array, frequent_counts: Array) -> Array:
    """The true frequencies of postings from their `stored` bytes, (p,) uint8; the first is posting `start`.

    `frequent` are the postings whose byte is 255, ascending, `frequent_counts` their frequencies.
    """
    if not len(frequent) or _MAX_FREQUENCY not in stored.tobytes():
        return stored
    frequencies = stored.astype(np.int64)
    first, last = np.searchsorted(frequent, (start, start + len(stored)))
    frequencies[frequent[first:last].astype(np.int64) - start] = frequent_counts[first:last]
    return frequencies


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
