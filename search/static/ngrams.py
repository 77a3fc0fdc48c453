"""The n-grams of an export: which pages have each character, and each pair of characters, of their texts.

Quoted texts and words inside longer words are searched by them. See `zhsearch.index.segment.ngrams`: in
memory an n-gram is one number, of the code points of its two characters.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from zhsearch.index.arrays import Array, IntArray, concat, decode_text, encode_text, expand_ranges, offsets
from zhsearch.index.segment import MAX_PAGES
from zhsearch.index.segment.ngrams import decode_ngrams, ngrams_of
from zhsearch.search.static.codec import (
    Chunk,
    ChunkSize,
    Column,
    Packed,
    bytes_packed,
    cut_chunks,
    joined,
    lists_column,
    numbers_packed,
)
from zhsearch.search.static.pages import Pages

PAGES, BITS, TITLE_PAGES = 1, 2, 4
"""Flags of an entry: its pages as a list, or as bits, and those that have it in the title."""

_CHUNK = ChunkSize(12_500, 19_000)
_SHIFT = np.uint64(32)
_MASK = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Ngrams:
    """The pages of n-grams; those of `keys[i]` are `pages[starts[i]:starts[i + 1]]`, ascending.

    `keys` (g,) uint64 sorted; `pairs` are `row * count + page`, of `count` pages.
    """

    keys: Array
    starts: IntArray
    pages: IntArray
    pairs: IntArray
    count: int

    def rows(self, texts: list[str]) -> tuple[IntArray, IntArray]:
        """(starts, rows) of the n-grams of each text: its pairs of characters, or its only character; row -1
        where no page has it."""
        points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
        sizes = np.fromiter(map(len, texts), np.int64, len(texts))
        counts = np.maximum(sizes - 1, 1)
        places = expand_ranges(offsets(sizes)[:-1], counts)
        seconds = np.where(np.repeat(sizes == 1, counts), 0, points[np.minimum(places + 1, len(points) - 1)])
        wanted = points[places] << _SHIFT | seconds
        rows = np.minimum(self.keys.searchsorted(wanted), max(len(self.keys) - 1, 0))
        if not len(self.keys):
            return offsets(counts), np.full(len(wanted), -1)
        return offsets(counts), np.where(self.keys[rows] == wanted, rows, -1)


def read_ngrams(pages: Pages) -> Ngrams:
    """The n-grams of the texts of the live pages."""
    parts, first = [], 0
    for segment in pages.snapshot.segments:
        keys, starts, own = decode_ngrams(segment.arrays, len(segment))
        parts.append((keys, starts, pages.number[first : first + len(segment)][own]))
        first += len(segment)
    return _ngrams(parts, len(pages))


def title_ngrams(titles: list[bytes]) -> Ngrams:
    """The n-grams of the folded titles of all pages."""
    lines = [f"{decode_text(title).strip(chr(10))}\n" for title in titles]
    parts = []
    for first in range(0, len(lines), MAX_PAGES):
        batch = lines[first : first + MAX_PAGES]
        keys, starts, own = ngrams_of("".join(batch), list(map(len, batch)))
        parts.append((keys, starts, own.astype(np.int64) + first))
    return _ngrams(parts, len(titles))


def _ngrams(parts: list[tuple[Array, IntArray, IntArray]], count: int) -> Ngrams:
    """The n-grams of several segments as one. A part is (keys, starts, pages) as in Ngrams, with page -1 for
    a deleted one."""
    keys = np.unique(np.concatenate([np.zeros(0, dtype=np.uint64), *(part[0] for part in parts)]))
    count = max(count, 1)
    pairs = [
        (np.repeat(keys.searchsorted(own), np.diff(starts)) * count + pages)[pages >= 0]
        for own, starts, pages in parts
    ]
    all_pairs = np.sort(concat(pairs))
    rows = all_pairs // count
    firsts = np.flatnonzero(np.diff(rows, prepend=-1))
    used = rows[firsts]
    if len(used) < len(keys):
        rows = np.repeat(np.arange(len(used)), np.diff(firsts, append=len(rows)))
    pages = all_pairs % count
    return Ngrams(keys[used], np.append(firsts, len(rows)), pages, rows * count + pages, count)


def ngram_chunks(ngrams: Ngrams, titles: Ngrams) -> Iterator[Chunk]:
    """The entries of all n-grams, in chunks."""
    lists = lists_column(PAGES, ngrams.starts, ngrams.pages)
    sizes = ngrams.pages[ngrams.starts[1:] - 1] // 8 + 1  # bytes of bits up to the last page
    shorter = sizes + 2 < lists.values.sizes
    rows = ngrams.keys.searchsorted(titles.keys)
    own = lists_column(TITLE_PAGES, titles.starts, titles.pages)
    columns = [
        _only(lists, ~shorter),
        _bits_column(ngrams, np.flatnonzero(shorter), sizes[shorter]),
        own._replace(rows=rows[own.rows]),
    ]
    return cut_chunks(_texts(ngrams.keys), columns, _CHUNK)


def _bits_column(ngrams: Ngrams, rows: IntArray, sizes: IntArray) -> Column:
    """A bit for each page of the n-grams of some rows, after the number of bytes, which are `sizes`."""
    starts = offsets(sizes)
    counts = ngrams.starts[rows + 1] - ngrams.starts[rows]
    pages = ngrams.pages[expand_ranges(ngrams.starts[rows], counts)]
    places = np.repeat(starts[:-1], counts) + pages // 8  # ascending: those of a byte are adjacent
    firsts = np.flatnonzero(np.diff(places, prepend=-1))
    data = np.zeros(starts[-1], dtype=np.uint8)
    if len(firsts):
        data[places[firsts]] = np.add.reduceat(1 << pages % 8, firsts)
    return Column(BITS, rows, joined([numbers_packed(sizes), bytes_packed(data, starts)]))


def _only(column: Column, mask: Array) -> Column:
    """A column with some of its rows."""
    starts, sizes = column.values.starts, column.values.sizes
    data = column.values.data[expand_ranges(starts[:-1][mask], sizes[mask])]
    return Column(column.flag, column.rows[mask], Packed(offsets(sizes[mask]), data))


def _texts(keys: Array) -> list[bytes]:
    """N-grams as texts, in the same order, which is that of their bytes."""
    firsts, seconds = (keys >> _SHIFT).tolist(), (keys & _MASK).tolist()
    return [
        encode_text(chr(first) + chr(second) if second else chr(first))
        for first, second in zip(firsts, seconds, strict=True)
    ]
