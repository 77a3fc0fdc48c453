"""Merge segments into one: how batches become a segment, and small segments fewer.

Pages keep their order and are numbered anew; deleted ones are left out. The result is what `build_segment`
makes of all the documents at once, to the last byte.
"""

from collections.abc import Iterator, Sequence
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
    unpack_strings,
)
from zhsearch.index.fields import FACETS, TEXT_FIELDS
from zhsearch.index.segment.ngrams import decode_ngrams, encode_ngrams
from zhsearch.index.segment.postings import Postings, field_arrays, interleave, join
from zhsearch.index.segment.reader import SegmentReader


class LiveSegment(NamedTuple):
    """A segment, and which of its pages are live: (page,) bool."""

    reader: SegmentReader
    live: Mask


def merge(sources: Sequence[LiveSegment]) -> Iterator[tuple[str, Array]]:
    """The arrays of the whole, one by one, so that a writer need not hold them all."""
    # (sources + 1,): the page of the whole that each source begins at.
    firsts = offsets([int(live.sum()) for _, live in sources])
    yield from _word_arrays(sources, firsts)
    yield from encode_ngrams(*_ngrams(sources, firsts), int(firsts[-1]))
    lengths = [reader.lengths[:, live] for reader, live in sources]
    yield "lengths", np.concatenate(lengths, axis=1).ravel()
    for name in ("instant", "day"):
        yield name, concat([reader.arrays[name][live] for reader, live in sources])
    for name in ("folded", "title_line", "record", "path", "url"):
        yield from zip((name, f"{name}.starts"), _strings(sources, name), strict=True)
    for facet in FACETS:
        yield from _facet_arrays(sources, facet)


def _word_arrays(sources: Sequence[LiveSegment], firsts: IntArray) -> Iterator[tuple[str, Array]]:
    """Terms and postings."""
    # Of each field the postings of each source, with the terms numbered as in that source.
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
    for field, of_sources in fields.items():
        parts = [
            (postings._replace(terms=numbers[postings.terms]), int(first))
            for postings, numbers, first in zip(of_sources, renumbered, firsts, strict=False)
        ]
        yield from field_arrays(field, join(parts, len(strings)), len(strings))


def _renumbered(vocabularies: list[list[bytes]], strings: list[bytes]) -> list[IntArray]:
    """Of each vocabulary the numbers that its terms have among all `strings`."""
    numbers = {term: number for number, term in enumerate(strings)}
    return [
        np.fromiter(map(numbers.__getitem__, terms), dtype=np.int64, count=len(terms))
        for terms in vocabularies
    ]


def _live_postings(postings: Postings, live: Mask) -> Postings:
    """The postings of the live pages alone, numbered anew."""
    if live.all():
        return postings
    new_page = (np.cumsum(live) - 1).astype(np.uint16)
    stays = live[postings.pages]  # (postings,) bool
    frequencies = postings.frequencies.astype(np.int64)
    # The positions of a posting end with the byte of its last one.
    ends = np.flatnonzero(postings.positions < 128) + 1
    byte_ends = np.append(0, ends[np.cumsum(frequencies) - 1])
    sizes = np.diff(byte_ends)
    rows = np.repeat(np.arange(len(postings.terms)), np.diff(postings.starts))
    counts = np.bincount(rows[stays], minlength=len(postings.terms))
    lengths = np.bincount(rows[stays], weights=sizes[stays], minlength=len(postings.terms)).astype(np.int64)
    used = np.flatnonzero(counts)
    return Postings(
        terms=postings.terms[used],
        starts=offsets(counts[used]),
        pages=new_page[postings.pages[stays]],
        frequencies=frequencies[stays],
        position_starts=offsets(lengths[used]),
        positions=postings.positions[expand_ranges(byte_ends[:-1][stays], sizes[stays])],
    )


def _ngrams(sources: Sequence[LiveSegment], firsts: IntArray) -> tuple[Array, IntArray, Array]:
    """(ngrams, starts, pages) of the whole, as `ngrams_of` gives them."""
    parts = [_live_ngrams(source, int(first)) for source, first in zip(sources, firsts, strict=False)]
    if len(parts) == 1:
        ngrams, counts, pages = parts[0]
        return ngrams, offsets(counts), pages
    every = concat([ngrams for ngrams, _, _ in parts])
    every.sort()
    every = every[np.diff(every, prepend=np.uint64(1 << 63)) != 0]
    tables = [(np.searchsorted(every, ngrams), counts) for ngrams, counts, _ in parts]
    starts, places = interleave(tables, len(every))
    merged = np.empty(starts[-1], dtype=np.uint16)
    for (_, _, pages), place in zip(parts, places, strict=True):
        merged[place] = pages
    return every, starts, merged


def _live_ngrams(source: LiveSegment, first_page: int) -> tuple[Array, IntArray, Array]:
    """(ngrams, counts, pages) of the live pages of a source, numbered as in the whole."""
    reader, live = source
    ngrams, starts, pages = decode_ngrams(reader.arrays, reader.size)
    if not live.all():
        stays = live[pages]
        rows = np.repeat(np.arange(len(ngrams)), np.diff(starts))[stays]
        counts = np.bincount(rows, minlength=len(ngrams))
        used = np.flatnonzero(counts)
        pages = (np.cumsum(live) - 1)[pages[stays]].astype(np.uint16)
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
    """The bytes of the live pages' strings; neighbouring pages are copied at once."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], live, [False]))))
    pieces = [text[starts[a] : starts[b]] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return concat(pieces) if pieces else text[:0]


def _facet_arrays(sources: Sequence[LiveSegment], facet: str) -> Iterator[tuple[str, Array]]:
    # Of each source: its values, the values of its live pages as numbers into them, how many each page has.
    values, ids, counts = [], [], []
    for reader, live in sources:
        starts = reader.arrays[f"{facet}.starts"].astype(np.int64)
        sizes = np.diff(starts)[live]
        values.append(
            unpack_strings(reader.arrays[f"{facet}.values"], reader.arrays[f"{facet}.value_starts"])
        )
        ids.append(reader.arrays[f"{facet}.ids"][expand_ranges(starts[:-1][live], sizes)])
        counts.append(sizes)
    used = [{names[n] for n in np.unique(numbers)} for names, numbers in zip(values, ids, strict=True)]
    every = sorted(set().union(*used))
    new_numbers = {value: number for number, value in enumerate(every)}
    yield from zip((f"{facet}.values", f"{facet}.value_starts"), pack_strings(every), strict=True)
    new_ids = [
        np.array([new_numbers.get(name, 0) for name in names], dtype=np.int64)[numbers]
        for names, numbers in zip(values, ids, strict=True)
    ]
    yield f"{facet}.ids", narrowest_uint(concat(new_ids), np.uint32)
    yield f"{facet}.starts", narrowest_uint(offsets(concat(counts)), np.uint32)
