"""The evaluation of a query on a snapshot: the matching pages, their scores and the filters."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import IntArray, Mask, Scores
from zhsearch.search.embedded.clauses import ClauseScorer, NodeCache
from zhsearch.search.embedded.explain import ScoreNote
from zhsearch.search.embedded.filters import PageFilters, intersect_masks
from zhsearch.search.embedded.hits import Hits, membership, sum_on
from zhsearch.search.embedded.selection import ClauseSelector, Selected
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query import Query
from zhsearch.search.ranking import FieldNorms, Question, required_order


class MatchResult(NamedTuple):
    """The pages that match before filters, ascending, and their scores.

    `relaxed`: some page that passes the filters lacks an optional clause; `weak`: all of them lack most of
    the query. `matched_clauses` (page,): how many each matches, where that comes before the score; None
    elsewhere. `filter_masks`: which of `pages` pass each filter, by its facet. `question`: what they were
    matched as, if as a question. `clauses`: the pages of each optional clause, where hits tell what they
    lack.
    """

    pages: IntArray
    score: Scores
    relaxed: bool
    weak: bool
    matched_clauses: IntArray | None
    filter_masks: dict[str, Mask]
    question: Question | None
    clauses: Sequence[IntArray]

    def filter_mask(self, *, excluding: str = "") -> Mask | None:
        """Which of the pages pass all filters, without that of the facet `excluding`; None for all pages."""
        return intersect_masks(mask for name, mask in self.filter_masks.items() if name != excluding)

    def missing(self, hits: Sequence[int]) -> list[tuple[int, ...]]:
        """The optional clauses that each of some hits lacks, by number."""
        if not self.clauses:
            return [()] * len(hits)
        numbers = np.array(hits, dtype=np.int64)
        order = numbers.argsort()
        rank = order.argsort()
        lacking = [(~membership(pages, numbers[order]))[rank].tolist() for pages in self.clauses]
        return [
            tuple(number for number, lacks in enumerate(lacking) if lacks[hit]) for hit in range(len(hits))
        ]

    def filtered(self) -> "MatchResult":
        """The matches that pass the filters, without masks."""
        mask = self.filter_mask()
        return self if mask is None else self.narrowed(mask)

    def narrowed(self, mask: Mask) -> "MatchResult":
        """The matches of a mask, without masks of filters."""
        counts = None if self.matched_clauses is None else self.matched_clauses[mask]
        return self._replace(
            pages=self.pages[mask], score=self.score[mask], matched_clauses=counts, filter_masks={}
        )


class Matcher:
    """Evaluates one query on one snapshot. `notes`, if given, gets the scores of its words and phrases on all
    pages; scored words are cached in `words`."""

    def __init__(
        self, snapshot: Snapshot, norms: FieldNorms, words: NodeCache, notes: list[ScoreNote] | None = None
    ) -> None:
        self._snapshot = snapshot
        self._clauses = ClauseScorer(snapshot, norms, words, notes)
        self._notes = notes

    def match(self, query: Query) -> MatchResult:
        """All pages that match. Whether the query is relaxed depends on what its filters leave."""
        filters = PageFilters(self._snapshot, query.filters)
        required, among = self._required(query)
        selected = self._selected(query, among, filters)
        pages, score = selected.pages, selected.score
        if required:
            score = score + sum_on(required, pages)
        masks = filters.masks(pages)
        return MatchResult(
            pages,
            score,
            selected.relaxed,
            selected.weak,
            selected.matched_clauses,
            masks,
            selected.question,
            selected.clauses,
        )

    def _required(self, query: Query) -> tuple[list[Hits], IntArray | None]:
        """The scores of the required clauses, and the pages that match them all; None for all pages."""
        among = None
        scores = []
        for node in required_order(query):
            hits, among = self._clauses.require(node, among)
            scores.append(hits)
        return scores, among

    def _selected(self, query: Query, among: IntArray | None, filters: PageFilters) -> Selected:
        if not query.should:
            pages = self._snapshot.pages if among is None else among
            return Selected(pages, np.zeros(len(pages)))
        clauses = [self._clauses.score(node, among) for node in query.should]
        return ClauseSelector(self._snapshot, query, clauses, among, filters, self._notes).select()
