"""One generation of an index as arrays over all of its segments.

The pages of all segments are numbered one after another, so that a page is one number. Only a cache changes
after opening, so that threads and forked processes share a snapshot.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from zhsearch.index.arrays import Array, IntArray, Mask, concat, offsets, unpack_strings
from zhsearch.index.errors import CorruptIndexError
from zhsearch.index.fields import FACETS, TEXT_FIELDS
from zhsearch.index.generations import Generation, unreadable_error
from zhsearch.index.models import Section
from zhsearch.index.segment import SUFFIX, SegmentReader, StoredDocument, open_segment
from zhsearch.search.cache import LruCache
from zhsearch.search.deadline import check_deadline
from zhsearch.search.embedded.facets import Facets, facet_of, periods
from zhsearch.search.embedded.hits import distinct, unite
from zhsearch.search.embedded.latin_runs import LatinRun, pages_with_runs
from zhsearch.search.embedded.substring import count_containing, pages_with


class Snapshot:
    """The segments of one generation; holds its lock for as long as it lives.

    `live` (page,) bool; `pages` (live page,) numbers of the live pages; `lengths` (field, page) numbers of
    terms; `day` (page,) YYYYMMDD or 0; `newest` and `oldest` (page,) the rank of each page by date, then by
    URL and path, undated pages last in both; `copies` the groups of near copies, newest first, and `group`
    (page,) that of each page, counted from 1 (0: none), and `is_copy` (page,) whether it has one; None
    where there are no groups. `page_cache`: bytes
    of opened pages that are cached. Raises StoreError where a segment is damaged.
    """

    def __init__(self, generation: Generation, *, page_cache: int = 0) -> None:
        self.generation = generation
        self._opened = LruCache[int, StoredDocument](page_cache)
        entries = generation.manifest.segments
        self.segments = [_open(generation, entry.name) for entry in entries]
        self._firsts = offsets([len(segment) for segment in self.segments]).tolist()
        self.size = self._firsts[-1]
        self.live: Mask = np.ones(self.size, dtype=np.bool_)
        for first, entry in zip(self._firsts, entries, strict=False):
            self.live[np.fromiter(entry.deleted, np.int64, len(entry.deleted)) + first] = False
        self.pages: IntArray = np.flatnonzero(self.live)
        self.count = len(self.pages)
        self.all_live = self.count == self.size
        no_pages = np.zeros((len(TEXT_FIELDS), 0), dtype=np.uint32)
        self.lengths: Array = np.concatenate(
            [no_pages, *(segment.lengths for segment in self.segments)], axis=1
        )
        self.day: IntArray = concat([segment.arrays["day"] for segment in self.segments]).astype(np.int64)
        ties = self._ties()
        self.newest, self.oldest = self._ranks(-1.0, ties), self._ranks(1.0, ties)
        self.copies = generation.manifest.near_copies or ()
        self.group = self._groups() if self.copies else None
        self.is_copy: Mask | None = None if self.group is None else self.group > 0
        facets = {name: facet_of(self.segments, name, self.live) for name in FACETS}
        facets["year"] = periods(self.day // 10_000, "{:04d}")
        facets["month"] = periods(self.day // 100, "{:06d}")
        facets |= {name: facet_of(self.segments, name, self.live) for name in generation.manifest.facets}
        self.facets = Facets(facets)

    def postings(self, term: bytes, fields: Sequence[str]) -> list[tuple[str, IntArray, Array]]:
        """(field, pages, frequencies) of a term in each of the fields that has it, of live pages."""
        check_deadline()
        by_field: dict[str, list[tuple[int, Array, Array]]] = {}
        for segment, first in zip(self.segments, self._firsts, strict=False):
            number = segment.number_of(term)
            if number is None:
                continue
            for field in fields:
                row = segment.row(field, number)
                if row is not None:
                    by_field.setdefault(field, []).append((first, *segment.postings(field, row)))
        return [(field, *self._live_postings(postings)) for field, postings in by_field.items()]

    def _live_postings(self, postings: list[tuple[int, Array, Array]]) -> tuple[IntArray, Array]:
        """The postings of all segments as one, without deleted pages; of each its first page, the pages as
        numbered there, and their frequencies."""
        first, pages, frequencies = postings[0]
        if len(postings) == 1:
            pages = pages.astype(np.int64)
            if first:
                pages += first
        else:
            frequencies = concat([counts for *_, counts in postings])
            pages, start = np.empty(len(frequencies), dtype=np.int64), 0
            for first, numbers, _ in postings:
                end = start + len(numbers)
                np.add(numbers, first, out=pages[start:end], dtype=np.int64)
                start = end
        if self.all_live:
            return pages, frequencies
        live = self.live[pages]
        return pages[live], frequencies[live]

    def longer_terms(self, beginning: str) -> list[range]:
        """The numbers of the terms that begin so and are longer, in each segment."""
        encoded = beginning.encode()
        return [segment.longer_terms(encoded) for segment in self.segments]

    def pages_with_ranges(self, ranges: Sequence[range], fields: Sequence[str]) -> IntArray:
        """The live pages that have a term of a range, one in each segment, in one of the fields."""
        return self._distinct(
            np.add(segment.pages_with_range(field, terms), first, dtype=np.int64)
            for segment, first, terms in zip(self.segments, self._firsts, ranges, strict=False)
            if terms
            for field in fields
        )

    def pages_within_terms(self, text: str, fields: Sequence[str], *, mixed: bool = False) -> IntArray:
        """The live pages that have a term which contains a text in one of the fields; with `mixed`, also one
        with other characters than ASCII letters and digits."""
        encoded = text.encode()
        return self._distinct(
            np.add(segment.pages_with_terms(field, terms), first, dtype=np.int64)
            for segment, first in zip(self.segments, self._firsts, strict=False)
            if len(terms := segment.terms_containing(encoded, mixed=mixed))
            for field in fields
        )

    def pages_with_runs(self, runs: Sequence[LatinRun], fields: Sequence[str]) -> IntArray:
        """The pages that have terms for all runs, of which there is one or more, in the fields, or runs that
        are too long for a term."""
        check_deadline()
        return concat(
            [
                first + pages_with_runs(segment, runs, fields)
                for segment, first in zip(self.segments, self._firsts, strict=False)
            ]
        )

    @cached_property
    def long_runs(self) -> IntArray:
        """The live pages with a run of letters and digits that is too long for a term."""
        return self._distinct(
            np.add(segment.arrays["long_runs"], first, dtype=np.int64)
            for segment, first in zip(self.segments, self._firsts, strict=False)
        )

    def _distinct(self, lists: Iterable[IntArray]) -> IntArray:
        """The live pages of all lists, ascending."""
        check_deadline()
        pages = distinct(list(lists), self.size)
        return pages if self.all_live else pages[self.live[pages]]

    def pages_with(
        self,
        pattern: str,
        *,
        among: IntArray | None = None,
        excluding: Mask | None = None,
        title_only: bool = False,
        bounded: bool = False,
    ) -> IntArray:
        """The pages, `among` some (default: the live ones), whose title or a block contains a folded pattern;
        without those of the mask `excluding`.

        `title_only`: in the title. `bounded`: a letter or digit at an edge of the pattern must not continue
        beyond it. One or two characters are answered by the n-grams alone.
        """
        check_deadline()
        if "\n" in pattern or not pattern or (among is not None and not len(among)):
            return np.zeros(0, dtype=np.int64)
        lists = []
        for segment, first in zip(self.segments, self._firsts, strict=False):
            local_pages = pages_with(
                segment,
                pattern,
                among=None if among is None else _local(among, first, segment),
                excluding=None if excluding is None else excluding[first : first + len(segment)],
                title_only=title_only,
                bounded=bounded,
            )
            lists.append(first + local_pages if first else local_pages)
        pages = concat(lists)
        return pages if self.all_live else pages[self.live[pages]]

    @property
    def term_sources(self) -> Sequence[SegmentReader]:
        """See TermLookup."""
        return self.segments

    def count_containing(self, pattern: str, limit: int) -> int:
        """The number of pages that contain a folded pattern, counted up to `limit`."""
        count = 0
        for segment, first in zip(self.segments, self._firsts, strict=False):
            if count < limit:
                live = None if self.all_live else self.live[first : first + len(segment)]
                count += count_containing(segment, pattern, live, limit - count)
        return count

    def prefetch(self, patterns: Sequence[str]) -> None:
        """See TermLookup. Nothing to do: the index is local."""

    def has_term(self, word: str) -> bool:
        """Whether any page has a word as a term."""
        term = word.encode()
        if self.all_live:
            return any(segment.number_of(term) is not None for segment in self.segments)
        return any(len(pages) for _, pages, _ in self.postings(term, TEXT_FIELDS))

    def count_pages(self, word: str) -> int:
        """The number of pages that have a word as a term."""
        return len(unite([pages for _, pages, _ in self.postings(word.encode(), TEXT_FIELDS)]))

    def stored(self, page: int) -> StoredDocument:
        """The stored document of a page."""
        check_deadline()
        stored = self._opened.get(page)
        if stored is None:
            segment, number = self._segment_of(page)
            stored = segment.stored(number)
            self._opened.put(page, stored, stored.estimated_bytes)
        return stored

    def sections(self, page: int) -> tuple[Section, ...]:
        """The sections of a page."""
        segment, number = self._segment_of(page)
        return segment.sections(number)

    def title(self, page: int) -> str:
        """The folded title of a page."""
        segment, number = self._segment_of(page)
        return str(segment.title(number), "utf-8", "surrogatepass")

    def url(self, page: int) -> str:
        """The URL path of a page."""
        segment, number = self._segment_of(page)
        return segment.string("url", number)

    def page_at(self, url: str) -> int | None:
        """The live page with a URL path, None where there is none."""
        encoded = url.encode("utf-8", "surrogatepass")
        for segment, first in zip(self.segments, self._firsts, strict=False):
            for number in segment.with_url(encoded):
                if self.live[first + number]:
                    return int(first + number)
        return None

    def _segment_of(self, page: int) -> tuple[SegmentReader, int]:
        """The segment of a page, and the page's number there."""
        place = bisect_right(self._firsts, page) - 1 if len(self.segments) > 1 else 0
        return self.segments[place], page - self._firsts[place]

    def _groups(self) -> IntArray:
        group = np.zeros(self.size, dtype=np.int64)
        for number, pages in enumerate(self.copies, 1):
            group[list(pages)] = number
        return group

    def _ranks(self, direction: float, ties: list[bytes]) -> IntArray:
        """(page,) the rank of each page by date, ascending if `direction` is 1; ties by `ties`."""
        instants = (
            concat([segment.arrays["instant"] for segment in self.segments]).astype(np.float64) * direction
        )
        order = np.argsort(instants, kind="stable")  # NaN last, as undated pages are to be
        values = instants[order]
        same = (values[1:] == values[:-1]) | (np.isnan(values[1:]) & np.isnan(values[:-1]))
        edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False]))))
        for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            order[start : end + 1] = sorted(order[start : end + 1].tolist(), key=ties.__getitem__)
        ranks = np.empty(self.size, dtype=np.int64)
        ranks[order] = np.arange(self.size)
        return ranks

    def _ties(self) -> list[bytes]:
        """The key that orders pages of the same instant: URL, then path."""
        columns = [
            [
                text
                for segment in self.segments
                for text in unpack_strings(segment.arrays[name], segment.arrays[f"{name}.starts"])
            ]
            for name in ("url", "path")
        ]
        return [b"\0".join(key) for key in zip(*columns, strict=True)]


def _open(generation: Generation, name: str) -> SegmentReader:
    path = generation.folder / f"{name}{SUFFIX}"
    try:
        return open_segment(path)
    except OSError as problem:
        raise unreadable_error(path, problem) from problem
    except (ValueError, KeyError) as problem:
        raise CorruptIndexError(path, str(problem)) from problem


def _local(pages: IntArray, first: int, segment: SegmentReader) -> IntArray:
    """Those of the pages that are in a segment, numbered as there; its pages begin at `first`."""
    if first == 0 and (not len(pages) or pages[-1] < len(segment)):
        return pages
    start, end = pages.searchsorted((first, first + len(segment)))
    return pages[start:end] - first
