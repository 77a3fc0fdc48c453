"""The n-grams of a merged segment, by ranges of their first characters, so that a few megabytes of page lists
are in memory at a time."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from zhsearch.index.arrays import IntArray, concat, cuts, offsets
from zhsearch.index.segment.live import LiveSegment
from zhsearch.index.segment.ngrams import SENTINEL, NgramPart, StoredNgrams
from zhsearch.index.segment.postings import interleave

_PART = 2_000_000  # bytes of page lists that are merged at once


def merged_ngrams(sources: Sequence[LiveSegment], first_pages: IntArray) -> Iterator[NgramPart]:
    """The n-grams of live pages, in their order; `first_pages` (sources,) as in `word_arrays`."""
    tables = [StoredNgrams(reader.arrays, reader.size) for reader, _ in sources]
    alphabet = np.unique(np.concatenate([np.zeros(0, dtype=np.uint64), *(each.alphabet for each in tables)]))
    sizes = np.zeros(len(alphabet), dtype=np.int64)  # of the page lists by first character, in bytes
    for table in tables:
        sizes[alphabet.searchsorted(table.alphabet)] += np.diff(table.places)
    bounds = np.append(alphabet, SENTINEL)
    for first, last in pairwise(cuts(offsets(sizes), _PART)):
        parts = []
        for source, table, page in zip(sources, tables, first_pages.tolist(), strict=True):
            part = table.part(*table.alphabet.searchsorted(bounds[[first, last]]).tolist())
            parts.append(_live(source, part, page))
            source.reader.release()
        yield _joined(parts)


def _live(source: LiveSegment, part: NgramPart, first_page: int) -> NgramPart:
    """A part on live pages only, numbered as in the merged segment."""
    ngrams, counts, pages = part
    if not source.is_all_live and len(counts):
        is_live = source.live[pages]
        counts = np.add.reduceat(is_live, offsets(counts)[:-1], dtype=np.int64)
        used = counts > 0
        ngrams, counts, pages = ngrams[used], counts[used], source.renumbered(pages[is_live])
    return NgramPart(ngrams, counts, pages + np.uint16(first_page))


def _joined(parts: list[NgramPart]) -> NgramPart:
    """The same n-grams of all sources as one part."""
    if len(parts) == 1:
        return parts[0]
    ngrams = concat([part.ngrams for part in parts])
    ngrams.sort()
    ngrams = ngrams[np.diff(ngrams, prepend=SENTINEL) != 0]
    tables = [(np.searchsorted(ngrams, part.ngrams), part.counts) for part in parts]
    starts, places = interleave(tables, len(ngrams))
    pages = np.empty(starts[-1], dtype=np.uint16)
    for part, place in zip(parts, places, strict=True):
        pages[place] = part.pages
    return NgramPart(ngrams, np.diff(starts), pages)
