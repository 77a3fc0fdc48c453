"""A published generation in, its pages as arrays out: all that matching, counting and sorting work on.

Pages are numbered over all Whoosh segments; a deleted page keeps its number and is not `live`.
"""

import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader

from index.records import Document
from index.schema import TEXT_FIELDS, Card, read_card, read_record
from index.store import Generation, broken
from search.needle import occurrences

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet: its values as shown, and its pairs of (page, index of value)."""

    values: tuple[str, ...]
    pages: Numbers
    ids: Numbers
    by_key: dict[str, int]


class Snapshot:
    """The arrays and readers of one generation; holds its lock for as long as it lives.

    `live` (page,) bool; `lengths` (field, page) terms; `day` (page,) YYYYMMDD or 0; `newest` and `oldest`
    (page,) the page's place when sorted by date, then by URL, undated pages last in both.
    """

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        try:
            whoosh = FileStorage(str(generation.folder), readonly=True).open_index()
            self._reader = whoosh.reader()
        except Exception as problem:  # Whoosh raises whatever a broken file makes it raise
            raise broken(generation.folder, f"cannot be opened ({type(problem).__name__})") from problem
        # A site without a published post has one reader of nothing, which knows no columns.
        leaves = [leaf for leaf in self._reader.leaf_readers() if leaf[0].doc_count_all()]
        self._segments = [reader for reader, _ in leaves]
        self._offsets = [offset for _, offset in leaves]
        self._folded = [segment.column_reader("folded") for segment in self._segments]
        cards = self._cards()
        self.size = len(cards)
        self.live: Mask = np.array([card is not None for card in cards], dtype=np.bool_)
        self.count = int(self.live.sum())
        empty = Card("", None, 0, "", [], [], [0] * len(TEXT_FIELDS))
        filled = [card or empty for card in cards]
        self.lengths = (
            np.array([card.lengths for card in filled], dtype=np.float64).reshape(-1, len(TEXT_FIELDS)).T
        )
        self.day: Numbers = np.array([card.day for card in filled], dtype=np.int64)
        self.newest = _places(filled, -1.0)
        self.oldest = _places(filled, 1.0)
        self.facets = {
            "tag": _facet(cards, lambda card: card.tags),
            "category": _facet(cards, lambda card: card.categories),
            "lang": _facet(cards, lambda card: [card.lang]),
            "year": _facet(cards, lambda card: [f"{card.day // 10_000:04d}"] if card.day else []),
            "month": _facet(
                cards,
                lambda card: [f"{card.day // 10_000:04d}-{card.day // 100 % 100:02d}"] if card.day else [],
            ),
        }
        self._lock = Lock()  # Whoosh's readers seek in shared files

    def postings(self, field: str, term: str) -> tuple[Numbers, Numbers]:
        """(pages, frequencies) of a term in a field, deleted pages left out."""
        key = term.encode("utf-8", "surrogatepass")
        pages: list[int] = []
        frequencies: list[float] = []
        with self._lock:
            for segment, offset in zip(self._segments, self._offsets, strict=True):
                if (field, key) in segment:
                    ids, weights = _read_postings(segment, field, key)
                    pages += [offset + number for number in ids]
                    frequencies += weights
        found = np.array(pages, dtype=np.int64)
        kept = self.live[found]
        return found[kept], np.array(frequencies, dtype=np.int64)[kept]

    def pages_with(self, needle: str, among: Mask, *, title_only: bool, bounded: bool) -> Numbers:
        """Those `among` the pages whose folded text holds the needle, in the title only or in any block.

        `bounded`: a letter or digit at the needle's edge may not go on beyond it. Reads the texts of all
        pages in question.
        """
        sought = needle.encode("utf-8", "surrogatepass")
        found: list[int] = []
        for page in np.flatnonzero(among & self.live).tolist():
            at = bisect_right(self._offsets, page) - 1
            with self._lock:
                text = self._folded[at][page - self._offsets[at]]
            if title_only:
                text = text[: text.find(b"\n")]
            if sought not in text:
                continue
            if not bounded or next(occurrences(needle, text.decode("utf-8"), bounded=True), None) is not None:
                found.append(page)
        return np.array(found, dtype=np.int64)

    def document(self, page: int) -> Document:
        """The stored document of a live page."""
        at = bisect_right(self._offsets, page) - 1
        with self._lock:
            stored = self._segments[at].stored_fields(page - self._offsets[at])
        return read_record(stored)

    def _cards(self) -> list[Card | None]:
        cards: list[Card | None] = []
        for segment in self._segments:
            column = segment.column_reader("card")
            cards += [
                None if segment.is_deleted(number) else read_card(column[number])
                for number in range(segment.doc_count_all())
            ]
        return cards


def _read_postings(segment: SegmentReader, field: str, key: bytes) -> tuple[list[int], list[float]]:
    """(numbers, weights) of a term in one segment, deleted pages included.

    Whoosh offers one posting at a time, at a microsecond or two each; its matcher holds whole blocks.
    """
    matcher = segment._terms.matcher(field, key, segment.schema[field].format)
    ids: list[int] = []
    weights: list[float] = []
    while matcher.is_active():
        matcher.id(), matcher.weight()  # make it read its block
        ids += matcher._ids
        weights += matcher._weights
        matcher._next_block()
    return ids, weights


def _places(cards: list[Card], direction: float) -> Numbers:
    def key(page: int) -> tuple[bool, float, str]:
        card = cards[page]
        return card.instant is None, direction * (card.instant or 0.0), card.url

    places = np.empty(len(cards), dtype=np.int64)
    places[sorted(range(len(cards)), key=key)] = np.arange(len(cards))
    return places


def _facet(cards: list[Card | None], values_of: Callable[[Card], Iterable[str]]) -> Facet:
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    pairs: list[tuple[int, str]] = []
    for page, card in enumerate(cards):
        values = values_of(card) if card else ()
        for key, value in {facet_key(value): value for value in values}.items():
            spellings[key][value] += 1
            pairs.append((page, key))
    keys = sorted(spellings)
    by_key = {key: number for number, key in enumerate(keys)}
    # Spellings that differ in case only are one tag, as in Hugo; the most used one is shown.
    shown = tuple(min(spellings[key], key=lambda value: (-spellings[key][value], value)) for key in keys)
    pages = np.array([page for page, _ in pairs], dtype=np.int64)
    return Facet(shown, pages, np.array([by_key[key] for _, key in pairs], dtype=np.int64), by_key)


def facet_key(value: str) -> str:
    """What makes two spellings one facet value."""
    return unicodedata.normalize("NFKC", value).casefold()
