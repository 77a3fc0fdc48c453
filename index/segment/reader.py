"""A reader of one segment: its terms, postings, folded texts, n-grams and documents.

A segment is built by `build_segment` from a batch of documents or by `merge` from other segments, and opened
from a file by `open_segment`; it never changes. Its pages are numbered from 0, at most 65,536 of them, so
that a page takes two bytes in every list.

This is the table of the format: n pages, t terms, and for a field r rows and p postings. Strings are
concatenated bytes, with n + 1 (or t + 1) offsets in `<name>.starts`. Unsigned integers have the
width given here, or a larger one if a value does not fit.

| array | dtype, shape | meaning |
| --- | --- | --- |
| `term.text`, `term.starts` | strings (t) | the terms of all text fields, UTF-8, sorted |
| `<field>.terms` | uint32 (r) | the term of each row, ascending; absent: a row for every term, r = t |
| `<field>.starts` | uint32 (r + 1) | offsets of the postings of each row |
| `<field>.pages` | uint16 (p) | the page of each posting, ascending in a row |
| `<field>.frequencies` | uint8 (p) | the frequency of the term on the page; 255: see `frequent` |
| `<field>.frequent` | uint32 | the postings with a frequency of 255 or more, ascending |
| `<field>.frequent_counts` | uint32 | their frequencies |
| `lengths` | uint32 (fields x n) | the number of terms of each field of each page |
| `ngram.alphabet` | uint32 | the characters of the folded texts, sorted |
| `ngram.firsts` | uint32 (a + 1) | offsets of the n-grams that begin with each of these a characters |
| `ngram.seconds` | uint16 (g) | the second character of each n-gram, a number from 1; 0: it has none |
| `ngram.lengths` | uint8 (g) | the bytes of the page list of each n-gram |
| `ngram.starts` | uint32 (g / 16) | the offset in bytes of every 16th page list |
| `ngram.pages` | uint8 | page lists; see `page_lists` |
| `title_line` | strings (n) | the title folded character by character |
| `long_runs` | uint16 | the pages with a run of letters and digits that is too long for a term, ascending |
| `folded` | strings (n) | the blocks likewise, one per line, compressed |
| `record` | strings (n) | the stored document; see `docstore` |
| `path`, `url` | strings (n) | |
| `instant` | float64 (n) | seconds since 1970, NaN without a date |
| `day` | uint32 (n) | YYYYMMDD in the author's time zone, 0 without a date |
| `<facet>.values`, `.value_starts` | strings | the values of a facet, sorted; see `facet_array` |
| `<facet>.ids` | uint32 | the values of each page, as numbers into `values`, page after page |
| `<facet>.starts` | uint32 (n + 1) | offsets of the ids of each page |
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial, reduce
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.arrays import Array, IntArray, concat, decode_text, expand_ranges, unpack_strings
from zhsearch.index.fields import TEXT_FIELDS, facet_array
from zhsearch.index.models import Document, Section
from zhsearch.index.segment.array_file import read_arrays, release
from zhsearch.index.segment.compression import decompress
from zhsearch.index.segment.docstore import StoredDocument, corrupt_record, stored_sections
from zhsearch.index.segment.latin_terms import LatinTerms, latin_terms
from zhsearch.index.segment.ngrams import NgramIndex
from zhsearch.index.segment.postings import Postings, expand_frequencies
from zhsearch.index.segment.suffix_array import SuffixArray

SUFFIX = ".segment"
MAX_PAGES = 65_536
_SAMPLE_STEP = 32  # every 32nd term is held as a bytes object
_MAX_LOOKED_UP = 16  # terms whose rows are looked up one by one; those of more, as arrays
_STRINGS = ("folded", "title_line", "record", "path", "url")


class _Field(NamedTuple):
    """The arrays of one text field; r rows, p postings.

    Arrays that are read value by value are memoryviews, whose items are read faster.
    """

    terms: "memoryview[int] | None"  # (r,)
    starts: "memoryview[int]"  # (r + 1,)
    pages: NDArray[np.uint16]  # (p,)
    frequencies: NDArray[np.uint8]  # (p,)
    frequent: Array
    frequent_counts: Array


class SegmentReader:
    """Reads one segment. `size` is the number of its pages, `terms` the number of its terms."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.arrays = arrays
        self.size = len(arrays["day"])
        self.ngrams = NgramIndex(arrays, self.size)
        self._term_text = arrays["term.text"].data
        self._term_starts = arrays["term.starts"].data
        self.terms = len(self._term_starts) - 1
        self._fields = {field: self._field(field) for field in TEXT_FIELDS}
        self._strings = {name: (arrays[name].data, arrays[f"{name}.starts"].data) for name in _STRINGS}
        self._text_strings = self._strings["title_line"], self._strings["folded"]
        self._record_strings = [self._strings[name] for name in ("path", "url", "record")]
        # So that the first steps of a look-up of a term are one call.
        self._samples = [self.term(number) for number in range(0, self.terms, _SAMPLE_STEP)]

    def __len__(self) -> int:
        return self.size

    def _field(self, name: str) -> _Field:
        arrays = self.arrays
        terms = arrays.get(f"{name}.terms")
        return _Field(
            terms=None if terms is None else terms.data,
            starts=arrays[f"{name}.starts"].data,
            pages=arrays[f"{name}.pages"],
            frequencies=arrays[f"{name}.frequencies"],
            frequent=arrays[f"{name}.frequent"],
            frequent_counts=arrays[f"{name}.frequent_counts"],
        )

    @property
    def lengths(self) -> NDArray[np.uint32]:
        """(fields, pages) the number of terms of each field of each page."""
        return self.arrays["lengths"].reshape(len(TEXT_FIELDS), self.size)

    def term(self, number: int) -> bytes:
        """The term with this number, in UTF-8."""
        return bytes(self._term_text[self._term_starts[number] : self._term_starts[number + 1]])

    def find(self, term: bytes) -> int:
        """The number of the first term that is not less than `term`; `terms` if there is none."""
        sample = bisect_left(self._samples, term) * _SAMPLE_STEP
        first, last = max(0, sample - _SAMPLE_STEP), min(sample, self.terms)
        return bisect_left(range(self.terms), term, first, last, key=self.term)

    def number_of(self, term: bytes) -> int | None:
        """The number of a term, None if no page has it in any field."""
        number = self.find(term)
        return number if number < self.terms and self.term(number) == term else None

    def row(self, field: str, term: int) -> int | None:
        """The row of a term, given by its number, in a field; None if the field lacks it."""
        table = self._fields[field]
        if table.terms is None:
            return term if table.starts[term] < table.starts[term + 1] else None
        row = bisect_left(table.terms, term)
        return row if row < len(table.terms) and table.terms[row] == term else None

    def postings(self, field: str, row: int) -> tuple[NDArray[np.uint16], Array]:
        """(pages, frequencies) of a row of a field, both (postings,)."""
        table = self._fields[field]
        start, end = table.starts[row], table.starts[row + 1]
        frequencies: Array = table.frequencies[start:end]
        if len(table.frequent):
            frequencies = expand_frequencies(frequencies, start, table.frequent, table.frequent_counts)
        return table.pages[start:end], frequencies

    def pages_of(self, field: str, row: int) -> NDArray[np.uint16]:
        """The pages of a row of a field, ascending."""
        table = self._fields[field]
        return table.pages[table.starts[row] : table.starts[row + 1]]

    def longer_terms(self, beginning: bytes) -> range:
        """The numbers of the terms that begin so and are longer."""
        first, last = self.find(beginning + b"\0"), self.find(beginning + b"\xff")  # bytes that no term has
        return range(first, last)

    def pages_with_range(self, field: str, terms: range) -> NDArray[np.uint16]:
        """The pages that have a term of a range in a field, once for each such term.

        The rows of such terms are adjacent, and so are their postings.
        """
        table = self._fields[field]
        first, last = terms.start, terms.stop
        if table.terms is not None:
            first, last = bisect_left(table.terms, first), bisect_left(table.terms, last)
        return table.pages[table.starts[first] : table.starts[last]]

    def terms_containing(
        self, text: bytes, *, begins: bool = False, ends: bool = False, mixed: bool = False
    ) -> IntArray:
        """The numbers of the ASCII terms of letters and digits alone that contain a text of such: (terms,)
        ascending. `begins`, `ends`: that begin or end with it. `mixed`: also the terms that have other
        characters beside them, such as t恤.

        Longer tokens have their runs of letters and digits as terms of their own.
        """
        _, starts, numbers, is_plain = self._latin_terms
        sought = b"\n" * begins + text + b"\n" * ends
        found = np.sort(self._latin_suffixes.find(sought)) + int(begins)
        places = starts.searchsorted(found, side="right") - 1
        is_first = np.ones(len(places), dtype=np.bool_)
        np.not_equal(places[1:], places[:-1], out=is_first[1:])
        places = places[is_first]
        return numbers[places if mixed else places[is_plain[places]]]

    @cached_property
    def _latin_terms(self) -> LatinTerms:
        """Made when they are first needed."""
        return latin_terms(*self.packed_terms())

    @cached_property
    def _latin_suffixes(self) -> SuffixArray:
        """Where texts begin in the Latin terms. Made when it is first needed."""
        return SuffixArray(self._latin_terms.text)

    def pages_with_terms(self, field: str, terms: IntArray) -> NDArray[np.uint16]:
        """The pages that have a term of some, given by their numbers, in a field, once for each such term."""
        if len(terms) <= _MAX_LOOKED_UP:
            found = [self.row(field, term) for term in terms.tolist()]
            return concat([self.pages_of(field, row) for row in found if row is not None])
        table = self._fields[field]
        starts = self.arrays[f"{field}.starts"]
        if table.terms is not None:
            own = self.arrays[f"{field}.terms"]
            rows = np.searchsorted(own, terms)
            terms = rows[own[np.minimum(rows, len(own) - 1)] == terms] if len(own) else terms[:0]
        first, last = starts[terms].astype(np.int64), starts[terms + 1].astype(np.int64)
        return table.pages[expand_ranges(first, last - first)]

    def pages_with_ngrams(self, text: str) -> IntArray:
        """The pages that have every n-gram of a folded text: those that contain it, and few others."""
        rows = self.ngrams.rows(text)
        intersect = partial(np.intersect1d, assume_unique=True)
        return reduce(intersect, map(self.ngrams.pages, rows)) if rows else np.zeros(0, dtype=np.int64)

    def count(self, field: str, term: int) -> int:
        """The document frequency of a term, given by its number, in a field."""
        row = self.row(field, term)
        starts = self._fields[field].starts
        return 0 if row is None else starts[row + 1] - starts[row]

    def all_postings(self, field: str) -> Postings:
        """All postings of a field, for merging."""
        arrays, table = self.arrays, self._fields[field]
        starts = arrays[f"{field}.starts"].astype(np.int64)
        if f"{field}.terms" in arrays:
            terms = arrays[f"{field}.terms"].astype(np.int64)
        else:
            terms = np.flatnonzero(np.diff(starts))
            starts = np.append(starts[terms], starts[-1])
        return Postings(
            terms=terms,
            starts=starts,
            pages=arrays[f"{field}.pages"],
            frequencies=expand_frequencies(table.frequencies, 0, table.frequent, table.frequent_counts),
        )

    def release(self) -> None:
        """Give back the memory that reading a mapped segment took; it can still be read."""
        release(self.arrays)

    def all_terms(self) -> list[bytes]:
        """Every term, sorted."""
        return unpack_strings(self.arrays["term.text"], self.arrays["term.starts"])

    def packed_terms(self) -> tuple[Array, Array]:
        """Every term, sorted, as one array of bytes, with their offsets: (terms + 1,)."""
        return self.arrays["term.text"], self.arrays["term.starts"]

    def all_strings(self, name: str) -> list[bytes]:
        """The strings of an array, such as `path`, of all pages."""
        return unpack_strings(self.arrays[name], self.arrays[f"{name}.starts"])

    def all_facet_values(self, facet: str) -> list[bytes]:
        """Every value of a facet, sorted."""
        return unpack_strings(self.arrays[f"{facet}.values"], self.arrays[f"{facet}.value_starts"])

    @property
    def facet_arrays(self) -> list[str]:
        """The prefixes of the arrays of its facets."""
        suffix = ".value_starts"
        return [name.removesuffix(suffix) for name in self.arrays if name.endswith(suffix)]

    def facet_values(self, facet: str, page: int) -> list[str]:
        """The values of a facet that a page has."""
        prefix = facet_array(facet)
        starts, data = self.arrays[f"{prefix}.value_starts"], self.arrays[f"{prefix}.values"]
        pages = self.arrays[f"{prefix}.starts"]
        numbers = self.arrays[f"{prefix}.ids"][int(pages[page]) : int(pages[page + 1])].tolist()
        return [decode_text(data[int(starts[i]) : int(starts[i + 1])].tobytes()) for i in numbers]

    def page_counts(self) -> IntArray:
        """(terms,) the number of pages with each term, in the field where it is most frequent."""
        counts = np.zeros(self.terms, dtype=np.int64)
        for field in TEXT_FIELDS:
            sizes = np.diff(self.arrays[f"{field}.starts"].astype(np.int64))
            terms = self.arrays.get(f"{field}.terms", np.arange(self.terms)).astype(np.int64)
            counts[terms] = np.maximum(counts[terms], sizes)
        return counts

    def string(self, name: str, page: int) -> str:
        """The `path` or `url` of a page."""
        return decode_text(self._bytes(name, page))

    def title(self, page: int) -> bytes:
        """The folded title of a page."""
        titles, starts = self._text_strings[0]
        return bytes(titles[starts[page] : starts[page + 1]])

    def folded(self, page: int) -> bytes:
        """The folded title and blocks of a page, one per line.

        Raises CorruptIndexError if they are damaged.
        """
        (titles, title_starts), (texts, starts) = self._text_strings
        title = titles[title_starts[page] : title_starts[page + 1]]
        try:
            return b"\n".join((title, decompress(texts[starts[page] : starts[page + 1]])))
        except ValueError as problem:
            raise corrupt_record(problem) from problem

    def pages_where(self, is_sought: Callable[[bytes], bool], pages: Iterable[int]) -> Iterator[int]:
        """Those of the pages whose folded title or blocks a test is true of.

        Raises CorruptIndexError if they are damaged.
        """
        (titles, title_starts), (texts, starts) = self._text_strings
        try:
            for page in pages:
                if is_sought(decompress(texts[starts[page] : starts[page + 1]])) or is_sought(
                    bytes(titles[title_starts[page] : title_starts[page + 1]])
                ):
                    yield page
        except ValueError as problem:
            raise corrupt_record(problem) from problem

    def stored(self, page: int) -> StoredDocument:
        """The record of a page."""
        path, url, record = [data[starts[page] : starts[page + 1]] for data, starts in self._record_strings]
        return StoredDocument(decode_text(path), decode_text(url), record, partial(self.folded, page))

    def sections(self, page: int) -> tuple[Section, ...]:
        """The sections of a page, for whoever needs those of all pages: opening each record takes longer."""
        data, starts = self._strings["record"]
        return stored_sections(data[starts[page] : starts[page + 1]])

    def with_url(self, url: bytes) -> list[int]:
        """The pages with an address."""
        text, starts = self.arrays["url"], self.arrays["url.starts"].astype(np.int64)
        pages = np.flatnonzero(np.diff(starts) == len(url))
        ends = starts[pages + 1]
        place = 0
        while len(pages) > 1 and place < len(url):  # from the end, where addresses differ most
            place += 1
            is_same = text[ends - place] == url[-place]
            pages, ends = pages[is_same], ends[is_same]
        return [page for page in pages.tolist() if self._bytes("url", page) == url]

    def document(self, page: int) -> Document:
        """The document of a page."""
        return self.stored(page).document()

    def _bytes(self, name: str, page: int) -> bytes:
        data, starts = self._strings[name]
        return bytes(data[starts[page] : starts[page + 1]])


def open_segment(path: Path) -> SegmentReader:
    """Open the segment in a file. Raises OSError, ValueError or KeyError if it is truncated or no segment."""
    return SegmentReader(read_arrays(path))
