"""Whoosh's codec interface over our segments, so that a stock Whoosh searcher can open them.

Only reading goes through Whoosh. Segments are written whole, from arrays, by `zhsearch.index.pipeline`; our
own search reads them without Whoosh. Opening an index with Whoosh runs pickles (its TOC and schema): do so
only with an index that you built.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound
from whoosh.system import pack_uint
from whoosh.util.numeric import byte_to_length, length_to_byte

from zhsearch.index.arrays import decode_text, encode_text
from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.index.segment import SUFFIX, SegmentReader, open_segment
from zhsearch.index.whoosh_compat.schema import STORED_FIELDS, make_schema

INDEX_NAME = "MAIN"


def write_toc(folder: Path, segments: Iterable[tuple[str, int, Collection[int]]]) -> None:
    """Write Whoosh's TOC (table of contents) of the segments in the folder: (name, number of pages, deleted
    pages) of each."""
    toc = TOC(make_schema(), [ArraySegment(*segment) for segment in segments], 1)
    toc.write(FileStorage(str(folder)), INDEX_NAME)


class ArraySegment(base.Segment):  # type: ignore[misc]
    """A segment as the TOC names it: its file's name, its pages, and which of them are deleted."""

    def __init__(self, name: str, pages: int, deleted: Collection[int]) -> None:
        self.indexname = INDEX_NAME
        self.segid = name
        self.compound = False
        self._pages = pages
        self._deleted = frozenset(deleted)

    def segment_id(self) -> str:
        return self.segid

    def codec(self) -> "ArrayCodec":
        return ArrayCodec()

    def doc_count_all(self) -> int:
        return self._pages

    def deleted_count(self) -> int:
        return len(self._deleted)

    def deleted_docs(self) -> frozenset[int]:
        return self._deleted

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted

    def delete_document(self, docnum: int, delete: bool = True) -> NoReturn:
        raise _read_only()


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """Opens segments for reading."""

    def terms_reader(self, storage: FileStorage, segment: ArraySegment) -> "SegmentTerms":
        return SegmentTerms(_open(storage, segment))

    def per_document_reader(self, storage: FileStorage, segment: ArraySegment) -> "SegmentDocuments":
        return SegmentDocuments(_open(storage, segment), segment)

    def per_document_writer(self, storage: FileStorage, segment: ArraySegment) -> NoReturn:
        raise _read_only()

    field_writer = postings_writer = new_segment = per_document_writer


def _open(storage: FileStorage, segment: ArraySegment) -> SegmentReader:
    return open_segment(Path(storage.folder) / f"{segment.segment_id()}{SUFFIX}")


def _read_only() -> NotImplementedError:
    return NotImplementedError("published segments never change: run zhsearch reindex")


class SegmentTerms(base.TermsReader):  # type: ignore[misc]
    """The terms and postings of a segment."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._row(*term) is not None

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return (term for field in sorted(TEXT_FIELDS) for term in self.terms_from(field, b""))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        reader = self._reader
        for number in range(reader.find(prefix), reader.terms):
            if reader.row(fieldname, number) is not None:
                yield fieldname, reader.term(number)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        pages, frequencies = self._postings(fieldname, text)
        lengths = self._reader.lengths[TEXT_FIELDS.index(fieldname)][pages]
        return TermInfo(
            weight=float(frequencies.sum()),
            df=len(pages),
            minlength=_rounded_length(lengths.min()),
            maxlength=_rounded_length(lengths.max()),
            maxweight=float(frequencies.max()),
            minid=int(pages[0]),
            maxid=int(pages[-1]),
        )

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        row = self._row(fieldname, text)
        if row is None:
            raise TermNotFound(f"{fieldname}:{text!r}")
        pages, frequencies = self._reader.postings(fieldname, row)
        return _Matcher(
            pages.tolist(),
            frequencies.astype(float).tolist(),
            list(map(pack_uint, frequencies.tolist())),
            format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )

    def cursor(self, fieldname: str, fieldobj: Any) -> "SegmentTermCursor":
        return SegmentTermCursor(self, fieldname)

    def indexed_field_names(self) -> list[str]:
        return sorted(TEXT_FIELDS)

    def _row(self, field: str, term: bytes) -> int | None:
        number = self._reader.number_of(term) if field in TEXT_FIELDS else None
        return None if number is None else self._reader.row(field, number)

    def _postings(self, field: str, term: bytes) -> tuple[Any, Any]:
        row = self._row(field, term)
        if row is None:
            raise KeyError(term)
        return self._reader.postings(field, row)


class _Matcher(ListMatcher):  # type: ignore[misc]
    def id(self) -> int:
        # Whoosh's own matchers stay at their last page when they are exhausted, and some queries rely on it.
        page: int = self._ids[min(self._i, len(self._ids) - 1)]
        return page


class SegmentTermCursor(base.FieldCursor):  # type: ignore[misc]
    """A cursor over the terms of a field in order, for fuzzy queries."""

    def __init__(self, terms: SegmentTerms, field: str) -> None:
        self._terms = terms
        self._field = field
        self.first()

    def first(self) -> str | None:
        return self.find(b"")

    def find(self, term: str | bytes) -> str | None:
        start = encode_text(term) if isinstance(term, str) else term
        self._remaining = self._terms.terms_from(self._field, start)
        return self.next()

    def next(self) -> str | None:
        self._term = next(self._remaining, (self._field, None))[1]
        return self.text()

    def text(self) -> str | None:
        return None if self._term is None else decode_text(self._term)

    def term_info(self) -> TermInfo:
        assert self._term is not None
        return self._terms.term_info(self._field, self._term)

    def is_valid(self) -> bool:
        return self._term is not None


class SegmentDocuments(base.PerDocumentReader):  # type: ignore[misc]
    """The stored documents and the field lengths of a segment."""

    def __init__(self, reader: SegmentReader, segment: ArraySegment) -> None:
        self._reader = reader
        self._segment = segment

    def doc_count(self) -> int:
        return len(self._reader) - self._segment.deleted_count()

    def doc_count_all(self) -> int:
        return len(self._reader)

    def has_deletions(self) -> bool:
        return bool(self._segment.deleted_count())

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> frozenset[int]:
        return self._segment.deleted_docs()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        lengths = self._lengths(fieldname)
        return default if lengths is None else _rounded_length(lengths[docnum])

    def field_length(self, fieldname: str) -> int:
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else int(lengths.sum())

    def min_field_length(self, fieldname: str) -> int:
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else _rounded_length(lengths.min())

    def max_field_length(self, fieldname: str) -> int:
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else _rounded_length(lengths.max())

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        document = self._reader.document(docnum)
        return {name: getattr(document, name) for name in (*STORED_FIELDS, "title")}

    def _lengths(self, field: str) -> Any:
        return self._reader.lengths[TEXT_FIELDS.index(field)] if field in TEXT_FIELDS else None


def _rounded_length(length: Any) -> int:
    """Round a length as Whoosh's own codec does, so that scores are those of a stock index."""
    rounded: int = byte_to_length(length_to_byte(int(length)))
    return rounded
