"""A reader of exports for tests: every entry of every chunk decoded, as `search.js` would."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from zhsearch.search.static import infixes, ngrams, terms


class Binary:
    """Reads numbers and lists from bytes."""

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.place]
            self.place += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def take(self, size: int) -> bytes:
        self.place += size
        return self.data[self.place - size : self.place]

    def list(self) -> list[int]:
        pages: list[int] = []
        for _ in range(self.number()):
            pages.append(self.number() + (pages[-1] + 1 if pages else 0))
        return pages

    def entries(self) -> Iterator[tuple[str, int]]:
        """(key, flags) of each entry; its values must be read before the next one."""
        key = b""
        while self.place < len(self.data):
            shared = self.number()
            key = key[:shared] + self.take(self.number())
            yield key.decode(), self.number()


class Term(NamedTuple):
    """An entry of a term; lists are empty where it has none."""

    frequency: int
    saturations: dict[int, int]
    titles: dict[int, tuple[int, int, int]]
    inside: list[int]
    inside_title: list[int]
    beginning: list[int]
    title_beginning: list[int]
    writings: Any
    whole: bool
    others: Any


class Export:
    """An export in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.core = json.loads(gzip.decompress((folder / "manifest.bin").read_bytes()))

    def content(self, name: str) -> bytes:
        return gzip.decompress((self.folder / "data" / f"{name}.bin").read_bytes())

    def json(self, name: str) -> Any:
        return json.loads(self.content(name))

    def chunks(self, directory: Any) -> list[tuple[str, bytes]]:
        names = directory["names"]
        split = [names[at : at + 7] for at in range(0, len(names), 7)]
        return [(first, self.content(name)) for first, name in zip(directory["firsts"], split, strict=True)]

    def terms(self) -> dict[str, Term]:
        found: dict[str, Term] = {}
        for first, data in self.chunks(self.core["terms"]):
            found |= dict(self._entries(first, Binary(data), _read_term))
        return found

    def ngrams(self) -> dict[str, tuple[list[int], list[int]]]:
        """(pages, pages with it in the title) of each n-gram."""
        found: dict[str, tuple[list[int], list[int]]] = {}
        for first, data in self.chunks(self.json(self.core["ngrams"])):
            found |= dict(self._entries(first, Binary(data), _read_ngram))
        return found

    def infixes(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for first, data in self.chunks(self.json(self.core["infixes"])):
            found |= dict(self._entries(first, Binary(data), _read_infix))
        return found

    def records(self) -> list[Any]:
        groups = self.core["groups"]
        starts, start = [], 0
        for step in groups["starts"]:
            start += step
            starts.append(start)
        found = []
        for number, start in enumerate(starts):
            name = groups["names"][number * 7 : number * 7 + 7]
            end = starts[number + 1] if number + 1 < len(starts) else self.core["documents"]
            for file in range(-(-(end - start) // groups["records_per_file"])):
                data = (self.folder / "pages" / name / f"{file}.bin").read_bytes()
                found += json.loads(gzip.decompress(data))
        return found

    @staticmethod
    def _entries(first: str, data: Binary, read: Any) -> Iterator[tuple[str, Any]]:
        before = None
        for key, flags in data.entries():
            assert key.encode() >= first.encode() if before is None else key.encode() > before.encode()
            before = key
            yield key, read(data, flags)


def _read_term(data: Binary, flags: int) -> Term:
    frequency = data.number() if flags & terms.FREQUENCY else 0
    pages = data.list() if flags & terms.POSTINGS else []
    saturations = {page: int.from_bytes(data.take(2), "little") for page in pages}
    titled = data.list() if flags & terms.TITLE else []
    titles = {page: (data.number(), data.number(), data.number()) for page in titled}
    inside, inside_title, beginning, title_beginning = [
        data.list() if flags & flag else []
        for flag in (terms.INSIDE, terms.INSIDE_TITLE, terms.BEGINNING, terms.TITLE_BEGINNING)
    ]
    writings = json.loads(data.take(data.number())) if flags & terms.WRITINGS else None
    whole = bool(flags & terms.WHOLE)
    others = json.loads(data.take(data.number())) if flags & terms.OTHER_WORDS else None
    return Term(
        frequency,
        saturations,
        titles,
        inside,
        inside_title,
        beginning,
        title_beginning,
        writings,
        whole,
        others,
    )


def _read_ngram(data: Binary, flags: int) -> tuple[list[int], list[int]]:
    pages = data.list() if flags & ngrams.PAGES else []
    if flags & ngrams.BITS:
        bits = data.take(data.number())
        pages = [page for page in range(len(bits) * 8) if bits[page >> 3] >> (page & 7) & 1]
    return pages, data.list() if flags & ngrams.TITLE_PAGES else []


def _read_infix(data: Binary, flags: int) -> list[str]:
    assert flags == infixes.TERMS
    return [data.take(data.number()).decode() for _ in range(data.number())]


def totals(differences: list[int]) -> list[int]:
    """The numbers whose differences are given."""
    numbers: list[int] = []
    for step in differences:
        numbers.append(step + (numbers[-1] if numbers else 0))
    return numbers
