"""A query in, what its reader may have meant out: "did you mean".

A run of Han characters that stands nowhere may be a word typed by its sound, with the wrong one chosen; a
Latin word that is none of the index a slip, or pinyin typed with the input method off. What is put in its
place must be a word of the index and stand where the rest of the run stands, so that whoever follows the
suggestion finds more. Nothing is searched in the reader's stead.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Protocol

from zhsearch.index.analysis.folding import FoldedText, fold, simplify_characters
from zhsearch.search.deadline import time_limit

if TYPE_CHECKING:
    from zhsearch.search.suggest.spelling import Candidate, SpellingIndex, TermSource

_LONGEST = 7  # characters of a misspelt word
_RUN = re.compile("[\u4e00-\u9fd5]{2,24}|(?<![^\\W_])[a-z]{4,24}(?![^\\W_])")
_LONGEST_INSIDE = 4  # characters of a word sought within a longer run
_MOST_RUNS = 4
_MOST_SUSPECTS = 24  # parts of a run
_MOST_CHECKED = 40  # candidates of a run whose surroundings are looked for
_FAR_MORE = 20  # times the pages that a slip is on

MAX_RARE_PAGES = 2
"""Pages: what stands on no more may be a slip that was published."""


class TermLookup(Protocol):
    """The counts and terms of an index that suggestions need."""

    @property
    def term_sources(self) -> "Sequence[TermSource]":
        """Its terms, by segment."""
        ...

    def count_containing(self, pattern: str, limit: int) -> int:
        """The number of pages that contain a folded text, counted up to `limit`."""
        ...

    def prefetch(self, patterns: Sequence[str]) -> None:
        """Get ready to count these patterns; a remote index requests all counts at once."""
        ...

    def document_frequency(self, word: str) -> int:
        """The number of pages that have a word as a term of what a reader sees."""
        ...


class _Better(NamedTuple):
    """A run with something else in it; the smaller, the better."""

    changed: int
    distance: int
    fewer: int
    text: str


def han_and_latin_runs(text: str) -> list[str]:
    """The runs of a query's text that may be misspelt, folded."""
    return [match[0] for match in _runs(fold(text))]


def _runs(folded: FoldedText) -> list[re.Match[str]]:
    return list(islice(_RUN.finditer(simplify_characters(folded.text)), _MOST_RUNS))


def _ranges(run: str) -> Iterator[tuple[int, int]]:
    """The ranges within a run that may be a word, the longest first."""
    for size in range(min(_LONGEST_INSIDE, len(run) - 1), 1, -1):
        for start in range(len(run) - size + 1):
            yield start, start + size


class DidYouMean:
    """Finds suggestions in the words of one index."""

    def __init__(self, snapshot: TermLookup) -> None:
        self._snapshot = snapshot
        self._lock = Lock()
        self._made: SpellingIndex | None = None

    @property
    def words(self) -> "SpellingIndex":
        """The words of the index as `spelling` lays them out; made when something is misspelt for the first
        time, since that and the readings of characters take a moment to load."""
        with self._lock:
            with time_limit(0):  # made for all requests, not on this one's account
                from zhsearch.search.suggest.spelling import SpellingIndex  # noqa: PLC0415  pypinyin takes a moment

                self._made = self._made or SpellingIndex(self._snapshot.term_sources)
            assert self._made is not None
            return self._made

    def correct(self, text: str) -> str | None:
        """The text with its misspelt runs replaced, folded there and as written elsewhere; None where it has
        none that anything is known for."""
        folded = fold(text)
        changed, at = [], 0
        for match in _runs(folded):
            better = self._latin(match[0]) if match[0].isascii() else self._han(match[0])
            if better:
                start, end = folded.source(*match.span())
                changed += [text[at:start], better]
                at = end
        return "".join([*changed, text[at:]]) if changed else None

    def _han(self, run: str) -> str | None:
        pages = self._count(run)
        if pages:
            return self._far_better(run, pages) if pages <= MAX_RARE_PAGES and len(run) <= _LONGEST else None
        found: list[_Better] = []
        left = _MOST_CHECKED
        self._snapshot.prefetch([run[start:end] for start, end in _ranges(run)])
        for start, end in islice(self._suspects(run), _MOST_SUSPECTS):
            candidates = self._candidates(run[start:end])
            self._snapshot.prefetch([run[:start] + word.word + run[end:] for word in candidates[:left]])
            for word in candidates:
                whole = run[:start] + word.word + run[end:]
                better = _Better(end - start - word.kept, word.distance, -word.pages, whole)
                if left and (not found or better < min(found)):
                    left -= 1
                    if self._stands(whole, start, start + len(word.word)):
                        found.append(better)
        return min(found).text if found else None

    def _suspects(self, run: str) -> Iterator[tuple[int, int]]:
        """The ranges of a run that may be a misspelt word: those that stand nowhere, the longest first."""
        if len(run) <= _LONGEST:
            yield 0, len(run)
        for start, end in _ranges(run):
            if not self._count(run[start:end]):
                yield start, end

    def _candidates(self, text: str) -> "list[Candidate]":
        return [*self.words.homophones(text), *self.words.one_edit(text)]

    def _stands(self, run: str, start: int, end: int) -> bool:
        """Is a run found with what was put there, or at least that with its neighbours?"""
        return bool(self._count(run) or self._count(run[max(0, start - 1) : end + 1]))

    def _far_better(self, run: str, pages: int) -> str | None:
        """What sounds the same but for one character, where it is so common that the run must be a slip that
        was published."""
        alike = [
            word for word in self.words.homophones(run) if not word.distance and word.kept == len(run) - 1
        ]
        return next((word.word for word in alike if word.pages >= _FAR_MORE * pages), None)

    def _latin(self, token: str) -> str | None:
        pages = self._term_pages(token)
        if pages > MAX_RARE_PAGES:
            return None
        enough = max(_FAR_MORE * pages, 1)
        slips = [word for word in self.words.latin_typos(token, self._term_pages) if word.pages >= enough]
        if pages:  # a name, perhaps, that is like a word; letters that changed places are none
            slips = [word for word in slips if word.kept == len(token)]
        spelt = [] if pages else self.words.by_pinyin(token)
        best = max([*slips[:1], *spelt[:1]], key=lambda word: word.pages, default=None)
        return best.word if best else None

    def _count(self, text: str) -> int:
        """The pages that a text stands on, as far as it matters how many."""
        return self._snapshot.count_containing(text, MAX_RARE_PAGES + 1)

    def _term_pages(self, word: str) -> int:
        return self._snapshot.document_frequency(word)
