"""The doc store: a record of each page, decoded lazily, so that a hit decodes only the parts that it shows.

The text as written differs little from its folded form, which a segment has anyway for substring search. So
it is compressed with the folded text as dictionary; both have the same lines. That takes a fifth of the size
of the Markdown. It is split into slices of whole lines, each compressed separately: a snippet decompresses
one or two.

A record; numbers are little-endian, uint16 if all of them fit, uint32 otherwise:

| part | content |
| --- | --- |
| 1 byte | `H` for numbers of uint16, `I` for uint32 |
| 5 numbers | number of sections, number of slices, bytes of `meta`, bytes of `sections`, `meta_start` |
| 1 per section | its start in the folded blocks, in characters |
| 1 per slice | its end in the folded blocks, in characters |
| 1 per slice | its end among the slices of this record, in bytes |
| `meta` | JSON: title, date, lang, tags, categories, thumbnail, summary, kind (path and URL are arrays) |
| `sections` | JSON, one per line |
| slices | compressed |

`meta_start` is the start of the lines of front matter in the folded blocks, in characters, and one more; 0
without any.
"""

import datetime as dt
import json
import struct
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any

import orjson

from zhsearch.index.arrays import decode_text, encode_text
from zhsearch.index.errors import CorruptIndexError
from zhsearch.index.messages import Message
from zhsearch.index.models import Document, PageMeta, Section
from zhsearch.index.segment.compression import Bytes, compress, decompress
from zhsearch.index.segment.line_offsets import Line

_SLICE_BYTES = 2_000  # of folded text
_OBJECT_BYTES = 2_500  # of memory for the objects of a decoded record, besides its texts
_CHARACTER_BYTES = 3  # of memory for each character: in the folded text, and in parts of that as written
_HEADS = {kind: struct.Struct(f"<x5{chr(kind)}") for kind in b"HI"}
_MAX_SHORT = 2**16 - 1
_NO_META = sys.maxsize


def store(document: Document, blocks: bytes) -> bytes:
    """Encode the record of a document; the lines of `blocks` are its folded blocks, in UTF-8."""
    written, folded = _line_starts(document.text), _line_starts(decode_text(blocks))
    starts = [folded[bisect_right(written, section.start) - 1] for section in document.sections]
    meta_line = None
    if document.meta_start is not None:
        meta_line = bisect_right(written, document.meta_start) - 1
    meta = _meta_json(document)
    sections = b"\n".join(_encode_json(tuple(section)) for section in document.sections)
    character_ends, slices = list[int](), list[bytes]()
    line = 0
    ranges = list(_slices(blocks, meta_line))
    for number, (start, end) in enumerate(ranges, 1):
        last = line + blocks.count(b"\n", start, end) if number < len(ranges) else len(written) - 1
        text = document.text[written[line] : written[last] - 1]
        slices.append(compress(encode_text(text), blocks[start:end]))
        character_ends.append(folded[last])
        line = last
    character_ends[-1] -= 1  # no newline after the last line
    slice_ends = accumulate(map(len, slices))
    meta_place = 0 if meta_line is None else folded[meta_line] + 1
    head = len(starts), len(slices), len(meta), len(sections), meta_place
    numbers = _encode_numbers(*head, *starts, *character_ends, *slice_ends)
    return b"".join((numbers, meta, sections, *slices))


def _encode_numbers(*numbers: int) -> bytes:
    kind = "H" if max(numbers) <= _MAX_SHORT else "I"
    return kind.encode() + struct.pack(f"<{len(numbers)}{kind}", *numbers)


def _meta_json(meta: PageMeta) -> bytes:
    date = meta.date.isoformat() if meta.date else None
    return _encode_json(
        [meta.title, date, meta.lang, meta.tags, meta.categories, meta.thumbnail, meta.summary, meta.kind]
    )


def _meta_of(path: str, url: str, data: Bytes) -> PageMeta:
    """Decode what `_meta_json` encoded. Raises ValueError or TypeError if it is damaged."""
    title, date, lang, tags, categories, thumbnail, summary, kind = _decode_json(data)
    return PageMeta(
        path=path,
        url=url,
        title=title,
        date=dt.datetime.fromisoformat(date) if date else None,
        lang=lang,
        tags=tuple(tags),
        categories=tuple(categories),
        thumbnail=thumbnail,
        summary=summary,
        kind=kind,
    )


