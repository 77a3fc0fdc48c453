"""Autocomplete entries: tags, titles, words and headings as folded text.

Engines provide them as an EntrySource. Sources yield tags first, then titles (newest first),
words, and headings (newest first): of entries with the same score, the earlier one ranks first.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol
from urllib.parse import quote

import numpy as np

from zhsearch.index.analysis import FUNCTION_WORDS
from zhsearch.index.models import PageMeta, Section
from zhsearch.search.engine import CompletionKind
from zhsearch.search.suggest.spelling import TermSource

KINDS: tuple[CompletionKind, ...] = ("tag", "title", "word", "heading")
TAG, TITLE, WORD, HEADING = range(4)
_MIN_WORD_PAGES = 2  # of a word that is an entry
_MAX_INNER_WORD_CHARS = 4  # of a word that is looked up within longer ones
_MAX_INNER_SHARE = 0.8  # of a word's pages that have it in the same longer word


class Entry(NamedTuple):
    """A text that can be completed.

    `text` is folded, `kind` an index of KINDS, `pages` how many pages have it. `page` is the page number of a
    title or heading, else -1; `number` which tag of the index, or heading of the page, it is.
    """

    text: str
    kind: int
    pages: int
    page: int = -1
    number: int = 0


class EntrySource(Protocol):
    """The entries of an index, or of a part of it."""

    def __iter__(self) -> Iterator[Entry]:
        """The entries in order; those with an empty text are skipped."""
        ...

    def shown(self, entries: Sequence[Entry]) -> Sequence[tuple[str, str | None]]:
        """The text as written of each entry, and its URL if it has one."""
        ...


def as_entry_text(text: str) -> str:
    """A folded text with single blanks, as entries have it."""
    return " ".join(text.split())


def entries_shown_on(meta: PageMeta, section: Section | None) -> tuple[str, str]:
    """The text as written and the URL of a page's title, or of one of its headings."""
    if section is None:
        return meta.title, meta.url
    return section.title, f"{meta.url}#{quote(section.anchor, errors='replace')}"


def completion_words(sources: Sequence[TermSource]) -> Iterator[Entry]:
    """The words that several pages share, sorted, without those that occur in one longer word alone."""
    words = dict(sorted(_shared_words(sources)))
    container_pages: dict[str, int] = {}  # word: pages of the most frequent longer word that contains it
    for word, count in words.items():
        for size in range(2, min(len(word), _MAX_INNER_WORD_CHARS + 1) if word > "\u3400" else 0):
            for start in range(len(word) - size + 1):
                inner = word[start : start + size]
                if inner in words and count > container_pages.get(inner, 0):
                    container_pages[inner] = count
    for word, count in words.items():
        if container_pages.get(word, 0) < _MAX_INNER_SHARE * count:  # 算机 occurs only in 计算机
            yield Entry(word, WORD, count)


def _shared_words(sources: Sequence[TermSource]) -> Iterable[tuple[str, int]]:
    """(word, pages) of the words that at least _MIN_WORD_PAGES pages of all sources have."""
    pages: dict[bytes, int] = {}
    for source in sources:
        counts = source.page_counts()
        candidates = np.flatnonzero(counts >= (_MIN_WORD_PAGES if len(sources) == 1 else 1))
        terms = source.all_terms()
        for number, count in zip(candidates.tolist(), counts[candidates].tolist(), strict=True):
            pages[terms[number]] = pages.get(terms[number], 0) + count
    for term, count in pages.items():
        word = term.decode("utf-8", "surrogatepass")
        if count >= _MIN_WORD_PAGES and len(word) > 1 and word not in FUNCTION_WORDS and not word.isdigit():
            yield word, count
