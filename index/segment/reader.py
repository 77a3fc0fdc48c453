"""The arrays of one segment in, its terms, postings, texts and documents out.

A part is made by `invert` from a batch of documents, by `merge` from other parts, and read from a file by
`open_part`; it never changes. Its pages are numbered from 0, at most 65,536 of them, so that a page takes
two bytes in every list.

| arrays | shape and meaning |
| --- | --- |
| `term.text`, `term.starts` | the terms of all text fields, UTF-8, sorted |
| `<field>.terms`, `.starts`, … | see `postings`; no `.terms` means a row for every term |
| `lengths` | (field, page) terms of each text field |
| `gram.*` | see `grams` |
| `folded`, `folded.starts` | title and blocks folded character by character, a line each |
| `title_line`, `title_line.starts` | the first of these lines once more, to be searched alone |
| `record`, `record.starts` | see `stored` |
| `instant`, `day` | (page,) seconds since 1970, NaN without a date; YYYYMMDD as written, 0 without |
| `path`, `url` and their `.starts` | (page,) strings |
| `<facet>.values`, `.value_starts` | the values, sorted |
| `<facet>.starts`, `.ids` | those of a page are `ids[starts[page]:starts[page + 1]]` |
"""

from bisect import bisect_left
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.arrays import Array, IntArray, unpack_strings
from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.index.models import Document
from zhsearch.index.segment.array_file import read_arrays
from zhsearch.index.segment.docstore import StoredDocument
from zhsearch.index.segment.ngrams import NgramIndex
from zhsearch.index.segment.postings import Postings, decode, expand_frequencies

SUFFIX = ".part"
MAX_PAGES = 65_536
_SAMPLED = 32
_TEXTS = ("folded", "title_line", "record", "path", "url")


class _Field(NamedTuple):
    """The arrays of one text field; what is looked up in single steps as memory, which is indexed faster."""

    terms: "memoryview[int] | None"
    starts: "memoryview[int]"
    pages: NDArray[np.uint16]
    frequencies: NDArray[np.uint8]
    many: Array
    many_frequencies: Array


