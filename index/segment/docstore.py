"""A Document in, the bytes that keep it out, and back: whole, or only what a list of hits shows of it.

The text as written differs little from its folded form, which a part keeps anyway to search in. So it is
deflated with the folded text for a dictionary, line by line the same lines: a sixth of the Markdown instead
of four tenths. It is cut in slices of whole lines, each deflated by itself: an excerpt opens one or two.

| of a record | |
| --- | --- |
| four bytes each | number of sections, number of slices, length of the card, of the sections |
| four bytes a section | the character of the folded blocks that it begins at |
| three times four a slice | where it ends in the folded blocks, in bytes, in characters; where it ends here |
| card | JSON; path and URL stand in the part's own lists |
| sections | JSON, a line each |
| slices | deflated |
"""

import datetime as dt
import json
import re
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from zhsearch.index.analysis.folding import FoldedText, fold, folds_one_to_one
from zhsearch.index.errors import CorruptIndexError
from zhsearch.index.models import Document, PageSummary, Section

_SLICE = 2_000  # bytes of folded text
_OBJECTS = 2_500  # bytes that the objects of an opened record take beside its texts
_COUNTS = struct.Struct("<4I")

Bytes = bytes | memoryview


class TextWindow(NamedTuple):
    """Whole blocks of a page as they are written, a line each. They begin at the character `start` of the
    page's folded text; `folded` leads from there back to them."""

    text: str
    start: int
    folded: FoldedText


def store(document: Document, folded: bytes) -> bytes:
    """The record of a document whose title and blocks are the lines of `folded`."""
    lines = document.text.split("\n")
    blocks = folded[folded.index(b"\n") + 1 :]
    begin = _begin(document, blocks)
    card = _json([getattr(document, name) for name in PageSummary._fields[2:]])
    sections = b"\n".join(map(_json, document.sections))
    places, ends, sizes, slices = list[int](), list[int](), list[int](), list[bytes]()
    line = character = size = 0
    for start, end in _slices(blocks):
        last = line + blocks.count(b"\n", start, end) + (end == len(blocks))
        slices.append(_deflate("\n".join(lines[line:last]), blocks[start:end]))
        line, size = last, size + len(slices[-1])
        character += len(_characters(blocks[start:end]))
        places.append(end)
        ends.append(character)
        sizes.append(size)
    head = _COUNTS.pack(len(begin), len(slices), len(card), len(sections))
    numbers = struct.pack(f"<{len(begin) + 3 * len(slices)}I", *begin, *places, *ends, *sizes)
    return b"".join((head, numbers, card, sections, *slices))


def _begin(document: Document, blocks: bytes) -> list[int]:
    """The characters of the folded blocks that the sections begin at."""
    if not document.sections:
        return []
    written = _line_starts(document.text)
    begin = _line_starts(_characters(blocks))
    return [begin[bisect_right(written, section.start) - 1] for section in document.sections]


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


