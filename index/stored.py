"""A Document in, the bytes that keep it out, and back: whole, or only what a list of hits shows of it.

The text as written differs little from its folded form, which a part keeps anyway to search in. So it is
deflated with the folded text for a dictionary, line by line the same lines: a sixth of the Markdown instead
of four tenths. It is cut in slices of whole lines, each deflated by itself: an excerpt opens one or two.

A record is the ends of its pieces (four bytes each), then the pieces: the head (JSON: all but the text) and
the slices.
"""

import datetime as dt
import json
import struct
import zlib
from collections.abc import Iterator
from functools import cached_property

from index.errors import DamagedError
from index.records import Card, Document, Section

_SLICE = 2_000  # bytes of folded text
_HEAD = 1_500  # bytes of folded text that a head shares words with


def store(document: Document, folded: bytes) -> bytes:
    """The record of a document whose title and blocks are the lines of `folded`."""
    lines = document.text.split("\n")
    date = document.date.isoformat() if document.date else None
    head = [
        document.path,
        document.url,
        document.title,
        date,
        document.lang,
        document.tags,
        document.categories,
        document.thumbnail,
        [[*section, document.text.count("\n", 0, section.start)] for section in document.sections],
    ]
    pieces = [_deflate(json.dumps(head, ensure_ascii=False, separators=(",", ":")), folded[:_HEAD])]
    at = 0
    for start, end in _slices(folded):
        count = folded.count(b"\n", start, end) + (end == len(folded))
        pieces.append(_deflate("\n".join(lines[at : at + count]), folded[start:end]))
        at += count
    ends, place = [], 0
    for piece in pieces:
        place += len(piece)
        ends.append(place)
    return struct.pack(f"<{len(ends)}I", *ends) + b"".join(pieces)


def restore(record: bytes, folded: bytes) -> Document:
    """The document of a record. Raises DamagedError where it is cut short or none."""
    return Stored(record, folded).document()


class Stored:
    """A record, opened as far as it is asked for; `card` is at hand.

    Everything raises DamagedError where the record is cut short or none. That it fits the folded text is
    for the checksum of the file to tell.
    """

    def __init__(self, record: bytes, folded: bytes) -> None:
        self._record = record
        self._bytes = folded
        self._slices = list(_slices(folded))
        try:
            self._ends = struct.unpack_from(f"<{len(self._slices) + 1}I", record)
            *shown, self._sections = json.loads(self._inflate(0, folded[:_HEAD]))
            path, url, title, date, lang, tags, categories, thumbnail = shown
            when = dt.datetime.fromisoformat(date) if date else None
        except (ValueError, TypeError, struct.error) as problem:
            raise _damaged(problem) from problem
        self.card = Card(path, url, title, when, lang, tuple(tags), tuple(categories), thumbnail)

    @cached_property
    def folded(self) -> str:
        """The title and the blocks folded character by character, a line each."""
        return self._bytes.decode("utf-8", "surrogatepass")

    def lines(self, first: int, last: int) -> list[str]:
        """The blocks of the text from number `first` up to `last`, without it, as written."""
        found: list[str] = []
        at = 0
        for number, (start, end) in enumerate(self._slices, 1):
            count = self._bytes.count(b"\n", start, end) + (end == len(self._bytes))
            if at < last and at + count > first:
                lines = self._inflate(number, self._bytes[start:end]).split("\n")
                found += lines[max(0, first - at) : last - at]
            at += count
        return found

    def section_at(self, line: int) -> Section | None:
        """The section that a block of the text stands in."""
        found = None
        for *section, first in self._sections:
            if first > line:
                break
            found = section
        return Section(*found) if found else None

    def document(self) -> Document:
        """All of it."""
        sections = tuple(Section(*section) for *section, _ in self._sections)
        text = "\n".join(self.lines(0, self._bytes.count(b"\n")))
        return Document(**self.card._asdict(), text=text, sections=sections)

    def _inflate(self, number: int, dictionary: bytes) -> str:
        base = 4 * len(self._ends)
        start = base + (self._ends[number - 1] if number else 0)
        piece = self._record[start : base + self._ends[number]]
        try:
            inflate = zlib.decompressobj(-15, zdict=dictionary)
            text = inflate.decompress(piece)
            if not inflate.eof:
                raise ValueError("cut short")
            return text.decode("utf-8", "surrogatepass")
        except (zlib.error, ValueError) as problem:
            raise _damaged(problem) from problem


def _deflate(text: str, dictionary: bytes) -> bytes:
    deflate = zlib.compressobj(wbits=-15, memLevel=9, zdict=dictionary)
    return deflate.compress(text.encode("utf-8", "surrogatepass")) + deflate.flush()


def _slices(folded: bytes) -> Iterator[tuple[int, int]]:
    """Where slices of the folded blocks begin and end: whole lines, as many as fit, the newline included."""
    at = folded.index(b"\n") + 1
    if at == len(folded):
        yield at, at  # what is written may be more than what is left of it when it is folded
    while at < len(folded):
        end = folded.rfind(b"\n", at, at + _SLICE) + 1 or folded.find(b"\n", at) + 1 or len(folded)
        if len(folded) - at <= _SLICE:
            end = len(folded)
        yield at, end
        at = end


def _damaged(problem: Exception) -> DamagedError:
    return DamagedError(f"a record of the index is damaged ({problem}). Rebuild it: zhsearch reindex --full")
