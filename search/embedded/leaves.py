"""Scores of the leaves of a query, words and phrases, on all pages of a snapshot."""

import re
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, IntArray, Scores
from zhsearch.index.fields import SHOWN_FIELDS, TEXT_FIELDS
from zhsearch.search.embedded.explain import ScoreNote
from zhsearch.search.embedded.hits import (
    NO_PAGES,
    ScoredPages,
    intersect_all,
    membership,
    sum_union,
    unite,
)
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query import Phrase, Word
from zhsearch.search.ranking import FieldNorms, ScanBudget, constants, idf, inside_weight, saturate

_WORD = re.compile("(?<![0-9a-z])[a-z]+(?![0-9a-z])")  # in a folded text


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
        if word.matches_beginnings:
            longer = self._beginning_longer_words(word, excluding=weighted.pages)
            weights.append(("beginning", longer))
            weighted = sum_union((weighted, longer))
        if scanned:
            inside = self._inside_longer_words(word, among, excluding=weighted.pages)
            weights.append(("inside", inside))
            weighted = sum_union((weighted, inside))
        hits = self._saturated(*weighted)
        title = self._add_title_score(hits, postings)
        if word.matches_beginnings:
            self._add_title_beginning(word, hits, title)
        _scale(word.weight, hits, title)
        note = ScoreNote(word.term, "word", hits, weights, title)
        return LeafScore(hits, NO_PAGES.pages if title is None else title.pages, note, scanned)

    def phrase(self, phrase: Phrase, among: IntArray | None) -> LeafScore:
        """The score of a phrase, the same on all of its pages but for those with it in the title."""
        snapshot = self._snapshot
        title_only, bounded, pattern = phrase.field == "title", phrase.bounded, phrase.pattern
        among = self._with_words_of(phrase, among) if bounded else among
        pages = snapshot.pages_with(pattern, among=among, title_only=title_only, bounded=bounded)
        titled = pages
        if not title_only:
            titled = snapshot.pages_with(pattern, among=pages, title_only=True, bounded=bounded)
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
        pages = self._snapshot.pages_with_beginning(word.term, fields)
        pages = pages[~membership(excluding, pages)]
        return ScoredPages(pages, np.full(len(pages), constants.BEGINNING_WEIGHT))

    def _add_title_beginning(self, word: Word, hits: ScoredPages, title: ScoredPages | None) -> None:
        """Add to the scores of pages where only a longer word of the title begins with the word.

        `title` has the pages with the word itself in the title.
        """
        pages = self._snapshot.pages_with_beginning(word.term, ("title",))
        if title is not None:
            pages = pages[~membership(title.pages, pages)]
        score = constants.TITLE_BEGINNING_WEIGHT * idf(len(hits.pages), self._snapshot.count)
        hits.points[hits.pages.searchsorted(pages)] += score

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
        pages = self._snapshot.pages_with(
            word.pattern,
            among=among,
            excluding=excluding,
            title_only=word.field == "title",
            bounded=word.kind == "compound",
        )
        return ScoredPages(pages, np.full(len(pages), inside_weight(word)))

    def _add_title_score(
        self, hits: ScoredPages, postings: list[tuple[str, IntArray, Array]]
    ) -> ScoredPages | None:
        """Add a word's score in titles to its `hits`; returns it, None where no title has the word."""
        for field, pages, _ in postings:
            if field == "title":
                score = self._norms.title_score(pages, len(hits.pages), self._snapshot.count)
                hits.points[hits.pages.searchsorted(pages)] += score
                return ScoredPages(pages, score)
        return None

    def _with_words_of(self, phrase: Phrase, among: IntArray | None) -> IntArray | None:
        """The pages `among` that have each Latin word of a bounded phrase as a term, which is quicker to tell
        than by n-grams: an alphabet has few."""
        for word in _WORD.findall(phrase.pattern):
            postings = self._snapshot.postings(word.encode(), TEXT_FIELDS)
            pages = unite([pages for _, pages, _ in postings])
            among = pages if among is None else intersect_all([pages, among])
        return among

    def _saturated(self, pages: IntArray, weighted: Scores) -> ScoredPages:
        return ScoredPages(pages, saturate(weighted, len(pages), self._snapshot.count))


def _scale(weight: float, *scores: ScoredPages | None) -> None:
    """Multiply scores by the weight of their clause, in place."""
    if weight != 1.0:
        for hits in scores:
            if hits is not None:
                hits.points[:] *= weight
