"""Parts as segments of a Whoosh index: what lets a stock Whoosh searcher open what we write.

Only reading goes through Whoosh. Segments are written whole, from arrays, by `index.build`; our own search
reads the parts themselves. Opening an index with Whoosh runs pickles (its TOC and schema): do so only with
an index that you built.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn, overload

import numpy as np
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound
from whoosh.util.numeric import byte_to_length, length_to_byte

from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.index.segment.reader import SUFFIX, SegmentReader, open_segment
from zhsearch.index.whoosh_compat.schema import STORED_FIELDS, make_schema

INDEX_NAME = "MAIN"


def write_toc(folder: Path, segments: Iterable[tuple[str, int, Collection[int]]]) -> None:
    """Write Whoosh's table of contents: (name, pages, deleted pages) of each segment in the folder."""
    toc = TOC(make_schema(), [ArraySegment(*segment) for segment in segments], 1)
    toc.write(FileStorage(str(folder)), INDEX_NAME)


class ArraySegment(base.Segment):  # type: ignore[misc]
    """A part in a file named after it, and which of its pages are deleted."""

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
    """Reads segments that are parts."""

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
    """The terms and postings of a part."""

    def __init__(self, part: SegmentReader) -> None:
        self._part = part

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._row(*term) is not None

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return (term for field in sorted(TEXT_FIELDS) for term in self.terms_from(field, b""))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        part = self._part
        for number in range(part.find(prefix), part.terms):
            if part.row(fieldname, number) is not None:
                yield fieldname, part.term(number)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        pages, frequencies = self._postings(fieldname, text)
        lengths = self._part.lengths[TEXT_FIELDS.index(fieldname)][pages]
        return TermInfo(
            weight=float(frequencies.sum()),
            df=len(pages),
            minlength=_as_whoosh(lengths.min()),
            maxlength=_as_whoosh(lengths.max()),
            maxweight=float(frequencies.max()),
            minid=int(pages[0]),
            maxid=int(pages[-1]),
        )

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        row = self._row(fieldname, text)
        if row is None:
            raise TermNotFound(f"{fieldname}:{text!r}")
        pages, frequencies = self._part.postings(fieldname, row)
        return _Matcher(
            pages.tolist(),
            frequencies.astype(float).tolist(),
            _Values(self._part, fieldname, row, frequencies, format_),
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
        number = self._part.number_of(term) if field in TEXT_FIELDS else None
        return None if number is None else self._part.row(field, number)

    def _postings(self, field: str, term: bytes) -> tuple[Any, Any]:
        row = self._row(field, term)
        if row is None:
            raise KeyError(term)
        return self._part.postings(field, row)


class _Matcher(ListMatcher):  # type: ignore[misc]
    def id(self) -> int:
        # Whoosh's own matchers stay at their last page when they are exhausted, and some queries ask.
        page: int = self._ids[min(self._i, len(self._ids) - 1)]
        return page


class _Values(Sequence[bytes]):
    """The positions of each posting as Whoosh encodes them, when they are asked for."""

    def __init__(self, part: SegmentReader, field: str, row: int, frequencies: Any, format_: Any) -> None:
        self._args = part, field, row
        self._frequencies = frequencies
        self._format = format_
        self._steps: list[Any] = []

    def __len__(self) -> int:
        return len(self._frequencies)

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | list[bytes]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        if not self._steps:
            part, field, row = self._args
            self._steps = np.split(part.steps(field, row), np.cumsum(self._frequencies)[:-1])
        encoded: bytes = self._format.encode(np.cumsum(self._steps[at]).tolist())
        return encoded


class SegmentTermCursor(base.FieldCursor):  # type: ignore[misc]
    """Walks the terms of a field in order, as fuzzy queries do."""

    def __init__(self, terms: SegmentTerms, field: str) -> None:
        self._terms = terms
        self._field = field
        self.first()

    def first(self) -> str | None:
        return self.find(b"")

    def find(self, term: str | bytes) -> str | None:
        start = term.encode("utf-8", "surrogatepass") if isinstance(term, str) else term
        self._rest = self._terms.terms_from(self._field, start)
        return self.next()

    def next(self) -> str | None:
        self._term = next(self._rest, (self._field, None))[1]
        return self.text()

    def text(self) -> str | None:
        return None if self._term is None else self._term.decode("utf-8", "surrogatepass")

    def term_info(self) -> TermInfo:
        assert self._term is not None
        return self._terms.term_info(self._field, self._term)

    def is_valid(self) -> bool:
        return self._term is not None


class SegmentDocuments(base.PerDocumentReader):  # type: ignore[misc]
    """The stored documents and lengths of a part."""

    def __init__(self, part: SegmentReader, segment: ArraySegment) -> None:
        self._part = part
        self._segment = segment

    def doc_count(self) -> int:
        return len(self._part) - self._segment.deleted_count()

    def doc_count_all(self) -> int:
        return len(self._part)

    def has_deletions(self) -> bool:
        return bool(self._segment.deleted_count())

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> frozenset[int]:
        return self._segment.deleted_docs()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        lengths = self._lengths(fieldname)
        return default if lengths is None else _as_whoosh(lengths[docnum])

    def field_length(self, fieldname: str) -> int:
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else int(lengths.sum())

    def min_field_length(self, fieldname: str) -> int:
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else _as_whoosh(lengths.min())

    def max_field_length(self, fieldname: str) -> int:
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else _as_whoosh(lengths.max())

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        document = self._part.document(docnum)
        return {name: getattr(document, name) for name in (*STORED_FIELDS, "title")}

    def _lengths(self, field: str) -> Any:
        return self._part.lengths[TEXT_FIELDS.index(field)] if field in TEXT_FIELDS else None


def _as_whoosh(length: Any) -> int:
    """A length as Whoosh's own codec gives it back, so that scores are those of a stock index."""
    whole: int = byte_to_length(length_to_byte(int(length)))
    return whole
