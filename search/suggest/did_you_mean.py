"""Query correction ("did you mean").

A run of Han characters that no page has may be a homophone picked by mistake in an input method; a Latin word
that the index lacks may be a typo, or pinyin typed with the input method off. A correction must be a word of
the index and occur beside the rest of the run, so that the suggested query finds more. It is only suggested:
the query is searched as typed.

A word of the segmenter's dictionary is correct, whether the site has it or not: 黄山 is not 换上. Only a
much more frequent word of the same sound, to the tone, may be what was meant. Words of the dictionary in a
row (人工只能) may still be one that an input method got wrong, but then the site has the corrected run.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Protocol

from zhsearch.index.analysis import HAN, FoldedText, Segmenter, fold_keeping_blanks, simplify_characters
from zhsearch.search.cache import LruCache
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
_CACHED_BYTES, _ENTRY_BYTES = 1 << 19, 400  # of corrections: of all that are cached, and of one
_COUNTERS = "个位名人款种门章节条页届次年月日号项部份步代级层回集篇期段张只台套组类点分秒时周天岁元块万亿倍"
_NUMERAL = re.compile(f"第?[〇零一二两三四五六七八九十百千万亿几]+[{_COUNTERS}]?")

MIN_KNOWN_FREQUENCY = 10
"""Lowest frequency in the dictionary of a word that readers know; it has thousands with 3."""

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

    def count_pages(self, word: str) -> int:
        """The number of pages that have a word as a term."""
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


def _is_word(text: str, segmenter: Segmenter) -> bool:
    """Whether a text is a word of the dictionary, or a number with its counter."""
    return bool(segmenter.frequency(text) or _NUMERAL.fullmatch(text))


def _is_known(text: str, segmenter: Segmenter) -> bool:
    """Whether a text is a word that readers know, or a number with its counter."""
    return segmenter.frequency(text) >= MIN_KNOWN_FREQUENCY or bool(_NUMERAL.fullmatch(text))


def _is_close(word: "Candidate", text: str) -> bool:
    """Whether a homophone resembles a text enough: of two characters one is as typed, or both sound so."""
    return len(text) > 2 or word.unchanged > 0 or word.distance == 0


class _Spelling(NamedTuple):
    """Which parts of a run are correct: `words`, the ranges of known words of two characters or more."""

    words: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, run: str, segmenter: Segmenter) -> "_Spelling":
        """Find the words of a run."""
        words, start = [], 0
        for word in segmenter.cut(run):
            end = start + len(word)
            if len(word) > 1 and _is_known(word, segmenter):
                words.append((start, end))
            start = end
        return cls(tuple(words))

    def are_words(self, start: int, end: int) -> bool:
        """Whether a range consists of known words."""
        inside = [stop - first for first, stop in self.words if start <= first and stop <= end]
        return sum(inside) == end - start

    def may_be_misspelt(self, start: int, end: int) -> bool:
        """Whether a range is neither a known word nor cuts one in two."""
        cuts = any(first < edge < stop for first, stop in self.words for edge in (start, end))
        return not cuts and (start, end) not in self.words


class DidYouMean:
    """Corrects queries by the words of one index. Queries differ, but their words repeat: what a run of
    characters is corrected to is cached."""

    def __init__(self, lookup: TermLookup) -> None:
        self._lookup = lookup
        self._lock = Lock()
        self._index: SpellingIndex | None = None
        self._corrections = LruCache[str, tuple[str | None]](_CACHED_BYTES)

    @property
    def words(self) -> "SpellingIndex":
        """The spelling index, built at the first misspelt query."""
        with self._lock:
            with time_limit(0):  # built for all requests, so not within the deadline of this one
                from zhsearch.search.suggest.spelling import SpellingIndex  # noqa: PLC0415  most queries need none

                self._index = self._index or SpellingIndex(self._lookup.term_sources)
            assert self._index is not None
            return self._index

    def correct(self, text: str, segmenter: Segmenter) -> str | None:
        """The text with its misspelt runs replaced, folded there and as written elsewhere.

        None if no run has a correction.
        """
        folded = fold_keeping_blanks(text)
        pieces: list[str] = []
        copied = 0  # offset of the first character of `text` that is not in `pieces` yet
        for match in _runs(folded):
            run = match[0]
            correction = self._correction(run, segmenter)
            if correction:
                start, end = folded.source(*match.span())
                pieces += [text[copied:start], correction]
                copied = end
        return "".join([*pieces, text[copied:]]) if pieces else None

    def _correction(self, run: str, segmenter: Segmenter) -> str | None:
        cached = self._corrections.get(run)
        if cached is None:
            cached = (self._latin(run) if run.isascii() else self._han(run, segmenter),)
            self._corrections.put(run, cached, _ENTRY_BYTES)
        return cached[0]

    def _han(self, run: str, segmenter: Segmenter) -> str | None:
        pages = self._count(run)
        is_word = len(run) <= _MAX_WORD_CHARS
        if pages or _is_word(run, segmenter):
            may_be_typo = is_word and pages <= MAX_RARE_PAGES
            return self._common_homophone(run, pages, segmenter) if may_be_typo else None
        spelling = _Spelling.of(run, segmenter)
        corrections: list[_Correction] = []
        checks_left = _MAX_CHECKED
        self._lookup.prefetch([run[start:end] for start, end in _ranges(run)])
        for start, end in islice(self._suspects(run, spelling), _MAX_SUSPECTS):
            are_words = spelling.are_words(start, end)
            candidates = self._candidates(run[start:end], are_words=are_words)
            corrected = [run[:start] + candidate.word + run[end:] for candidate in candidates]
            self._lookup.prefetch(corrected[:checks_left])
            for candidate, text in zip(candidates, corrected, strict=True):
                changed = end - start - candidate.unchanged
                correction = _Correction(changed, candidate.distance, -candidate.pages, text)
                if checks_left and (not corrections or correction < min(corrections)):
                    checks_left -= 1
                    if self._is_in_context(text, start, start + len(candidate.word), as_a_whole=are_words):
                        corrections.append(correction)
        return min(corrections).text if corrections else None

    def _suspects(self, run: str, spelling: "_Spelling") -> Iterator[tuple[int, int]]:
        """The ranges of a run that may be a misspelt word: those that no page has, the longest first."""
        if len(run) <= _MAX_WORD_CHARS:
            yield 0, len(run)
        for start, end in _ranges(run):
            if spelling.may_be_misspelt(start, end) and not self._count(run[start:end]):
                yield start, end

    def _candidates(self, text: str, *, are_words: bool) -> "list[Candidate]":
        """The words that a text may stand for; only homophones of correct words in a row."""
        homophones = [word for word in self.words.homophones(text) if _is_close(word, text)]
        return homophones if are_words else [*homophones, *self.words.one_edit(text)]

    def _is_in_context(self, run: str, start: int, end: int, *, as_a_whole: bool) -> bool:
        """Whether pages have a corrected run, or at least its new word with the characters beside it."""
        return bool(self._count(run) or (not as_a_whole and self._count(run[max(0, start - 1) : end + 1])))

    def _common_homophone(self, run: str, pages: int, segmenter: Segmenter) -> str | None:
        """A homophone that differs in one character and is so common that the run must be a typo.

        Of a word that readers know it must have the same tones as well; of one that few know, its sound may
        be similar.
        """
        least = _MIN_FREQUENCY_RATIO * max(pages, 1)
        is_known = _is_known(run, segmenter)
        max_distance = 0 if pages or is_known else 1
        for candidate in self.words.homophones(run):
            differs_in_one = candidate.distance <= max_distance and candidate.unchanged == len(run) - 1
            is_same = not is_known or self.words.is_same_sound(run, candidate.word)
            if differs_in_one and is_same and candidate.pages >= least:
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
        return self._lookup.count_pages(word)