class StoredDocument:
    """A page's record, opened as far as it is asked for; `summary` is at hand.

    `folded`, its title and blocks folded character by character, comes in UTF-8. Everything raises
    DamagedError where the record is cut short or none. That it fits the folded text is for the checksum of
    the file to tell.
    """

    def __init__(self, path: str, url: str, record: Bytes, folded: Bytes) -> None:
        self._record = record
        self._folded = folded
        self._characters: str | None = None
        self._opened: dict[int, tuple[str, FoldedText]] = {}
        self._headings: dict[int, Section] = {}
        try:
            sections, slices, card, lines = _COUNTS.unpack_from(record)
            self._sections, self._slices = sections, slices
            # Where sections begin; of all slices where each ends in the blocks, in bytes, in characters; and
            # where it ends here.
            self._numbers = struct.unpack_from(f"<{sections + 3 * slices}I", record, _COUNTS.size)
            start = _COUNTS.size + 4 * (sections + 3 * slices)
            self._section_texts = start + card, start + card + lines
            title, date, lang, tags, categories, thumbnail, summary = _value(record[start : start + card])
            labels = tuple(tags), tuple(categories)
            self.summary = PageSummary(path, url, title, date, lang, *labels, thumbnail, summary)
        except (ValueError, TypeError, struct.error) as problem:
            raise _damaged(problem) from problem

    @property
    def most_bytes(self) -> int:
        """About what it takes in memory once an excerpt or two were made of it."""
        return 3 * len(self._folded) // 2 + _OBJECTS

    @property
    def folded(self) -> str:
        """Its title and blocks folded character by character, a line each."""
        text = self._characters  # functools.cached_property takes a lock, which here is dearer than the rest
        if text is None:
            text = self._characters = _characters(self._folded)
        return text

    @property
    def _body(self) -> int:
        """The character of `folded` that the blocks begin at."""
        return self.folded.find("\n") + 1

    def text(self) -> str:
        """The blocks of the text as written, a line each."""
        try:
            return "\n".join([self._slice(at)[0] for at in range(self._slices)])
        except (ValueError, IndexError, zlib.error) as problem:
            raise _damaged(problem) from problem

    def window(self, place: int, before: int, after: int) -> TextWindow:
        """The blocks around a character of `folded` that is none of the title: so many characters before it,
        and more than so many after it, where there are as many."""
        try:
            body = self._body
            place -= body
            ends, base, last = self._numbers, self._sections + self._slices, self._slices - 1
            first = min(bisect_right(ends, place, base, base + last) - base, last)
            start = ends[base + first - 1] if first else 0
            while first and place - before < start:
                first -= 1
                start = ends[base + first - 1] if first else 0
            text, back = self._slice(first)
            for at in range(first + 1, self._slices):
                if place + after < ends[base + at - 1] - 1:
                    break
                more, as_folded = self._slice(at)
                text = f"{text}\n{more}"
                exact = back.starts is None and as_folded.starts is None
                back = FoldedText(text, None, None) if exact else fold(text)
            return TextWindow(text, body + start, back)
        except (ValueError, IndexError, zlib.error) as problem:
            raise _damaged(problem) from problem

    def _slice(self, at: int) -> tuple[str, FoldedText]:
        """The text of a slice without the newline after it, and folded."""
        opened = self._opened.get(at)
        if opened is None:
            count, base = self._slices, self._section_texts[1]
            places = self._sections, self._sections + 2 * count
            start, place = [self._numbers[first + at - 1] if at else 0 for first in places]
            end, last = [self._numbers[first + at] for first in places]
            title = self.folded[: self._body]
            blocks = len(title.encode("utf-8", "surrogatepass"))
            dictionary = self._folded[blocks + start : blocks + end]
            text = _inflate(self._record[base + place : base + last], dictionary)
            opened = self._opened[at] = text, _folded(text)
        return opened

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections, in order."""
        try:
            return tuple(Section._make(_value(text)) for text in self._split_sections())
        except (ValueError, TypeError, struct.error) as problem:
            raise _damaged(problem) from problem

    def section_at(self, place: int) -> Section | None:
        """The section that a character of `folded` stands in, which is none of the title."""
        at = bisect_right(self._numbers, place - self._body, 0, self._sections) - 1
        section = self._headings.get(at)
        if section is None and at >= 0:
            try:
                section = self._headings[at] = Section._make(_value(self._split_sections()[at]))
            except (ValueError, TypeError, IndexError) as problem:
                raise _damaged(problem) from problem
        return section

    def _split_sections(self) -> list[bytes]:
        start, end = self._section_texts
        return bytes(self._record[start:end]).split(b"\n") if self._sections else []

    def document(self) -> Document:
        """All of it."""
        known = self.summary._asdict()
        try:
            known["date"] = dt.datetime.fromisoformat(self.summary.date) if self.summary.date else None
        except (ValueError, TypeError) as problem:
            raise _damaged(problem) from problem
        return Document(**known, text=self.text(), sections=self.sections)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dt.datetime.isoformat).encode(
        "utf-8", "surrogatepass"
    )


def _value(text: Bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # half a character, which only json lets pass
        return json.loads(_characters(text))


def _folded(text: str) -> FoldedText:
    """What leads back to a text: nearly always the same places, which need not be folded to be known."""
    return FoldedText(text, None, None) if folds_one_to_one(text) else fold(text)


def _characters(text: Bytes) -> str:
    return str(text, "utf-8", "surrogatepass")


def _inflate(piece: Bytes, dictionary: Bytes) -> str:
    inflate = zlib.decompressobj(-15, zdict=dictionary)
    text = inflate.decompress(piece)
    if not inflate.eof:
        raise ValueError("cut short")
    return text.decode("utf-8", "surrogatepass")


def _deflate(text: str, dictionary: bytes) -> bytes:
    deflate = zlib.compressobj(wbits=-15, memLevel=9, zdict=dictionary)
    return deflate.compress(text.encode("utf-8", "surrogatepass")) + deflate.flush()


def _slices(blocks: bytes) -> Iterator[tuple[int, int]]:
    """Where slices of the folded blocks begin and end: whole lines, as many as fit, the newline included."""
    at = 0
    if not blocks:
        yield 0, 0  # what is written may be more than what is left of it when it is folded
    while at < len(blocks):
        end = blocks.rfind(b"\n", at, at + _SLICE) + 1 or blocks.find(b"\n", at) + 1 or len(blocks)
        if len(blocks) - at <= _SLICE:
            end = len(blocks)
        yield at, end
        at = end


def _damaged(problem: Exception) -> CorruptIndexError:
    return CorruptIndexError("a record of the index", f"damaged ({problem})")