class SegmentReader:
    """One segment, to be read."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.arrays = arrays
        self.size = len(arrays["day"])
        self.grams = NgramIndex(arrays, self.size)
        self._terms = arrays["term.text"].data
        self._term_starts = arrays["term.starts"].data
        self.terms = len(self._term_starts) - 1
        self._fields = {field: self._field(field) for field in TEXT_FIELDS}
        self._texts = {name: (arrays[name].data, arrays[f"{name}.starts"].data) for name in _TEXTS}
        self._pages = [self._texts[name] for name in ("path", "url", "record", "folded")]
        # Every so many terms, at hand: the first steps of a look-up are one call.
        self._samples = [self.term(number) for number in range(0, self.terms, _SAMPLED)]

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
            many=arrays[f"{name}.many"],
            many_frequencies=arrays[f"{name}.many_frequencies"],
        )

    @property
    def lengths(self) -> NDArray[np.uint32]:
        """(field, page) number of terms."""
        return self.arrays["lengths"].reshape(len(TEXT_FIELDS), self.size)

    def term(self, number: int) -> bytes:
        """The term of a number."""
        return bytes(self._terms[self._term_starts[number] : self._term_starts[number + 1]])

    def find(self, term: bytes) -> int:
        """The number of the first term that is not less than this one."""
        sample = bisect_left(self._samples, term) * _SAMPLED
        first, last = max(0, sample - _SAMPLED), min(sample, self.terms)
        return bisect_left(range(self.terms), term, first, last, key=self.term)

    def number_of(self, term: bytes) -> int | None:
        """The number of a term, None where no page has it in any field."""
        number = self.find(term)
        return number if number < self.terms and self.term(number) == term else None

    def row(self, field: str, term: int) -> int | None:
        """The row of a term in a field, None where the field lacks it."""
        table = self._fields[field]
        if table.terms is None:
            return term if table.starts[term] < table.starts[term + 1] else None
        row = bisect_left(table.terms, term)
        return row if row < len(table.terms) and table.terms[row] == term else None

    def postings(self, field: str, row: int) -> tuple[NDArray[np.uint16], Array]:
        """(pages, frequencies) of a row of a field."""
        table = self._fields[field]
        start, end = table.starts[row], table.starts[row + 1]
        some = table.frequencies[start:end]
        if len(table.many):
            some = expand_frequencies(some, start, table.many, table.many_frequencies)
        return table.pages[start:end], some

    def count(self, field: str, term: int) -> int:
        """How many pages have a term in a field."""
        row = self.row(field, term)
        starts = self._fields[field].starts
        return 0 if row is None else starts[row + 1] - starts[row]

    def steps(self, field: str, row: int) -> IntArray:
        """The positions of a row of a field, as distances from the one before on the same page."""
        starts = self.arrays[f"{field}.position_starts"]
        return decode(self.arrays[f"{field}.positions"][int(starts[row]) : int(starts[row + 1])])

    def all_postings(self, field: str) -> Postings:
        """A field whole, for those who merge."""
        arrays, table = self.arrays, self._fields[field]
        starts = arrays[f"{field}.starts"].astype(np.int64)
        position_starts = arrays[f"{field}.position_starts"].astype(np.int64)
        if f"{field}.terms" in arrays:
            terms = arrays[f"{field}.terms"].astype(np.int64)
        else:
            terms = np.flatnonzero(np.diff(starts))
            starts = np.append(starts[terms], starts[-1])
            position_starts = np.append(position_starts[terms], position_starts[-1])
        return Postings(
            terms=terms,
            starts=starts,
            pages=arrays[f"{field}.pages"],
            frequencies=expand_frequencies(table.frequencies, 0, table.many, table.many_frequencies),
            position_starts=position_starts,
            positions=arrays[f"{field}.positions"],
        )

    def all_terms(self) -> list[bytes]:
        """Every term, sorted."""
        return unpack_strings(self.arrays["term.text"], self.arrays["term.starts"])

    def page_counts(self) -> IntArray:
        """In how many pages each term stands, in the field where it stands in most."""
        counts = np.zeros(self.terms, dtype=np.int64)
        for field in TEXT_FIELDS:
            sizes = np.diff(self.arrays[f"{field}.starts"].astype(np.int64))
            terms = self.arrays.get(f"{field}.terms", np.arange(self.terms)).astype(np.int64)
            counts[terms] = np.maximum(counts[terms], sizes)
        return counts

    def string(self, name: str, page: int) -> str:
        """The path or url of a page."""
        return self._bytes(name, page).decode("utf-8", "surrogatepass")

    def title(self, page: int) -> bytes:
        """The folded title of a page."""
        return self._bytes("title_line", page)

    def folded(self, page: int) -> bytes:
        """The folded title and blocks of a page, a line each."""
        return self._bytes("folded", page)

    def stored(self, page: int) -> StoredDocument:
        """The record of a page."""
        path, url, record, folded = [text[starts[page] : starts[page + 1]] for text, starts in self._pages]
        return StoredDocument(
            str(path, "utf-8", "surrogatepass"), str(url, "utf-8", "surrogatepass"), record, folded
        )

    def with_url(self, url: bytes) -> list[int]:
        """The pages with an address."""
        return [page for page in self._by_url.get(hash(url), ()) if self._bytes("url", page) == url]

    @cached_property
    def _by_url(self) -> dict[int, list[int]]:
        """The pages by the hashes of their addresses."""
        found: dict[int, list[int]] = {}
        for page, url in enumerate(unpack_strings(self.arrays["url"], self.arrays["url.starts"])):
            found.setdefault(hash(url), []).append(page)
        return found

    def document(self, page: int) -> Document:
        """The document of a page."""
        return self.stored(page).document()

    def _bytes(self, name: str, page: int) -> bytes:
        text, starts = self._texts[name]
        return bytes(text[starts[page] : starts[page + 1]])


def open_segment(path: Path) -> SegmentReader:
    """A part from its file. Raises OSError, ValueError or KeyError where the file is none or cut short."""
    return SegmentReader(read_arrays(path))
