"""The terms and postings of a merged segment.

Postings are merged by ranges of terms, so that a few megabytes of them are in memory at a time.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import compress, count, pairwise

import numpy as np

from zhsearch.index.arrays import Array, IntArray, cuts, expand_ranges, offsets, pack_strings
from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.index.segment.live import LiveRows, LiveSegment
from zhsearch.index.segment.postings import Frequencies, expand_frequencies, row_arrays

_PART = 1_000_000  # postings that are merged at once


def word_arrays(
    sources: Sequence[LiveSegment], first_pages: IntArray
) -> Iterator[tuple[str, Array | Iterator[Array]]]:
    """The arrays of terms and postings; `first_pages` (sources,) are the numbers of the first page of each.

    The pieces of an array must be used before the next array is asked for.
    """
    strings, numbers = _terms(sources)
    size = len(strings)
    yield from zip(("term.text", "term.starts"), pack_strings(strings), strict=True)
    del strings
    for field in TEXT_FIELDS:
        yield from _field_arrays(field, sources, numbers, first_pages.tolist(), size)


def _terms(sources: Sequence[LiveSegment]) -> tuple[list[bytes], list[Array]]:
    """The terms of live pages, sorted; and for each source the number among them of each of its terms (of
    terms without a live page any number)."""
    places: defaultdict[bytes, int] = defaultdict(count().__next__)  # terms in the order of their discovery
    numbers: list[Array] = []
    for source in sources:
        terms = source.reader.all_terms()
        used = source.used_terms()
        own = np.zeros(len(terms), dtype=np.uint32)
        live_terms = map(places.__getitem__, compress(terms, used.tolist()))
        own[used] = np.fromiter(live_terms, dtype=np.uint32, count=int(used.sum()))
        numbers.append(own)
    strings = list(places)
    order = sorted(range(len(strings)), key=strings.__getitem__)
    ranks = np.zeros(max(len(strings), 1), dtype=np.uint32)
    ranks[order] = np.arange(len(order))
    return [strings[place] for place in order], [ranks[own] for own in numbers]


def _field_arrays(
    field: str, sources: Sequence[LiveSegment], numbers: list[Array], first_pages: list[int], terms: int
) -> Iterator[tuple[str, Array | Iterator[Array]]]:
    """The arrays of one field. `numbers` (terms of the source,) are those in the merged segment."""
    tables = []
    counts = np.zeros(terms, dtype=np.int64)
    for source, own in zip(sources, numbers, strict=True):
        rows = source.rows(field)
        tables.append(rows._replace(terms=own[rows.terms]))
        counts[tables[-1].terms] += rows.counts
    starts = offsets(counts)
    yield from row_arrays(field, counts)
    frequencies = Frequencies()

    def pages() -> Iterator[Array]:
        yield np.zeros(0, dtype=np.uint16)
        for first, last in pairwise(cuts(starts, _PART)):
            part = [
                _slice(field, source, rows, first, last) for source, rows in zip(sources, tables, strict=True)
            ]
            yield _interleaved(part, first_pages, starts[first : last + 1], frequencies)

    yield f"{field}.pages", pages()
    yield from frequencies.arrays(field)


def _slice(
    field: str, source: LiveSegment, rows: LiveRows, first: int, last: int
) -> tuple[Array, Array, Array, Array]:
    """(terms, counts, pages, frequencies) of the live postings of terms from `first` to before `last`; terms
    are relative to `first`."""
    begin, end = np.searchsorted(rows.terms, np.array((first, last), dtype=rows.terms.dtype)).tolist()
    place = slice(int(rows.starts[begin]), int(rows.starts[end]))
    arrays = source.reader.arrays
    frequencies = expand_frequencies(
        arrays[f"{field}.frequencies"][place],
        place.start,
        arrays[f"{field}.frequent"],
        arrays[f"{field}.frequent_counts"],
    )
    pages = arrays[f"{field}.pages"][place]
    if not source.is_all_live:
        is_live = source.live[pages]
        pages, frequencies = source.renumbered(pages[is_live]), frequencies[is_live]
    source.reader.release()
    return rows.terms[begin:end].astype(np.int64) - first, rows.counts[begin:end], pages, frequencies


def _interleaved(
    part: list[tuple[Array, Array, Array, Array]],
    first_pages: list[int],
    starts: IntArray,
    frequencies: Frequencies,
) -> Array:
    """The pages of some rows, whose offsets are `starts`, source after source in each row; their frequencies
    are added to `frequencies`."""
    merged_pages = np.empty(starts[-1] - starts[0], dtype=np.uint16)
    merged_frequencies = np.empty(len(merged_pages), dtype=np.uint32)
    free = starts[:-1] - starts[0]  # (rows,): the place of the next posting of each row
    for (rows, counts, pages, own), first_page in zip(part, first_pages, strict=True):
        places = expand_ranges(free[rows], counts)
        merged_pages[places] = pages + np.uint16(first_page)
        merged_frequencies[places] = own
        free[rows] += counts
    frequencies.add(merged_frequencies)
    return merged_pages
