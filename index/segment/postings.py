"""Terms, pages and places in, posting lists as arrays out; positions as bytes and back.

The postings of a field are rows, one for each of its terms: pages (two bytes each, ascending), frequencies
(one byte; where it says 255, the true one stands in a short list aside) and positions. The positions of a
term on a page are the first and then the distances, each in as few bytes as it needs, seven bits a byte,
the last byte below 128 (LEB128).
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, Bytes, IntArray, expand_ranges, narrowest_uint, offsets

_MOST = 255


class Postings(NamedTuple):
    """The posting lists of one field. Row i is of term `terms[i]`; its postings are
    `pages[starts[i]:starts[i + 1]]` and so on, its positions `positions[position_starts[i]:…]`."""

    terms: IntArray
    starts: IntArray
    pages: Array  # uint16
    frequencies: Array  # whole numbers
    position_starts: IntArray
    positions: Bytes


def postings_of(terms: IntArray, pages: IntArray, places: IntArray) -> Postings:
    """The postings of occurrences: which term stands where on which page, those of a page in order."""
    order = np.argsort(terms, kind="stable")
    terms, pages, places = terms[order], pages[order], places[order]
    new_term = np.diff(terms, prepend=-1) != 0
    new = new_term | (np.diff(pages, prepend=-1) != 0)
    firsts = np.flatnonzero(new)
    steps = np.diff(places, prepend=0)
    steps[firsts] = places[firsts]
    positions, lengths = encode(steps)
    rows = np.flatnonzero(new_term)
    return Postings(
        terms=terms[rows],
        starts=np.append(np.searchsorted(firsts, rows), len(firsts)),
        pages=pages[firsts].astype(np.uint16),
        frequencies=np.diff(np.append(firsts, len(terms))),
        position_starts=offsets(lengths)[np.append(rows, len(terms))],
        positions=positions,
    )


def field_arrays(field: str, postings: Postings, terms: int) -> Iterator[tuple[str, Array]]:
    """The arrays on disk of a field of a part with so many terms."""
    starts, position_starts = postings.starts, postings.position_starts
    if len(postings.terms) * 3 > terms * 2:
        # Most terms are in the field: a row for each, some of them empty, needs no list of which.
        counts, lengths = np.zeros((2, terms), dtype=np.int64)
        counts[postings.terms] = np.diff(starts)
        lengths[postings.terms] = np.diff(position_starts)
        starts, position_starts = offsets(counts), offsets(lengths)
    else:
        yield f"{field}.terms", narrowest_uint(postings.terms, np.uint32)
    yield f"{field}.starts", narrowest_uint(starts, np.uint32)
    yield f"{field}.pages", postings.pages
    yield f"{field}.frequencies", np.minimum(postings.frequencies, _MOST).astype(np.uint8)
    many = np.flatnonzero(postings.frequencies >= _MOST)
    yield f"{field}.many", narrowest_uint(many, np.uint32)
    yield f"{field}.many_frequencies", narrowest_uint(postings.frequencies[many], np.uint32)
    yield f"{field}.position_starts", narrowest_uint(position_starts, np.uint32)
    yield f"{field}.positions", postings.positions


def expand_frequencies(some: Array, start: int, many: Array, many_frequencies: Array) -> Array:
    """Frequencies as bytes, beginning at posting `start`, with the ones aside put in."""
    if not len(many) or not len(some) or some.max() < _MOST:
        return some
    frequencies = some.astype(np.int64)
    first, last = np.searchsorted(many, (start, start + len(some)))
    frequencies[many[first:last].astype(np.int64) - start] = many_frequencies[first:last]
    return frequencies


def encode(numbers: IntArray) -> tuple[Bytes, IntArray]:
    """Each number (none negative) in seven-bit bytes; those bytes, and how many each took."""
    lengths = np.ones(len(numbers), dtype=np.int64)
    for bits in range(7, 63, 7):
        longer = numbers >= 1 << bits
        if not longer.any():
            break
        lengths += longer
    ends = np.cumsum(lengths)
    out = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    for at in range(int(lengths.max()) if len(lengths) else 0):
        has = lengths > at
        more = np.where(lengths[has] > at + 1, 128, 0)
        out[(ends - lengths)[has] + at] = (numbers[has] >> 7 * at & 127) | more
    return out, lengths


def decode(data: Array) -> IntArray:
    """The numbers that `encode` encoded."""
    ends = np.flatnonzero(data < 128)
    starts = np.append(0, ends[:-1] + 1) if len(ends) else ends
    numbers = np.zeros(len(ends), dtype=np.int64)
    lengths = ends - starts + 1
    for at in range(int(lengths.max()) if len(lengths) else 0):
        has = lengths > at
        numbers[has] |= (data[starts[has] + at].astype(np.int64) & 127) << 7 * at
    return numbers


def join(parts: Iterable[tuple[Postings, int]], rows: int) -> Postings:
    """One field's postings of several parts, whose terms are numbered alike, as those of one.

    With each part comes the number of its first page in the whole. `rows` is the number of terms.
    """
    several = list(parts)
    starts, places = interleave([(part.terms, np.diff(part.starts)) for part, _ in several], rows)
    pages = np.empty(starts[-1], dtype=np.uint16)
    frequencies = np.empty(starts[-1], dtype=np.uint32)
    for (part, first_page), at in zip(several, places, strict=True):
        pages[at] = part.pages + np.uint16(first_page)
        frequencies[at] = part.frequencies
    position_starts, places = interleave(
        [(part.terms, np.diff(part.position_starts)) for part, _ in several], rows
    )
    positions = np.empty(position_starts[-1], dtype=np.uint8)
    for (part, _), at in zip(several, places, strict=True):
        positions[at] = part.positions
    used = np.flatnonzero(np.diff(starts))
    return Postings(
        terms=used,
        starts=np.append(starts[used], starts[-1]),
        pages=pages,
        frequencies=frequencies,
        position_starts=np.append(position_starts[used], position_starts[-1]),
        positions=positions,
    )


def interleave(parts: list[tuple[IntArray, IntArray]], rows: int) -> tuple[IntArray, Iterator[IntArray]]:
    """Where the items of parts go when their rows become one table, each row in the order of the parts.

    A part is the rows that it has items in (ascending) and how many in each. Returns where each row of the
    whole begins and, part by part, the places of its items.
    """
    counts = np.zeros(rows, dtype=np.int64)
    for which, sizes in parts:
        counts[which] += sizes
    starts = offsets(counts)

    def places() -> Iterator[IntArray]:
        free = starts[:-1].copy()
        for which, sizes in parts:
            yield expand_ranges(free[which], sizes)
            free[which] += sizes

    return starts, places()
