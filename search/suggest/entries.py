"""What an index has that can be completed, as lines of folded text, and how each is shown: the seam between
completion and the engines.

Tags come first, then titles (newest first), words, headings (newest first): of two that are worth the same,
the one that comes first is first.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol
from urllib.parse import quote

import numpy as np

from zhsearch.index.analysis.analyzer import FUNCTION_WORDS
from zhsearch.index.models import PageMeta, Section
from zhsearch.search.engine.protocol import CompletionKind
from zhsearch.search.suggest.spelling import TermSource

KINDS: tuple[CompletionKind, ...] = ("tag", "title", "word", "heading")
TAG, TITLE, WORD, HEADING = range(4)
_LEAST_PAGES = 2  # of a word worth completing
_LONGEST_PART = 4  # characters of a word that is sought within longer ones
_ALWAYS_WITHIN = 0.8  # of a word's pages


class Entry(NamedTuple):
    """A folded text, which of KINDS it is and how many pages have it; of a title or heading also the number
    of its page, of a tag or heading which it is."""

    text: str
    kind: int
    pages: int
    page: int = -1
    number: int = 0


class EntrySource(Protocol):
    """All that can be completed of some index, or of some part of one."""

    def __iter__(self) -> Iterator[Entry]:
        """The lines, in order; an empty one is none."""
        ...

    def shown(self, lines: Sequence[Entry]) -> Sequence[tuple[str, str | None]]:
        """How each of some lines is written, and its address if it has one."""
        ...


def as_entry_text(text: str) -> str:
    """A folded text as a line: blanks are single."""
    return " ".join(text.split())


def entries_shown_on(meta: PageMeta, section: Section | None) -> tuple[str, str]:
    """How the title of a page, or one of its headings, is written, and its address."""
    if section is None:
        return meta.title, meta.url
    return section.title, f"{meta.url}#{quote(section.anchor, errors='replace')}"


def completion_words(parts: Sequence[TermSource]) -> Iterator[Entry]:
    """The words that some pages share, in order; not those that always stand in the same longer one."""
    words = dict(sorted(_shared(parts)))
    within: dict[str, int] = {}  # the pages of a longer word around it
    for word, count in words.items():
        for size in range(2, min(len(word), _LONGEST_PART + 1) if word > "\u3400" else 0):
            for start in range(len(word) - size + 1):
                part_of = word[start : start + size]
                if part_of in words and count > within.get(part_of, 0):
                    within[part_of] = count
    for word, count in words.items():
        if within.get(word, 0) < _ALWAYS_WITHIN * count:  # 算机 is never but in 计算机
            yield Entry(word, WORD, count)


def _shared(parts: Sequence[TermSource]) -> Iterable[tuple[str, int]]:
    pages: dict[bytes, int] = {}
    for part in parts:
        counts = part.page_counts()
        some = np.flatnonzero(counts >= (_LEAST_PAGES if len(parts) == 1 else 1))
        terms = part.all_terms()
        for number, count in zip(some.tolist(), counts[some].tolist(), strict=True):
            pages[terms[number]] = pages.get(terms[number], 0) + count
    for term, count in pages.items():
        word = term.decode("utf-8", "surrogatepass")
        if count >= _LEAST_PAGES and len(word) > 1 and word not in FUNCTION_WORDS and not word.isdigit():
            yield word, count