def _line_starts(text: str) -> list[int]:
    """Where each line of a text begins, and where one after it would."""
    return list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))


def stored_sections(record: Bytes) -> tuple[Section, ...]:
    """The sections of a record, of which nothing else is decoded; see StoredDocument."""
    try:
        head = _HEADS[record[0]]
        sections, slices, meta_bytes, section_bytes, _ = head.unpack_from(record)
        if not sections:
            return ()
        start = head.size + struct.calcsize(f"<{sections + 2 * slices}{record[0]:c}") + meta_bytes
        lines = bytes(record[start : start + section_bytes]).split(b"\n")
        return tuple([Section._make(_decode_json(line)) for line in lines])
    except (ValueError, TypeError, LookupError, struct.error) as problem:
        raise corrupt_record(problem) from problem


class StoredDocument:
    """A page's record, decoded lazily except for `meta`.

    `read_folded` reads its title and blocks folded character by character, in UTF-8, when they are needed.
    Every method raises CorruptIndexError if the record or that text is damaged. A record that does not belong
    to the folded text is detected by the checksum of the file only.
    """

    # Slots, because one is created for each hit of each request.
    __slots__ = (
        "_body_start",
        "_characters",
        "_headings",
        "_lines",
        "_meta_start",
        "_numbers",
        "_read_folded",
        "_record",
        "_section_lines",
        "_section_range",
        "_sections",
        "_slices",
        "_written",
        "meta",
    )

    def __init__(self, path: str, url: str, record: Bytes, read_folded: Callable[[], bytes]) -> None:
        self._record = record
        self._read_folded = read_folded
        self._characters: str | None = None
        self._body_start = 0  # of the blocks in `_characters`
        self._written: dict[int, list[bytes]] = {}  # the lines of slices
        self._lines: dict[int, Line] = {}  # by their starts in `_characters`
        self._section_lines: list[bytes] | None = None
        self._headings: dict[int, Section] = {}
        try:
            kind = record[0]
            head = _HEADS[kind]
            sections, slices, meta_bytes, section_bytes, meta_start = head.unpack_from(record)
            self._sections, self._slices = sections, slices
            self._meta_start = meta_start - 1 if meta_start else _NO_META
            # (sections + 2 * slices,): starts of sections, then the two ends of slices; see above.
            numbers = f"<{sections + 2 * slices}{kind:c}"
            self._numbers = struct.unpack_from(numbers, record, head.size)
            start = head.size + struct.calcsize(numbers)
            end = start + meta_bytes
            self._section_range = end, end + section_bytes
            self.meta = _meta_of(path, url, record[start:end])
        except (ValueError, TypeError, LookupError, struct.error) as problem:
            raise corrupt_record(problem) from problem

    @property
    def estimated_bytes(self) -> int:
        """Roughly the bytes of memory that it takes after a snippet or two were made from it."""
        characters = self._numbers[self._sections + self._slices - 1] if self._slices else 0
        return _CHARACTER_BYTES * characters + _OBJECT_BYTES

    @property
    def folded(self) -> str:
        """Its title and blocks folded character by character, one per line."""
        text = self._characters  # functools.cached_property takes a lock, which costs more than the rest
        if text is None:
            try:
                text = self._characters = decode_text(self._read_folded())
            except ValueError as problem:
                raise corrupt_record(problem) from problem
            self._body_start = text.find("\n") + 1
        return text

    @property
    def _body(self) -> int:
        """The start of the blocks in `folded`, in characters."""
        return self._body_start if self._characters is not None else self.folded.find("\n") + 1

    def text(self) -> str:
        """The blocks of the text as written, one per line."""
        try:
            return decode_text(
                b"\n".join([line for number in range(self._slices) for line in self._slice_lines(number)])
            )
        except (ValueError, IndexError) as problem:
            raise corrupt_record(problem) from problem

    def lines(self, position: int) -> Iterator[Line]:
        """The blocks from that around a character of `folded` on, which must not be in the title: as far as
        the text goes, or the lines of front matter."""
        folded, body, ends, base = self.folded, self._body_start, self._numbers, self._sections
        last = self._slices - 1
        try:
            number = bisect_right(ends, position - body, base, base + last) - base
            first = folded.rfind("\n", 0, position) + 1
            place = folded.count("\n", body + (ends[base + number - 1] if number else 0), first)
            while True:
                written = self._slice_lines(number)
                for data in written[place:] if place else written:
                    line = self._lines.get(first)
                    if line is None:
                        end = folded.find("\n", first)
                        block = folded[first:end] if end >= 0 else folded[first:]
                        line = self._lines[first] = Line(decode_text(data), block, first)
                    yield line
                    first += len(line.folded) + 1
                if number == last or ends[base + number] == self._meta_start:
                    return
                number, place = number + 1, 0
        except (ValueError, IndexError) as problem:
            raise corrupt_record(problem) from problem

    def _slice_lines(self, number: int) -> list[bytes]:
        """The lines of a slice as written, in UTF-8."""
        lines = self._written.get(number)
        if lines is None:
            numbers, body, base = self._numbers, self._body, self._section_range[1]
            column = self._sections + number  # of its end in characters
            record_column = column + self._slices  # and of that in the record
            start, record_start = (numbers[column - 1], numbers[record_column - 1]) if number else (0, 0)
            dictionary = encode_text(self.folded[body + start : body + numbers[column]])
            data = self._record[base + record_start : base + numbers[record_column]]
            lines = self._written[number] = decompress(data, dictionary).split(b"\n")
        return lines

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections, in order."""
        try:
            return tuple(Section._make(_decode_json(text)) for text in self._split_sections())
        except (ValueError, TypeError) as problem:
            raise corrupt_record(problem) from problem

    def section_at(self, position: int) -> Section | None:
        """The section around a character of `folded` after the title; None before the first, and in front
        matter."""
        if position - self._body >= self._meta_start:
            return None
        number = bisect_right(self._numbers, position - self._body, 0, self._sections) - 1
        section = self._headings.get(number)
        if section is None and number >= 0:
            try:
                section = self._headings[number] = Section._make(_decode_json(self._split_sections()[number]))
            except (ValueError, TypeError, IndexError) as problem:
                raise corrupt_record(problem) from problem
        return section

    def _split_sections(self) -> list[bytes]:
        if self._section_lines is None:
            start, end = self._section_range
            self._section_lines = bytes(self._record[start:end]).split(b"\n") if self._sections else []
        return self._section_lines

    def document(self) -> Document:
        """The document, without its ranges of code, its weights and the site's own facets."""
        text, meta_start = self.text(), None
        if self._meta_start != _NO_META:
            line = self.folded.count("\n", self._body, self._body + self._meta_start)
            meta_start = _line_starts(text)[line]
        return Document.of(self.meta, text=text, sections=self.sections, meta_start=meta_start)


def _encode_json(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # a lone surrogate, which only json accepts
        return encode_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _decode_json(text: Bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # a lone surrogate, which only json accepts
        return json.loads(decode_text(text))


def _slices(blocks: bytes, meta_line: int | None) -> Iterator[tuple[int, int]]:
    """(start, end) in bytes of each slice of the folded blocks: as many whole lines as fit. The lines of
    front matter, from `meta_line` on, are in slices of their own."""
    start = meta_start = 0
    for _ in range(meta_line or 0):
        meta_start = blocks.index(b"\n", meta_start) + 1
    for last in (meta_start, len(blocks)) if meta_start else (len(blocks),):
        if start == len(blocks):
            yield start, last  # a text that is not empty may fold to an empty one
        while start < last:
            end = blocks.rfind(b"\n", start, min(start + _SLICE_BYTES, last)) + 1
            end = end or blocks.find(b"\n", start, last) + 1
            if not end or last - start <= _SLICE_BYTES:
                end = last
            yield start, end
            start = end


def corrupt_record(problem: Exception) -> CorruptIndexError:
    """The error of a text or record that cannot be decoded."""
    return CorruptIndexError(Message("a record of the index"), "damaged ({problem})", problem=problem)
