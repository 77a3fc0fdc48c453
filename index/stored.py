"""A Document in, the bytes that keep it out, and back: whole, or only what a list of hits shows of it.

The text as written differs little from its folded form, which a part keeps anyway to search in. So it is
deflated with the folded text for a dictionary, line by line the same lines: a sixth of the Markdown instead
of four tenths. It is cut in slices of whole lines, each deflated by itself: an excerpt opens one or two.

| of a record | |
| --- | --- |
| four bytes each | number of sections, number of slices, length of the card, of the sections |
| four bytes a section | the line that it begins at |
| three times four a slice | where it ends in the folded blocks, the line after it, where it ends here |
| card | JSON; path and URL stand in the part's own lists |
| sections | JSON, a line each |
| slices | deflated |
"""

import datetime as dt
import json
import re
import struct
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any

import orjson

from index.errors import DamagedError
from index.records import Card, Document, Section

_SLICE = 2_000  # bytes of folded text
_OBJECTS = 2_500  # bytes that the objects of an opened record take beside its texts
_COUNTS = struct.Struct("<4I")

Bytes = bytes | memoryview


def store(document: Document, folded: bytes) -> bytes:
    """The record of a document whose title and blocks are the lines of `folded`."""
    lines = document.text.split("\n")
    ends = [match.start() for match in re.finditer("\n", document.text)] if document.sections else []
    begin = [bisect_left(ends, section.start) for section in document.sections]
    card = _json([getattr(document, name) for name in Card._fields[2:]])
    sections = b"\n".join(map(_json, document.sections))
    places, ends, sizes, slices = list[int](), list[int](), list[int](), list[bytes]()
    blocks = folded[folded.index(b"\n") + 1 :]
    at = size = 0
    for start, end in _slices(blocks):
        last = at + blocks.count(b"\n", start, end) + (end == len(blocks))
        slices.append(_deflate("\n".join(lines[at:last]), blocks[start:end]))
        at, size = last, size + len(slices[-1])
        places.append(end)
        ends.append(at)
        sizes.append(size)
    head = _COUNTS.pack(len(begin), len(slices), len(card), len(sections))
    numbers = struct.pack(f"<{len(begin) + 3 * len(slices)}I", *begin, *places, *ends, *sizes)
    return b"".join((head, numbers, card, sections, *slices))


class Stored:
    """A page's record, opened as far as it is asked for; `card` is at hand.

    `folded`, its title and blocks folded character by character, comes in UTF-8. Everything raises
    DamagedError where the record is cut short or none. That it fits the folded text is for the checksum of
    the file to tell.
    """

    def __init__(self, path: str, url: str, record: Bytes, folded: Bytes) -> None:
        self._record = record
        self._folded = folded
        self._characters: str | None = None
        self._opened: dict[int, str] = {}
        try:
            sections, slices, card, lines = _COUNTS.unpack_from(record)
            self._sections, self._slices = sections, slices
            start = _COUNTS.size + 4 * (sections + 3 * slices)
            self._section_lines = start + card, start + card + lines
            title, date, lang, tags, categories, thumbnail, summary = _value(record[start : start + card])
            when = dt.datetime.fromisoformat(date) if date else None
            labels = tuple(tags), tuple(categories)
            self.card = Card(path, url, title, when, lang, *labels, thumbnail, summary)
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
            text = self._characters = str(self._folded, "utf-8", "surrogatepass")
        return text

    @property
    def _section_texts(self) -> list[bytes]:
        start, end = self._section_lines
        return bytes(self._record[start:end]).split(b"\n") if self._sections else []

    def text(self, first: int = 0, last: int | None = None) -> str:
        """The blocks of the text as written, a line each: from number `first` up to `last`, without it."""
        count, base = self._slices, self._section_lines[1]
        try:
            folded = self.folded
            # Where the blocks begin, in bytes.
            blocks = len(folded[: folded.index("\n")].encode("utf-8", "surrogatepass")) + 1
            # Of all slices: where each ends in the blocks, the line after it, where it ends here.
            numbers = struct.unpack_from(f"<{3 * count}I", self._record, _COUNTS.size + 4 * self._sections)
            at = bisect_right(numbers, first, count, 2 * count) - count
            begin = numbers[count + at - 1] if at else 0  # the number of the slice's first line
            opened: list[str] = []
            while at < count and (last is None or not opened or numbers[count + at - 1] < last):
                lines = self._opened.get(at)
                if lines is None:
                    place, end = (numbers[at - 1], numbers[2 * count + at - 1]) if at else (0, 0)
                    dictionary = self._folded[blocks + place : blocks + numbers[at]]
                    piece = self._record[base + end : base + numbers[2 * count + at]]
                    lines = self._opened[at] = _inflate(piece, dictionary)
                opened.append(lines)
                at += 1
        except (ValueError, IndexError, struct.error, zlib.error) as problem:
            raise _damaged(problem) from problem
        lines = opened[0] if len(opened) == 1 else "\n".join(opened)
        return _lines(lines, first - begin, None if last is None else last - begin)

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections, in order."""
        try:
            return tuple(Section._make(_value(text)) for text in self._section_texts)
        except (ValueError, TypeError, struct.error) as problem:
            raise _damaged(problem) from problem

    def section_at(self, line: int) -> Section | None:
        """The section that a block of the text stands in."""
        try:
            begin = struct.unpack_from(f"<{self._sections}I", self._record, _COUNTS.size)
            at = bisect_right(begin, line) - 1
            return None if at < 0 else Section._make(_value(self._section_texts[at]))
        except (ValueError, TypeError, IndexError, struct.error) as problem:
            raise _damaged(problem) from problem

    def document(self) -> Document:
        """All of it."""
        return Document(**self.card._asdict(), text=self.text(), sections=self.sections)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dt.datetime.isoformat).encode(
        "utf-8", "surrogatepass"
    )


def _value(text: Bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # half a character, which only json lets pass
        return json.loads(str(text, "utf-8", "surrogatepass"))


def _lines(text: str, first: int, last: int | None) -> str:
    """Lines of a text: from number `first` up to `last`, without it; only those before are looked at."""
    if last is not None and last <= first:
        return ""
    start = 0
    for _ in range(first):
        start = text.find("\n", start) + 1
        if not start:
            return ""
    if last is None:
        return text[start:]
    end = start - 1
    for _ in range(last - first):
        end = text.find("\n", end + 1)
        if end < 0:
            return text[start:]
    return text[start:end]


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


def _damaged(problem: Exception) -> DamagedError:
    return DamagedError("a record of the index", f"damaged ({problem})")
