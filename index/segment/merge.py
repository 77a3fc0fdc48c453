"""Merge segments into one: the batches of a run, and small segments of a generation.

Pages keep their order and are numbered anew; deleted ones are left out. The result is what `build_segment`
makes of all the documents at once, to the last byte.
"""

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import (
    Array,
    IntArray,
    Mask,
    concat,
    expand_ranges,
    narrowest_uint,
    offsets,
    pack_strings,
)
from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.index.segment.ngrams import SENTINEL, decode_ngrams, encode_ngrams
from zhsearch.index.segment.postings import Postings, field_arrays, interleave, join
from zhsearch.index.segment.reader import SegmentReader


class LiveSegment(NamedTuple):
    """A segment, and which of its pages are live: (page,) bool."""

    reader: SegmentReader
    live: Mask

    def strings(self, name: str) -> list[bytes]:
        """The strings of an array, such as `path`, of the live pages."""
        return list(compress(self.reader.all_strings(name), self.live.tolist()))

    def facet_values(self, facet: str) -> list[bytes]:
        """The values of a facet that live pages have, each once."""
        arrays = self.reader.arrays
        starts = arrays[f"{facet}.starts"].astype(np.int64)
        ids = arrays[f"{facet}.ids"][expand_ranges(starts[:-1][self.live], np.diff(starts)[self.live])]
        values = self.reader.all_facet_values(facet)
        return [values[number] for number in np.unique(ids).tolist()]


def merge(sources: Sequence[LiveSegment]) -> Iterator[tuple[str, Array]]:
    """Yield the arrays of the merged segment one by one, so that a writer need not hold them all."""
    # (sources + 1,): the number in the merged segment of the first page of each source.
    first_pages = offsets([int(live.sum()) for _, live in sources])
    yield from _word_arrays(sources, first_pages)
    yield from encode_ngrams(*_ngrams(sources, first_pages), int(first_pages[-1]))
    lengths = [reader.lengths[:, live] for reader, live in sources]
    yield "lengths", np.concatenate(lengths, axis=1).ravel()
    for name in ("instant", "day"):
        yield name, concat([reader.arrays[name][live] for reader, live in sources])
    for name in ("folded", "title_line", "record", "path", "url"):
        yield from zip((name, f"{name}.starts"), _strings(sources, name), strict=True)
    for prefix in sources[0].reader.facet_arrays if sources else ():
        yield from _facet_arrays(sources, prefix)


def _word_arrays(sources: Sequence[LiveSegment], first_pages: IntArray) -> Iterator[tuple[str, Array]]:
    """The arrays of terms and postings."""
    # The live postings of each source by field, whose terms have the numbers of that source.
    fields = {
        field: [_live_postings(reader.all_postings(field), live) for reader, live in sources]
        for field in TEXT_FIELDS
    }
    vocabularies: list[list[bytes]] = []
    for number, (reader, _) in enumerate(sources):
        terms = reader.all_terms()
        used = np.zeros(len(terms), dtype=np.bool_)
        for postings in fields.values():
            used[postings[number].terms] = True
        vocabularies.append([term for term, is_used in zip(terms, used, strict=True) if is_used])
        rank = np.cumsum(used) - 1
        for postings in fields.values():
            postings[number] = postings[number]._replace(terms=rank[postings[number].terms])
    strings = sorted(set().union(*vocabularies))
    yield from zip(("term.text", "term.starts"), pack_strings(strings), strict=True)
    renumbered = _renumbered(vocabularies, strings)
    for field, field_postings in fields.items():
        segments = [
            (postings._replace(terms=numbers[postings.terms]), int(first_page))
            for postings, numbers, first_page in zip(field_postings, renumbered, first_pages, strict=False)
        ]
        yield from field_arrays(field, join(segments, len(strings)), len(strings))


def _renumbered(vocabularies: list[list[bytes]], strings: list[bytes]) -> list[IntArray]:
    """The numbers among all `strings` of the terms of each vocabulary."""
    numbers = {term: number for number, term in enumerate(strings)}
    return [
        np.fromiter(map(numbers.__getitem__, terms), dtype=np.int64, count=len(terms))
        for terms in vocabularies
    ]


