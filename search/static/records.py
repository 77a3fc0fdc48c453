"""The records of pages: what hits show of a page, its text included. A file has one; on large sites, a few.

Neighbouring pages lie in one folder named by the contents of all its files, so that the names of folders are
enough to find a page, and an edit gives new addresses to few.
"""

import base64
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import orjson

from zhsearch.index.analysis import HAN, Segmenter, simplify_characters
from zhsearch.index.models import Document
from zhsearch.index.versions import page_version
from zhsearch.search.api import page_json
from zhsearch.search.static.pages import Pages

_CUT_EVERY = 12  # pages, on average: one of so many may begin a folder
_MAX_GROUP = 32  # pages
_HAN_RUN = re.compile(f"[{HAN}]+")
_FIRST_HAN, _END_OF_PLANE = "\u3400", "\U00010000"  # characters beyond shift the offsets of scripts


_PAGES_OF_ONE = (
    6_000  # of a site whose pages have a file each; hosts limit the number of files, some to 20,000
)


class Group(NamedTuple):
    """Neighbouring pages: the number of the first, and the contents of their files."""

    start: int
    files: list[bytes]


def records_per_file(count: int) -> int:
    """How many records a file has on a site of so many pages: one if hosts allow it; a hit reads them all."""
    return 1 + count // _PAGES_OF_ONE


def page_groups(pages: Pages, characters: set[str], segmenter: Segmenter) -> Iterator[Group]:
    """The records of all pages, group by group. Adds the characters of their texts, as written, to a set."""
    start, records, size = 0, list[bytes](), records_per_file(len(pages))
    for number, page in enumerate(pages.snapshot_page.tolist()):
        document = pages.snapshot.stored(page).document()
        begins = crc32(document.url.encode("utf-8", "surrogatepass")) % _CUT_EVERY == 0
        if records and (begins or len(records) == _MAX_GROUP):
            yield Group(start, _files(records, size))
            start, records = number, []
        characters.update(document.title, set(document.text))
        records.append(encode_json(_record(document, segmenter)))
    if records:
        yield Group(start, _files(records, size))


def _files(records: list[bytes], size: int) -> list[bytes]:
    """The files of a group, each a list of `size` records."""
    return [b"[%b]" % b",".join(records[at : at + size]) for at in range(0, len(records), size)]


def _record(document: Document, segmenter: Segmenter) -> dict[str, Any]:
    version = page_version(document.path, document.title)
    lines = _LineNumbers(document.text)
    meta = document.meta_start
    return {
        **page_json(document),
        "summary": document.summary,
        "label": version.label if version else None,
        "text": document.text,
        "sections": [[each.title, each.anchor, lines.at(each.start)] for each in document.sections],
        "meta_line": None if meta is None else lines.at(meta),
        "simplified": _simplified(f"{document.title}{document.text}"),
        "words": _word_starts(document.text, segmenter),
    }


def _word_starts(text: str, segmenter: Segmenter) -> str:
    """A bit for each Han character of a text, whether a word begins with it, as base64.

    An excerpt is cut between words, and a browser knows few of those of a page.
    """
    runs = _HAN_RUN.findall(simplify_characters(text))
    words = segmenter.cut("\n".join(runs)) if runs else []
    lengths = np.array([len(word) for word in words if word != "\n"], dtype=np.int64)
    starts = np.zeros(int(lengths.sum()), dtype=np.bool_)
    starts[np.cumsum(lengths) - lengths] = True
    return base64.b64encode(np.packbits(starts).tobytes()).decode()


def _simplified(text: str) -> list[str]:
    """The characters of a text that have a simplified form, and these forms, so that a page can be folded
    without the table of all."""
    characters = "".join(sorted(character for character in set(text) if character >= _FIRST_HAN))
    pairs = [
        (own, other)
        for own, other in zip(characters, simplify_characters(characters), strict=True)
        if own != other and max(own, other) < _END_OF_PLANE
    ]
    return ["".join(column) for column in zip(*pairs, strict=True)] if pairs else []


class _LineNumbers:
    """The numbers of the lines at ascending offsets of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._offset = self._line = 0

    def at(self, offset: int) -> int:
        """The number of the line at an offset."""
        if offset < self._offset:
            self._offset = self._line = 0
        self._line += self._text.count("\n", self._offset, offset)
        self._offset = offset
        return self._line


def encode_json(value: object) -> bytes:
    """A value as JSON; of half a character, which cannot be encoded, a question mark."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # half a character, which only json accepts
        pass
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def differences(numbers: Sequence[int]) -> list[int]:
    """Numbers as the first of them, and what each further one adds."""
    return [number - before for before, number in zip((0, *numbers), numbers, strict=False)]
