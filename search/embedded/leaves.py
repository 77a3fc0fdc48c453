"""Scores of the leaves of a query, words and phrases, on all pages of a snapshot."""

from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, IntArray, Scores
from zhsearch.index.fields import SHOWN_FIELDS, TEXT_FIELDS
from zhsearch.search.embedded.explain import ScoreNote
from zhsearch.search.embedded.hits import (
    NO_PAGES,
    ScoredPages,
    intersect,
    intersect_all,
    membership,
    places_of,
    sum_union,
    unite,
)
from zhsearch.search.embedded.latin_runs import LatinRun, is_in_terms, runs_of
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.embedded.substring import MAX_NGRAM
from zhsearch.search.query import Phrase, Word
from zhsearch.search.ranking import FieldNorms, ScanBudget, constants, idf, inside_weight, saturate

_TITLE_FIELD = ("title",)


class LeafScore(NamedTuple):
    """The pages of a word or phrase with its score, the pages with a word in the title, and how the score is
    explained. `is_scanned`: a word was also searched inside longer words."""

    hits: ScoredPages
    titled: IntArray
    note: ScoreNote
    is_scanned: bool = False


class LeafScorer:
    """Scores words and phrases on one snapshot. Pages not `among` may be left out; None: all."""

    def __init__(self, snapshot: Snapshot, norms: FieldNorms) -> None:
        self._snapshot = snapshot
        self._norms = norms
        # Other writings of a word have the same runs: vs code, vs-code.
        self._with_runs: dict[tuple[tuple[LatinRun, ...], tuple[str, ...]], IntArray] = {}

    def word(self, word: Word, among: IntArray | None, budget: ScanBudget) -> LeafScore:
        """The score of a word, which is also searched inside longer words if the budget allows it."""
        fields = TEXT_FIELDS if word.field is None else (word.field,)
        postings = self._snapshot.postings(word.term.encode("utf-8", "surrogatepass"), fields)
        weights = [
            (posting[0], ScoredPages(posting[1], self._norms.weighted_frequency(*posting)))
            for posting in postings
        ]
        weighted = sum_union([hits for _, hits in weights])
        scanned = budget.allows(word, pages=len(weighted.pages))
        parts = [weighted]
        if word.matches_beginnings:
            parts.append(self._beginning_longer_words(word, excluding=weighted.pages))
            weights.append(("beginning", parts[-1]))
        if scanned:
            excluding = unite([part.pages for part in parts])
            parts.append(self._inside_longer_words(word, among, excluding=excluding))
            weights.append(("inside", parts[-1]))
        weighted = sum_union(parts)
        hits = self._saturated(*weighted)
        title = self._add_title_score(hits, postings)
        if word.matches_beginnings:
            self._add_title_beginning(word, hits, title)
        _scale(word.weight, hits, title)
        note = ScoreNote(word.term, "word", hits, weights, title)
        return LeafScore(hits, NO_PAGES.pages if title is None else title.pages, note, scanned)

    def phrase(self, phrase: Phrase, among: IntArray | None) -> LeafScore:
        """The score of a phrase, the same on all of its pages but for those with it in the title."""
        title_only, bounded, pattern = phrase.field == "title", phrase.bounded, phrase.pattern
        pages = titled = self._containing(pattern, among, title_only=title_only, bounded=bounded)
        if not title_only:
            titled = self._containing(pattern, pages, title_only=True, bounded=bounded)
        weighted = np.ones(len(pages))
        weighted[membership(titled, pages)] += 1.0
        hits = self._saturated(pages, weighted)
        _scale(phrase.weight, hits)
        shares = [
            ("title", ScoredPages(titled, np.ones(len(titled)))),
            ("text", ScoredPages(pages, np.ones(len(pages)))),
        ]
        return LeafScore(hits, NO_PAGES.pages, ScoreNote(phrase.pattern, "phrase", hits, shares))

    def _beginning_longer_words(self, word: Word, *, excluding: IntArray) -> ScoredPages:
        """The pages that have a word only as the beginning of longer words, with its weighted frequency.

        `excluding` are those that have it as a term.
        """
        fields = SHOWN_FIELDS if word.field is None else (word.field,)
        pages = self._snapshot.pages_with_longer(word.term, fields)
        pages = pages[~membership(excluding, pages)]
        return ScoredPages(pages, np.full(len(pages), constants.BEGINNING_WEIGHT))

    def _add_title_beginning(self, word: Word, hits: ScoredPages, title: ScoredPages | None) -> None:
        """Add to the scores of pages where only a longer word of the title begins with the word.

        `title` has the pages with the word itself in the title.
        """
        pages = self._snapshot.pages_with_longer(word.term, _TITLE_FIELD)
        if title is not None:
            pages = pages[~membership(title.pages, pages)]
        if not len(pages):
            return
        score = constants.TITLE_BEGINNING_WEIGHT * idf(len(hits.pages), self._snapshot.count)
        hits.points[places_of(pages, hits.pages)] += score

    def _inside_longer_words(self, word: Word, among: IntArray | None, *, excluding: IntArray) -> ScoredPages:
        """The pages that have a word only inside longer words, with its weighted frequency there.

        `excluding` are those that have it as a term, or as the beginning of one.
        """
        if word.matches_beginnings:  # every run of letters is a term, and there are fewer terms than pages
            fields = SHOWN_FIELDS if word.field is None else (word.field,)
            pages = self._snapshot.pages_within_terms(word.term, fields)
            pages = pages[~membership(excluding, pages)]
            if among is not None:
                pages = intersect_all([pages, among])
            return ScoredPages(pages, np.full(len(pages), inside_weight(word)))
        pages = self._containing(
            word.pattern,
            among,
            excluding=excluding,
            title_only=word.field == "title",
            bounded=word.kind == "compound",
        )
        return ScoredPages(pages, np.full(len(pages), inside_weight(word)))

    def _containing(
        self,
        pattern: str,
        among: IntArray | None,
        *,
        excluding: IntArray | None = None,
        title_only: bool,
        bounded: bool,
    ) -> IntArray:
        """See `Snapshot.pages_with`; letters and digits are looked up among the terms."""
        snapshot, fields = self._snapshot, _TITLE_FIELD if title_only else SHOWN_FIELDS
        if is_in_terms(pattern) and not bounded:
            pages = snapshot.pages_within_terms(pattern, fields, mixed=True)
            if len(snapshot.long_runs):
                inside = snapshot.pages_with(
                    pattern, among=snapshot.long_runs, excluding=pages, title_only=title_only
                )
                pages = unite([pages, inside])
            if among is not None:
                pages = intersect(pages, among)
            return pages if excluding is None else pages[~membership(excluding, pages)]
        if len(pattern) > MAX_NGRAM and (runs := runs_of(pattern, bounded=bounded)):
            with_runs = self._with_runs.get((runs, fields))
            if with_runs is None:
                with_runs = self._with_runs[runs, fields] = snapshot.pages_with_runs(runs, fields)
            among = with_runs if among is None else intersect(among, with_runs)
        return snapshot.pages_with(
            pattern, among=among, excluding=excluding, title_only=title_only, bounded=bounded
        )

    def _add_title_score(
        self, hits: ScoredPages, postings: list[tuple[str, IntArray, Array]]
    ) -> ScoredPages | None:
        """Add a word's score in titles to its `hits`; returns it, None where no title has the word."""
        for field, pages, _ in postings:
            if field == "title":
                score = self._norms.title_score(pages, len(hits.pages), self._snapshot.count)
                hits.points[places_of(pages, hits.pages)] += score
                return ScoredPages(pages, score)
        return None

    def _saturated(self, pages: IntArray, weighted: Scores) -> ScoredPages:
        return ScoredPages(pages, saturate(weighted, len(pages), self._snapshot.count))


def _scale(weight: float, *scores: ScoredPages | None) -> None:
    """Multiply scores by the weight of their clause, in place."""
    if weight != 1.0:
        for hits in scores:
            if hits is not None:
                hits.points[:] *= weight