def _live_postings(postings: Postings, live: Mask) -> Postings:
    """The postings of live pages only, with the pages renumbered."""
    if live.all():
        return postings
    new_page = (np.cumsum(live) - 1).astype(np.uint16)
    is_live = live[postings.pages]  # (postings,) bool
    rows = np.repeat(np.arange(len(postings.terms)), np.diff(postings.starts))
    counts = np.bincount(rows[is_live], minlength=len(postings.terms))
    used = np.flatnonzero(counts)
    return Postings(
        terms=postings.terms[used],
        starts=offsets(counts[used]),
        pages=new_page[postings.pages[is_live]],
        frequencies=postings.frequencies[is_live],
    )


def _ngrams(sources: Sequence[LiveSegment], first_pages: IntArray) -> tuple[Array, IntArray, Array]:
    """(ngrams, starts, pages) of the merged segment, as `ngrams_of` returns them."""
    segments = [_live_ngrams(source, int(page)) for source, page in zip(sources, first_pages, strict=False)]
    if len(segments) == 1:
        ngrams, counts, pages = segments[0]
        return ngrams, offsets(counts), pages
    all_ngrams = concat([ngrams for ngrams, _, _ in segments])
    all_ngrams.sort()
    all_ngrams = all_ngrams[np.diff(all_ngrams, prepend=SENTINEL) != 0]
    tables = [(np.searchsorted(all_ngrams, ngrams), counts) for ngrams, counts, _ in segments]
    starts, indices = interleave(tables, len(all_ngrams))
    merged = np.empty(starts[-1], dtype=np.uint16)
    for (_, _, pages), index in zip(segments, indices, strict=True):
        merged[index] = pages
    return all_ngrams, starts, merged


def _live_ngrams(source: LiveSegment, first_page: int) -> tuple[Array, IntArray, Array]:
    """(ngrams, counts, pages) of the live pages of a source, numbered as in the merged segment."""
    reader, live = source
    ngrams, starts, pages = decode_ngrams(reader.arrays, reader.size)
    if not live.all():
        is_live = live[pages]
        rows = np.repeat(np.arange(len(ngrams)), np.diff(starts))[is_live]
        counts = np.bincount(rows, minlength=len(ngrams))
        used = np.flatnonzero(counts)
        pages = (np.cumsum(live) - 1)[pages[is_live]].astype(np.uint16)
        ngrams, starts = ngrams[used], offsets(counts[used])
    return ngrams, np.diff(starts), pages + np.uint16(first_page)


def _strings(sources: Sequence[LiveSegment], name: str) -> tuple[Array, Array]:
    """(bytes, offsets) of the strings of the live pages."""
    texts, lengths = [], []
    for reader, live in sources:
        starts = reader.arrays[f"{name}.starts"].astype(np.int64)
        text = reader.arrays[name]
        texts.append(text if live.all() else _live_bytes(text, starts, live))
        lengths.append(np.diff(starts)[live])
    return concat(texts), narrowest_uint(offsets(concat(lengths)), np.uint32)


def _live_bytes(text: Array, starts: IntArray, live: Mask) -> Array:
    """The bytes of the live pages' strings; a run of live pages is copied at once."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], live, [False]))))
    pieces = [text[starts[run] : starts[end]] for run, end in zip(edges[::2], edges[1::2], strict=True)]
    return concat(pieces) if pieces else text[:0]


def _facet_arrays(sources: Sequence[LiveSegment], prefix: str) -> Iterator[tuple[str, Array]]:
    """The arrays of a facet, as `SegmentReader` lists them."""
    # For each source: its values, the values of its live pages as numbers into them, how many each page has.
    values, ids, counts = [], [], []
    for reader, live in sources:
        starts = reader.arrays[f"{prefix}.starts"].astype(np.int64)
        sizes = np.diff(starts)[live]
        values.append(reader.all_facet_values(prefix))
        ids.append(reader.arrays[f"{prefix}.ids"][expand_ranges(starts[:-1][live], sizes)])
        counts.append(sizes)
    used = [
        {names[number] for number in np.unique(numbers)} for names, numbers in zip(values, ids, strict=True)
    ]
    all_values = sorted(set().union(*used))
    new_numbers = {value: number for number, value in enumerate(all_values)}
    yield from zip((f"{prefix}.values", f"{prefix}.value_starts"), pack_strings(all_values), strict=True)
    new_ids = [
        np.array([new_numbers.get(name, 0) for name in names], dtype=np.int64)[numbers]
        for names, numbers in zip(values, ids, strict=True)
    ]
    yield f"{prefix}.ids", narrowest_uint(concat(new_ids), np.uint32)
    yield f"{prefix}.starts", narrowest_uint(offsets(concat(counts)), np.uint32)
