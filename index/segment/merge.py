"""Merge segments into one: the batches of a run, and small segments of a generation.

Pages keep their order and are numbered anew; deleted ones are left out. The result is what `build_segment`
makes of all the documents at once, to the last byte.
"""

from collections.abc import Iterator, Sequence

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
from zhsearch.index.segment.live import LiveSegment
from zhsearch.index.segment.merge_ngrams import merged_ngrams
from zhsearch.index.segment.merge_words import word_arrays
from zhsearch.index.segment.ngrams import encode_parts

__all__ = ["LiveSegment", "merge"]


def merge(sources: Sequence[LiveSegment]) -> Iterator[tuple[str, Array | Iterator[Array]]]:
    """Yield the arrays of the merged segment one by one, so that a writer need not hold them all.

    Large ones come in pieces, which must be used before the next array is asked for. What was read of mapped
    sources is released.
    """
    # (sources + 1,): the number in the merged segment of the first page of each source.
    pages = offsets([int(live.sum()) for _, live in sources])
    for name, array in _arrays(sources, pages[:-1], int(pages[-1])):
        yield name, array
        for source in sources:
            source.reader.release()


def _arrays(
    sources: Sequence[LiveSegment], first_pages: IntArray, size: int
) -> Iterator[tuple[str, Array | Iterator[Array]]]:
    yield from word_arrays(sources, first_pages)
    yield from encode_parts(merged_ngrams(sources, first_pages), size)
    lengths = [reader.lengths[:, live] for reader, live in sources]
    yield "lengths", np.concatenate(lengths, axis=1).ravel()
    for name in ("instant", "day"):
        yield name, concat([reader.arrays[name][live] for reader, live in sources])
    yield "long_runs", _long_runs(sources, first_pages)
    for name in ("folded", "title_line", "record", "path", "url"):
        yield name, _strings(sources, name)
        lengths = [np.diff(reader.arrays[f"{name}.starts"])[live] for reader, live in sources]
        yield f"{name}.starts", narrowest_uint(offsets(concat(lengths)), np.uint32)
    for prefix in sources[0].reader.facet_arrays if sources else ():
        yield from _facet_arrays(sources, prefix)


def _strings(sources: Sequence[LiveSegment], name: str) -> Iterator[Array]:
    """The bytes of the strings of the live pages, source after source."""
    yield np.zeros(0, dtype=np.uint8)
    for source in sources:
        text = source.reader.arrays[name]
        if source.is_all_live:
            yield text
        else:
            yield from _live_bytes(text, source.reader.arrays[f"{name}.starts"], source.live)
        source.reader.release()


def _live_bytes(text: Array, starts: Array, live: Mask) -> Iterator[Array]:
    """The bytes of the live pages' strings; a run of live pages is copied at once."""
    edges = np.flatnonzero(np.diff(live, prepend=False, append=False))
    for run, end in zip(edges[::2], edges[1::2], strict=True):
        yield text[int(starts[run]) : int(starts[end])]


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


def _long_runs(sources: Sequence[LiveSegment], first_pages: IntArray) -> Array:
    """The live pages with a run that is too long for a term, numbered as in the merged segment."""
    lists = []
    for (reader, live), first_page in zip(sources, first_pages, strict=True):
        pages = reader.arrays["long_runs"]
        lists.append(first_page + (np.cumsum(live) - 1)[pages[live[pages]]])
    return concat(lists).astype(np.uint16)
