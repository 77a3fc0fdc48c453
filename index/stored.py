"""A Document in, the bytes that keep it out, and back: whole, or only what a list of hits shows of it.

The text as written differs little from its folded form, which a part keeps anyway to search in. So it is
deflated with the folded text for a dictionary, line by line the same lines: a sixth of the Markdown instead
of four tenths. It is cut in slices of whole lines, each deflated by itself: an excerpt opens one or two.

A record is the length of its head (four bytes), the head (JSON: a line for the card, one for the sections),
the ends of the slices (four bytes each), and the slices.
"""

import datetime as dt
import json
import re
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate

from index.errors import DamagedError
from index.records import Card, Document, Section

_SLICE = 2_000  # bytes of folded text
_HEAD = 1_500  # bytes of folded text that a head shares words with


def store(document: Document, folded: bytes) -> bytes:
    """The record of a document whose title and blocks are the lines of `folded`."""
    lines = document.text.split("\n")
    card = Card(*(getattr(document, name) for name in Card._fields))
    ends = [match.start() for match in re.finditer("\n", document.text)] if document.sections else []
    sections = [[*section, bisect_left(ends, section.start)] for section in document.sections]
    head = _deflate(f"{_json(card)}\n{_json(sections)}", folded[:_HEAD])
    slices = []
    at = 0
    for start, end in _slices(folded):
        count = folded.count(b"\n", start, end) + (end == len(folded))
        slices.append(_deflate("\n".join(lines[at : at + count]), folded[start:end]))
        at += count
    sizes = accumulate(map(len, slices))
    return struct.pack(f"<I{len(head)}s{len(slices)}I", len(head), head, *sizes) + b"".join(slices)


def restore(record: bytes, folded: bytes) -> Document:
    """The document of a record. Raises DamagedError where it is cut short or none."""
    return Stored(record, folded).document()


class Stored:
    """A record, opened as far as it is asked for; `card` is at hand.

    Everything raises DamagedError where the record is cut short or none. That it fits the folded text is
    for the checksum of the file to tell.
    """

    def __init__(self, record: bytes | memoryview, folded: bytes | memoryview) -> None:
        self._record = record
        self._view = folded
        try:
            (length,) = struct.unpack_from("<I", record)
            self._slices_at = 4 + length
            head = _inflate(record[4 : self._slices_at], bytes(folded[:_HEAD]))
            card, _, self._sections = head.partition("\n")
            path, url, title, date, lang, tags, categories, thumbnail = json.loads(card)
            when = dt.datetime.fromisoformat(date) if date else None
        except (ValueError, TypeError, struct.error, zlib.error) as problem:
            raise _damaged(problem) from problem
        self.card = Card(path, url, title, when, lang, tuple(tags), tuple(categories), thumbnail)

    @cached_property
    def _bytes(self) -> bytes:
        return bytes(self._view)

    @cached_property
    def folded(self) -> str:
        """The title and the blocks folded character by character, a line each."""
        return self._bytes.decode("utf-8", "surrogatepass")

    def lines(self, first: int, last: int) -> list[str]:
        """The blocks of the text from number `first` up to `last`, without it, as written."""
        folded = self._bytes
        slices = list(_slices(folded))
        found: list[str] = []
        try:
            ends = 0, *struct.unpack_from(f"<{len(slices)}I", self._record, self._slices_at)
            base = self._slices_at + 4 * len(slices)
            at = 0
            for number, (start, end) in enumerate(slices):
                count = folded.count(b"\n", start, end) + (end == len(folded))
                if at < last and at + count > first:
                    piece = self._record[base + ends[number] : base + ends[number + 1]]
                    lines = _inflate(piece, folded[start:end]).split("\n")
                    found += lines[max(0, first - at) : last - at]
                at += count
        except (ValueError, struct.error, zlib.error) as problem:
            raise _damaged(problem) from problem
        return found

    def section_at(self, line: int) -> Section | None:
        """The section that a block of the text stands in."""
        found = None
        for *section, first in json.loads(self._sections):
            if first > line:
                break
            found = section
        return Section(*found) if found else None

    def document(self) -> Document:
        """All of it."""
        sections = tuple(Section(*section) for *section, _ in json.loads(self._sections))
        text = "\n".join(self.lines(0, self._bytes.count(b"\n")))
        return Document(**self.card._asdict(), text=text, sections=sections)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dt.datetime.isoformat)


def _inflate(piece: bytes | memoryview, dictionary: bytes) -> str:
    inflate = zlib.decompressobj(-15, zdict=dictionary)
    text = inflate.decompress(piece)
    if not inflate.eof:
        raise ValueError("cut short")
    return text.decode("utf-8", "surrogatepass")


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
