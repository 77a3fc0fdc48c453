"""Scores of the leaves of a query, words and phrases, on all pages of a snapshot."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import IntArray, Mask
from zhsearch.index.fields import SHOWN_FIELDS, TEXT_FIELDS
from zhsearch.search.embedded.explain import ScoreNote
from zhsearch.search.embedded.hits import NO_PAGES, Hits, ScoredPages, intersect, membership, unite
from zhsearch.search.embedded.latin_runs import LatinRun, is_in_terms, runs_of
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.embedded.substring import MAX_NGRAM
from zhsearch.search.embedded.word_scores import WordPages, WordScorer
from zhsearch.search.query import Phrase, Word
from zhsearch.search.ranking import FieldNorms, ScanBudget, saturate

_TITLE_FIELD = ("title",)


class LeafScore(NamedTuple):
    """The pages of a word or phrase with its score, the pages with a word in the title, and what explains the
    score. `is_scanned`: a word was also searched inside longer words."""

    hits: Hits
    titled: IntArray
    note: Callable[[], ScoreNote]
    is_scanned: bool = False


class LeafScorer:
    """Scores words and phrases on one snapshot. Pages not `among` may be left out; None: all."""

    def __init__(self, snapshot: Snapshot, norms: FieldNorms) -> None:
        self._snapshot = snapshot
        self._norms = norms
        # Other writings of a word have the same runs: vs code, vs-code.
        self._with_runs: dict[tuple[tuple[LatinRun, ...], tuple[str, ...]], IntArray] = {}
        self._with_phrase: dict[Phrase, IntArray] = {}  # neighbours have other writings in common

    def word(self, word: Word, among: IntArray | None, budget: ScanBudget) -> LeafScore:
        """The score of a word, which is also searched inside longer words if the budget allows it."""
        fields = TEXT_FIELDS if word.field is None else (word.field,)
        snapshot = self._snapshot
        postings = snapshot.postings(word.term.encode("utf-8", "surrogatepass"), fields)
        has_word = np.zeros(snapshot.size, dtype=np.bool_)
        for _, pages, _ in postings:
            has_word[pages] = True
        scanned = budget.allows(word, pages=int(np.count_nonzero(has_word)))
        titled = next((pages for field, pages, _ in postings if field == "title"), NO_PAGES.pages)
        beginning = inside = None
        title_beginning = NO_PAGES.pages
        if word.matches_beginnings:
            longer = snapshot.longer_terms(word.term)
            beginning = snapshot.pages_with_ranges(longer, _shown_fields(word))
            beginning = beginning[~has_word[beginning]]
            has_word[beginning] = True
            title_beginning = snapshot.pages_with_ranges(longer, _TITLE_FIELD)
            title_beginning = title_beginning[~membership(titled, title_beginning)]
        if scanned:
            inside = self._inside_longer_words(word, among, excluding=has_word)
            has_word[inside] = True
        found = WordPages(has_word.nonzero()[0], beginning, inside, titled, title_beginning)
        scorer = WordScorer(snapshot, self._norms, word, postings, found)
        return LeafScore(scorer.hits(), titled, scorer.note, scanned)

    def phrase(self, phrase: Phrase, among: IntArray | None) -> LeafScore:
        """The score of a phrase, the same on all of its pages but for those with it in the title."""
        title_only, bounded, pattern = phrase.field == "title", phrase.bounded, phrase.pattern
        found = self._with_phrase.get(phrase) if among is None else None
        if found is None:
            found = self._containing(pattern, among, title_only=title_only, bounded=bounded)
            if among is None:
                self._with_phrase[phrase] = found
        pages = titled = found
        if not title_only:
            titled = self._containing(pattern, pages, title_only=True, bounded=bounded)
        weighted = np.ones(len(pages))
        weighted[membership(titled, pages)] += 1.0
        points = saturate(weighted, len(pages), self._snapshot.count)
        hits = ScoredPages(pages, points).scaled(phrase.weight)

        def note() -> ScoreNote:
            title, text = (ScoredPages(own, np.ones(len(own))) for own in (titled, pages))
            return ScoreNote(phrase.pattern, "phrase", hits, [("title", title), ("text", text)])

        return LeafScore(hits, NO_PAGES.pages, note)

    def _inside_longer_words(self, word: Word, among: IntArray | None, *, excluding: Mask) -> IntArray:
        """The pages that have a word only inside longer words.

        `excluding` (page,) are those that have it as a term, or as the beginning of one.
        """
        if word.matches_beginnings:  # every run of letters is a term, and there are fewer terms than pages
            pages = self._snapshot.pages_within_terms(word.term, _shown_fields(word))
            pages = pages[~excluding[pages]]
            return pages if among is None else intersect(pages, among)
        return self._containing(
            word.pattern,
            among,
            excluding=excluding,
            title_only=word.field == "title",
            bounded=word.kind == "compound",
        )

    def _containing(
        self,
        pattern: str,
        among: IntArray | None,
        *,
        excluding: Mask | None = None,
        title_only: bool,
        bounded: bool,
    ) -> IntArray:
        """See `Snapshot.pages_with`; letters and digits are looked up among the terms."""
        snapshot, fields = self._snapshot, _TITLE_FIELD if title_only else SHOWN_FIELDS
        if is_in_terms(pattern) and not bounded:
            pages = snapshot.pages_within_terms(pattern, fields, mixed=True)
            if len(snapshot.long_runs):
                others = snapshot.long_runs[~membership(pages, snapshot.long_runs)]
                pages = unite([pages, snapshot.pages_with(pattern, among=others, title_only=title_only)])
            if among is not None:
                pages = intersect(pages, among)
            return pages if excluding is None else pages[~excluding[pages]]
        if len(pattern) > MAX_NGRAM and (runs := runs_of(pattern, bounded=bounded)):
            with_runs = self._with_runs.get((runs, fields))
            if with_runs is None:
                with_runs = self._with_runs[runs, fields] = snapshot.pages_with_runs(runs, fields)
            among = with_runs if among is None else intersect(among, with_runs)
        return snapshot.pages_with(
            pattern, among=among, excluding=excluding, title_only=title_only, bounded=bounded
        )


def _shown_fields(word: Word) -> Sequence[str]:
    return SHOWN_FIELDS if word.field is None else (word.field,)
