"""Parts in, the arrays of one part out: how batches become a segment, and segments fewer.

Pages keep their order and are numbered anew; deleted ones are left out. What comes out is what `invert`
would have made of all the documents at once, to the last byte.
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
    firsts = offsets([int(kept.sum()) for _, kept in sources])
    size = int(firsts[-1])
    yield from _word_arrays(sources, firsts)
    yield from encode_ngrams(*_grams(sources, firsts), size)
    lengths = [part.lengths[:, kept] for part, kept in sources]
    yield "lengths", np.concatenate(lengths, axis=1).ravel()
    for name in ("instant", "day"):
        yield name, concat([part.arrays[name][kept] for part, kept in sources])
    for name in ("folded", "title_line", "record", "path", "url"):
        yield from zip((name, f"{name}.starts"), _strings(sources, name), strict=True)
    for facet in FACETS:
        yield from _facet_arrays(sources, facet)


def _word_arrays(sources: Sequence[LiveSegment], firsts: IntArray) -> Iterator[tuple[str, Array]]:
    fields = {
        field: [_kept_postings(part.all_postings(field), kept, part) for part, kept in sources]
        for field in TEXT_FIELDS
    }
    vocabularies = [part.all_terms() for part, _ in sources]
    for number, terms in enumerate(vocabularies):
        used = np.zeros(len(terms), dtype=np.bool_)
        for postings in fields.values():
            used[postings[number].terms] = True
        vocabularies[number] = [term for term, is_used in zip(terms, used, strict=True) if is_used]
        rank = np.cumsum(used) - 1
        for field in fields:
            before = fields[field][number]
            fields[field][number] = before._replace(terms=rank[before.terms])
    strings = sorted(set().union(*vocabularies))
    yield from zip(("term.text", "term.starts"), pack_strings(strings), strict=True)
    numbers = {term: number for number, term in enumerate(strings)}
    renumbered = [
        np.fromiter(map(numbers.__getitem__, terms), dtype=np.int64, count=len(terms))
        for terms in vocabularies
    ]
    for field in TEXT_FIELDS:
        parts = [
            (postings._replace(terms=new[postings.terms]), int(first))
            for postings, new, first in zip(fields[field], renumbered, firsts, strict=False)
        ]
        yield from field_arrays(field, join(parts, len(strings)), len(strings))


def _kept_postings(postings: Postings, kept: Mask, part: SegmentReader) -> Postings:
    """Postings of the kept pages alone, numbered anew."""
    if kept.all():
        return postings
    new_page = (np.cumsum(kept) - 1).astype(np.uint16)
    stays = kept[postings.pages]
    frequencies = postings.frequencies.astype(np.int64)
    # The bytes of each posting's positions: they end with the byte of its last one.
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


def _grams(sources: Sequence[LiveSegment], firsts: IntArray) -> tuple[Array, IntArray, Array]:
    parts = []
    for (part, kept), first in zip(sources, firsts, strict=False):
        grams, starts, pages = decode_ngrams(part.arrays, part.size)
        if not kept.all():
            stays = kept[pages]
            rows = np.repeat(np.arange(len(grams)), np.diff(starts))[stays]
            counts = np.bincount(rows, minlength=len(grams))
            used = np.flatnonzero(counts)
            pages = (np.cumsum(kept) - 1)[pages[stays]].astype(np.uint16)
            grams, starts = grams[used], offsets(counts[used])
        parts.append((grams, np.diff(starts), pages + np.uint16(first)))
    if len(parts) == 1:
        grams, counts, pages = parts[0]
        return grams, offsets(counts), pages
    every = concat([grams for grams, _, _ in parts])
    every.sort()
    every = every[np.diff(every, prepend=np.uint64(1 << 63)) != 0]
    rows_of = [(np.searchsorted(every, grams), counts) for grams, counts, _ in parts]
    starts, places = interleave(rows_of, len(every))
    out = np.empty(starts[-1], dtype=np.uint16)
    for (_, _, pages), at in zip(parts, places, strict=True):
        out[at] = pages
    return every, starts, out


def _strings(sources: Sequence[LiveSegment], name: str) -> tuple[Array, Array]:
    texts, lengths = [], []
    for part, kept in sources:
        starts = part.arrays[f"{name}.starts"].astype(np.int64)
        sizes = np.diff(starts)
        text = part.arrays[name]
        texts.append(text if kept.all() else _pieces(text, starts, kept))
        lengths.append(sizes[kept])
    return concat(texts), narrowest_uint(offsets(concat(lengths)), np.uint32)


def _pieces(text: Array, starts: IntArray, kept: Mask) -> Array:
    """The text of the kept pages; pages in a row are copied as one."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], kept, [False]))))
    pieces = [text[starts[a] : starts[b]] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return concat(pieces) if pieces else text[:0]


def _facet_arrays(sources: Sequence[LiveSegment], facet: str) -> Iterator[tuple[str, Array]]:
    values, ids, counts = [], [], []
    for part, kept in sources:
        starts = part.arrays[f"{facet}.starts"].astype(np.int64)
        sizes = np.diff(starts)[kept]
        values.append(unpack_strings(part.arrays[f"{facet}.values"], part.arrays[f"{facet}.value_starts"]))
        ids.append(part.arrays[f"{facet}.ids"][expand_ranges(starts[:-1][kept], sizes)])
        counts.append(sizes)
    used = [{names[at] for at in np.unique(some)} for names, some in zip(values, ids, strict=True)]
    every = sorted(set().union(*used))
    numbers = {value: number for number, value in enumerate(every)}
    yield from zip((f"{facet}.values", f"{facet}.value_starts"), pack_strings(every), strict=True)
    new = [
        np.array([numbers.get(name, 0) for name in names], dtype=np.int64)[some]
        for names, some in zip(values, ids, strict=True)
    ]
    yield f"{facet}.ids", narrowest_uint(concat(new), np.uint32)
    yield f"{facet}.starts", narrowest_uint(offsets(concat(counts)), np.uint32)
