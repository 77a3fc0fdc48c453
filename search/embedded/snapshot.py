"""A published generation in, its pages as arrays out: all that matching, counting and sorting work on.

Pages are numbered over all segments; a deleted page keeps its number and is not `live`. Nothing here is
changed once it is made, so that threads and forked processes share it.
"""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from zhsearch.index.arrays import Array, IntArray, Mask, concat, offsets, unpack_strings
from zhsearch.index.errors import CorruptIndexError
from zhsearch.index.fields import FACETS, SHOWN_FIELDS, TEXT_FIELDS
from zhsearch.index.generations.store import Generation, unreadable_error
from zhsearch.index.segment.docstore import StoredDocument
from zhsearch.index.segment.reader import SUFFIX, SegmentReader, open_segment
from zhsearch.search.cache import LruCache
from zhsearch.search.deadline import check_deadline
from zhsearch.search.embedded.facets import Facets, facet_of, periods
from zhsearch.search.embedded.substring import count_containing, pages_with


class Snapshot:
    """The parts of one generation; holds its lock for as long as it lives.

    `live` (page,) bool; `lengths` (field, page) terms; `day` (page,) YYYYMMDD or 0; `newest` and `oldest`
    (page,) the page's place when sorted by date, then by URL and path, undated pages last in both. Opened
    pages are kept, at most `page_cache` bytes of them. Raises StoreError where a segment is damaged.
    """

    def __init__(self, generation: Generation, *, page_cache: int = 0) -> None:
        self.generation = generation
        self._opened = LruCache[int, StoredDocument](page_cache)
        segments = generation.manifest.segments
        self.parts = [_open(generation, segment.name) for segment in segments]
        self._firsts = offsets([len(part) for part in self.parts]).tolist()
        self.size = self._firsts[-1]
        self.live: Mask = np.ones(self.size, dtype=np.bool_)
        for first, segment in zip(self._firsts, segments, strict=False):
            self.live[np.array(sorted(segment.deleted), dtype=np.int64) + first] = False
        self.pages: IntArray = np.flatnonzero(self.live)
        self.count = len(self.pages)
        self.all_live = self.count == self.size
        none = np.zeros((len(TEXT_FIELDS), 0), dtype=np.uint32)
        self.lengths: Array = np.concatenate([none, *(part.lengths for part in self.parts)], axis=1)
        self.day: IntArray = concat([part.arrays["day"] for part in self.parts]).astype(np.int64)
        ties = self._ties()
        self.newest, self.oldest = self._places(-1.0, ties), self._places(1.0, ties)
        facets = {name: facet_of(self.parts, name, self.live) for name in FACETS}
        facets["year"] = periods(self.day // 10_000, "{:04d}")
        facets["month"] = periods(self.day // 100, "{:06d}")
        self.facets = Facets(facets)

    def postings(self, term: bytes, fields: Sequence[str]) -> list[tuple[str, IntArray, Array]]:
        """(field, pages, frequencies) of a term in each of some fields that has it; of live pages."""
        check_deadline()
        found: dict[str, list[tuple[IntArray, Array]]] = {}
        for part, first in zip(self.parts, self._firsts, strict=False):
            number = part.number_of(term)
            for field in fields:
                row = None if number is None else part.row(field, number)
                if row is not None:
                    pages, frequencies = part.postings(field, row)
                    postings = np.add(pages, first, dtype=np.int64), frequencies
                    found.setdefault(field, []).append(postings)
        return [(field, *self._alive(several)) for field, several in found.items()]

    def _alive(self, several: list[tuple[IntArray, Array]]) -> tuple[IntArray, Array]:
        pages, frequencies = several[0]
        if len(several) > 1:
            pages, frequencies = (concat([each[i] for each in several]) for i in (0, 1))
        if self.all_live:
            return pages, frequencies
        kept = self.live[pages]
        return pages[kept], frequencies[kept]

    def pages_with(
        self,
        needle: str,
        *,
        among: IntArray | None = None,
        but: IntArray | None = None,
        title_only: bool = False,
        bounded: bool = False,
    ) -> IntArray:
        """Those `among` some pages (default: the live ones) whose title or a block holds a folded needle,
        without those of `but`.

        `title_only`: in the title. `bounded`: a letter or digit at the needle's edge may not go on beyond it.
        One or two characters are answered by the n-grams alone.
        """
        check_deadline()
        if "\n" in needle or not needle:
            return np.zeros(0, dtype=np.int64)
        found = []
        for part, first in zip(self.parts, self._firsts, strict=False):
            some = None if among is None else _local(among, first, part)
            gone = None if but is None else _local(but, first, part)
            found.append(
                first + pages_with(part, needle, among=some, but=gone, title_only=title_only, bounded=bounded)
            )
        pages = concat(found)
        return pages if self.all_live else pages[self.live[pages]]

    def count_containing(self, needle: str, most: int) -> int:
        """On how many pages a folded needle stands; no more than `most` are looked for."""
        found = 0
        for part, first in zip(self.parts, self._firsts, strict=False):
            if found < most:
                live = None if self.all_live else self.live[first : first + len(part)]
                found += count_containing(part, needle, live, most - found)
        return found

    def prefetch(self, needles: Sequence[str]) -> None:
        """Nothing: what is looked for is at hand."""

    def document_frequency(self, word: str) -> int:
        """In how many pages a word is a term of what a reader sees."""
        term = word.encode()
        if not self.all_live:
            return max((len(pages) for _, pages, _ in self.postings(term, SHOWN_FIELDS)), default=0)
        counts = dict.fromkeys(SHOWN_FIELDS, 0)
        for part in self.parts:
            if (number := part.number_of(term)) is not None:
                for field in SHOWN_FIELDS:
                    counts[field] += part.count(field, number)
        return max(counts.values())

    def stored(self, page: int) -> StoredDocument:
        """The record of a page."""
        check_deadline()
        stored = self._opened.get(page)
        if stored is None:
            part, number = self._at(page)
            stored = part.stored(number)
            self._opened.put(page, stored, stored.most_bytes)
        return stored

    def title(self, page: int) -> str:
        """The folded title of a page."""
        part, number = self._at(page)
        return str(part.title(number), "utf-8", "surrogatepass")

    def url(self, page: int) -> str:
        """The address of a page."""
        part, number = self._at(page)
        return part.string("url", number)

    def page_at(self, url: str) -> int | None:
        """The page with an address, None where no live one has it."""
        sought = url.encode("utf-8", "surrogatepass")
        for part, first in zip(self.parts, self._firsts, strict=False):
            for number in part.with_url(sought):
                if self.live[first + number]:
                    return int(first + number)
        return None

    def _at(self, page: int) -> tuple[SegmentReader, int]:
        at = bisect_right(self._firsts, page) - 1 if len(self.parts) > 1 else 0
        return self.parts[at], page - self._firsts[at]

    def _places(self, direction: float, ties: list[bytes]) -> IntArray:
        instants = concat([part.arrays["instant"] for part in self.parts]).astype(np.float64) * direction
        order = np.argsort(instants, kind="stable")  # NaN last, as undated pages are to be
        values = instants[order]
        same = (values[1:] == values[:-1]) | (np.isnan(values[1:]) & np.isnan(values[:-1]))
        edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False]))))
        for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            order[start : end + 1] = sorted(order[start : end + 1].tolist(), key=ties.__getitem__)
        places = np.empty(self.size, dtype=np.int64)
        places[order] = np.arange(self.size)
        return places

    def _ties(self) -> list[bytes]:
        """What pages of one instant are sorted by: their address, then their path."""
        columns = [
            [
                text
                for part in self.parts
                for text in unpack_strings(part.arrays[name], part.arrays[f"{name}.starts"])
            ]
            for name in ("url", "path")
        ]
        return [b"\0".join(both) for both in zip(*columns, strict=True)]


def _open(generation: Generation, name: str) -> SegmentReader:
    path = generation.folder / f"{name}{SUFFIX}"
    try:
        return open_segment(path)
    except OSError as problem:
        raise unreadable_error(path, problem) from problem
    except (ValueError, KeyError) as problem:
        raise CorruptIndexError(path, str(problem)) from problem


def _local(pages: IntArray, first: int, part: SegmentReader) -> IntArray:
    """Which of the pages are the part's, numbered as there."""
    if first == 0 and (not len(pages) or pages[-1] < len(part)):
        return pages
    start, end = pages.searchsorted((first, first + len(part)))
    return pages[start:end] - first
