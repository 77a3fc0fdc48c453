"""Query correction ("did you mean").

A run of Han characters that no page has may be a homophone picked by mistake in an input method; a Latin word
that the index lacks may be a typo, or pinyin typed with the input method off. A correction must be a word of
the index and occur beside the rest of the run, so that the suggested query finds more. It is only suggested:
the query is searched as typed.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Protocol

from zhsearch.index.analysis import HAN, FoldedText, fold_keeping_blanks, simplify_characters
from zhsearch.search.deadline import time_limit

if TYPE_CHECKING:
    from zhsearch.search.suggest.spelling import Candidate, SpellingIndex, TermSource

_MAX_WORD_CHARS = 7  # of a misspelt word
_RUN = re.compile(rf"[{HAN}]{{2,24}}|(?<![^\W_])[a-z]{{4,24}}(?![^\W_])")
_MAX_INNER_WORD_CHARS = 4  # of a misspelt word within a longer run
_MAX_RUNS = 4
_MAX_SUSPECTS = 24  # ranges of a run
_MAX_CHECKED = 40  # candidates of a run that are searched in their context
_MIN_FREQUENCY_RATIO = 20  # pages with a correction, for each page that has the typo

MAX_RARE_PAGES = 2
"""Largest number of pages with a text that may still be a published typo."""


class TermLookup(Protocol):
    """The counts and terms of an index that suggestions need."""

    @property
    def term_sources(self) -> "Sequence[TermSource]":
        """Its terms, by segment."""
        ...

    def count_containing(self, pattern: str, limit: int) -> int:
        """The number of pages that contain a folded pattern, counted up to `limit`."""
        ...

    def prefetch(self, patterns: Sequence[str]) -> None:
        """Prepare to count these patterns; a remote index requests all counts at once."""
        ...

    def document_frequency(self, word: str) -> int:
        """The number of pages that have a word as a term of what a reader sees."""
        ...


class _Correction(NamedTuple):
    """A corrected run, ordered best first.

    `changed` is the number of characters that differ, `distance` that of the Candidate, `negated_pages` minus
    the number of pages that have its word.
    """

    changed: int
    distance: int
    negated_pages: int
    text: str


def han_and_latin_runs(text: str) -> list[str]:
    """The runs of a query's text that may be misspelt, folded."""
    return [match[0] for match in _runs(fold_keeping_blanks(text))]


def _runs(folded: FoldedText) -> list[re.Match[str]]:
    return list(islice(_RUN.finditer(simplify_characters(folded.text)), _MAX_RUNS))


def _ranges(run: str) -> Iterator[tuple[int, int]]:
    """The ranges of a run that may be a word, the longest first."""
    for size in range(min(_MAX_INNER_WORD_CHARS, len(run) - 1), 1, -1):
        for start in range(len(run) - size + 1):
            yield start, start + size


class DidYouMean:
    """Corrects queries by the words of one index."""

    def __init__(self, lookup: TermLookup) -> None:
        self._lookup = lookup
        self._lock = Lock()
        self._index: SpellingIndex | None = None

    @property
    def words(self) -> "SpellingIndex":
        """The spelling index, built at the first misspelt query: that and loading pypinyin take time."""
        with self._lock:
            with time_limit(0):  # built for all requests, so not within the deadline of this one
                from zhsearch.search.suggest.spelling import SpellingIndex  # noqa: PLC0415  pypinyin takes a moment

                self._index = self._index or SpellingIndex(self._lookup.term_sources)
            assert self._index is not None
            return self._index

    def correct(self, text: str) -> str | None:
        """The text with its misspelt runs replaced, folded there and as written elsewhere.

        None if no run has a correction.
        """
        folded = fold_keeping_blanks(text)
        pieces: list[str] = []
        copied = 0  # offset of the first character of `text` that is not in `pieces` yet
        for match in _runs(folded):
            correction = self._latin(match[0]) if match[0].isascii() else self._han(match[0])
            if correction:
                start, end = folded.source(*match.span())
                pieces += [text[copied:start], correction]
                copied = end
        return "".join([*pieces, text[copied:]]) if pieces else None

    def _han(self, run: str) -> str | None:
        pages = self._count(run)
        if pages:
            return (
                self._common_homophone(run, pages)
                if pages <= MAX_RARE_PAGES and len(run) <= _MAX_WORD_CHARS
                else None
            )
        corrections: list[_Correction] = []
        checks_left = _MAX_CHECKED
        self._lookup.prefetch([run[start:end] for start, end in _ranges(run)])
        for start, end in islice(self._suspects(run), _MAX_SUSPECTS):
            candidates = self._candidates(run[start:end])
            corrected = [run[:start] + candidate.word + run[end:] for candidate in candidates]
            self._lookup.prefetch(corrected[:checks_left])
            for candidate, text in zip(candidates, corrected, strict=True):
                changed = end - start - candidate.unchanged
                correction = _Correction(changed, candidate.distance, -candidate.pages, text)
                if checks_left and (not corrections or correction < min(corrections)):
                    checks_left -= 1
                    if self._is_in_context(text, start, start + len(candidate.word)):
                        corrections.append(correction)
        return min(corrections).text if corrections else None

    def _suspects(self, run: str) -> Iterator[tuple[int, int]]:
        """The ranges of a run that may be a misspelt word: those that no page has, the longest first."""
        if len(run) <= _MAX_WORD_CHARS:
            yield 0, len(run)
        for start, end in _ranges(run):
            if not self._count(run[start:end]):
                yield start, end

    def _candidates(self, text: str) -> "list[Candidate]":
        return [*self.words.homophones(text), *self.words.one_edit(text)]

    def _is_in_context(self, run: str, start: int, end: int) -> bool:
        """Whether pages have a corrected run, or at least its new word with the characters beside it."""
        return bool(self._count(run) or self._count(run[max(0, start - 1) : end + 1]))

    def _common_homophone(self, run: str, pages: int) -> str | None:
        """A homophone that differs in one character and is so common that the run must be a typo."""
        for candidate in self.words.homophones(run):
            differs_in_one = not candidate.distance and candidate.unchanged == len(run) - 1
            if differs_in_one and candidate.pages >= _MIN_FREQUENCY_RATIO * pages:
                return candidate.word
        return None

    def _latin(self, token: str) -> str | None:
        pages = self._term_pages(token)
        if pages > MAX_RARE_PAGES:
            return None
        least = max(_MIN_FREQUENCY_RATIO * pages, 1)
        edits = [edit for edit in self.words.latin_typos(token, self._term_pages) if edit.pages >= least]
        if pages:  # perhaps a name that resembles a word; swapped letters are still a typo
            edits = [edit for edit in edits if edit.unchanged == len(token)]
        by_pinyin = [] if pages else self.words.by_pinyin(token)
        best = max([*edits[:1], *by_pinyin[:1]], key=lambda candidate: candidate.pages, default=None)
        return best.word if best else None

    def _count(self, text: str) -> int:
        """The number of pages that contain a text, counted up to MAX_RARE_PAGES + 1."""
        return self._lookup.count_containing(text, MAX_RARE_PAGES + 1)

    def _term_pages(self, word: str) -> int:
        return self._lookup.document_frequency(word)
