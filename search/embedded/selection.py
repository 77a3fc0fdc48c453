"""The pages that the optional clauses of a query select: by all, by a minimum of them, or by score.

See `Selection` in `ranking.policy`; this evaluates it with arrays.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import IntArray, Mask, Scores
from zhsearch.search.embedded.clauses import NodeScore
from zhsearch.search.embedded.explain import ScoreNote
from zhsearch.search.embedded.filters import PageFilters
from zhsearch.search.embedded.hits import (
    NO_PAGES,
    ScoredPages,
    intersect,
    intersect_all,
    membership,
    sum_on,
    sum_on_any,
    sum_union,
    unite,
)
from zhsearch.search.embedded.question_match import match_question
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query import Query
from zhsearch.search.ranking import (
    Question,
    Selection,
    clause_shares,
    constants,
    is_weak,
    minimum_should_match,
    musts_match_alone,
    names_missing,
    naming_clauses,
    needed,
    score_floor,
    selections,
)


class Selected(NamedTuple):
    """The selected pages, ascending, and their scores. `relaxed`: some page that passes the filters lacks a
    clause; `weak`: all of these lack most of the query. `matched_clauses` (page,) is how many each matches,
    where that orders them; `question` what they were matched as, if as a question; `clauses` the pages of
    each clause, where hits tell what they lack."""

    pages: IntArray
    score: Scores
    relaxed: bool = False
    weak: bool = False
    matched_clauses: IntArray | None = None
    question: Question | None = None
    clauses: Sequence[IntArray] = ()


class ClauseSelector:
    """Selects pages by the optional clauses of one query.

    `clauses` are the scores of each; `among` are the pages that match the required clauses (None: all).
    """

    def __init__(
        self,
        snapshot: Snapshot,
        query: Query,
        clauses: Sequence[NodeScore],
        among: IntArray | None,
        filters: PageFilters,
        notes: list[ScoreNote] | None,
    ) -> None:
        self._snapshot = snapshot
        self._query = query
        self._clauses = [clause.hits for clause in clauses]
        self._titled = [clause.titled for clause in clauses]
        self._among = among
        self._filters = filters
        self._notes = notes
        lists = [hits.pages for hits in self._clauses]
        self._with_all = intersect_all(lists if among is None else [*lists, among])

    def select(self) -> Selected:
        """The pages of the strictest selection that leaves any page after the filters, or of the last."""
        selected = self._selected()
        if selected.relaxed and names_missing(self._query):
            return selected._replace(clauses=[hits.pages for hits in self._clauses])
        return selected

    def _selected(self) -> Selected:
        first, *relaxed = selections(self._query)
        if first is Selection.ALL and (not relaxed or len(self._filters.apply(self._with_all))):
            return self._all_or_named() if relaxed else self._all()
        last = relaxed[-1] if relaxed else first
        return self._most() if last is Selection.MOST else self._by_score()

    def _all(self) -> Selected:
        return Selected(self._with_all, sum_on(self._clauses, self._with_all))

    def _all_or_named(self) -> Selected:
        """Pages that match every clause; where no title of theirs names the query, those whose title does."""
        if not any(map(len, self._titled)):
            return self._all()
        if self._has_any([*self._titled, self._with_all]):  # a title with every word, which is frequent
            return self._all()
        named = self._named(self._shares())
        if not len(named) or self._has_any([named, self._with_all]):
            return self._all()
        pages = unite([self._with_all, named])
        relaxed = len(self._filters.apply(named)) > 0
        return Selected(pages, sum_on_any(self._clauses, pages), relaxed)

    def _has_any(self, lists: Sequence[IntArray]) -> bool:
        """Whether a page that passes the filters is in all lists."""
        return len(self._filters.apply(intersect_all(lists))) > 0

    def _named(self, shares: Sequence[float]) -> IntArray:
        """The pages that their titles name."""
        sets = naming_clauses(self._query, shares)
        if not sets:
            return NO_PAGES.pages
        lists = [intersect_all([self._titled[place] for place in places]) for places in sets]
        pages = unite(lists)
        return pages if self._among is None else intersect(pages, self._among)

    def _most(self) -> Selected:
        """Pages that match a minimum number of clauses, and a minimum share of the query."""
        counted = self._union_of([1.0] * len(self._clauses))
        shares = self._shares()
        counts, share = counted.points.astype(np.int64), self._union_of(shares).points
        possible = share >= constants.MIN_QUERY_SHARE
        if self._among is not None:
            possible &= membership(self._among, counted.pages)
        pages, counts, share = counted.pages[possible], counts[possible], share[possible]
        named = membership(self._named(shares), pages)
        counts[named] = np.maximum(counts[named], minimum_should_match(len(self._clauses)))
        passes = self._passes(pages)
        passing = counts[passes]
        best = int(passing.max(initial=0)) or int(counts.max(initial=0))
        least, clauses = needed(self._query, best), len(self._clauses)
        if least == clauses:
            return self._all()
        enough = counts >= least
        relaxed = bool(((passing >= least) & (passing < clauses)).any())
        points = sum_on_any(self._clauses, pages[enough])
        if not relaxed:
            return Selected(pages[enough], points)
        weak = is_weak(float(share[enough & passes].max(initial=0.0)))
        return Selected(pages[enough], points, relaxed, weak, counts[enough])

    def _union_of(self, values: Sequence[float]) -> ScoredPages:
        """The pages of any clause, with the sum of the values of those that each matches."""
        valued = zip(self._clauses, values, strict=True)
        return sum_union([_constant(hits.pages, value) for hits, value in valued])

    def _shares(self) -> list[float]:
        """The share of the query that each clause is worth."""
        among = self._among
        lists = [hits.pages for hits in self._clauses]
        counts = [len(pages if among is None else intersect(pages, among)) for pages in lists]
        return clause_shares(self._query, counts, self._snapshot.count)

    def _passes(self, pages: IntArray) -> Mask:
        """Which pages pass the filters."""
        mask = self._filters.mask(pages)
        return np.ones(len(pages), dtype=np.bool_) if mask is None else mask

    def _by_score(self) -> Selected:
        """Pages whose score for a question is above the floor, and those that match all clauses.

        The rarity of words counts, not their number: 主要功能 is on many pages, the name of a thing on one.
        """
        hits, question = self._question_scores()
        passes = self._passes(hits.pages)
        best = hits.points[passes].max(initial=0) or hits.points.max(initial=0)
        has_all = membership(self._with_all, hits.pages)
        enough = (hits.points >= score_floor(best)) | has_all
        lacking = hits.pages[enough & ~has_all]
        relaxed = bool(len(self._filters.apply(lacking)))
        weak = relaxed and self._lacks_words(hits.pages[enough & passes])
        return Selected(hits.pages[enough], hits.points[enough], relaxed, weak, None, question)

    def _lacks_words(self, pages: IntArray) -> bool:
        """Whether these hits are weak, where hits tell what they lack."""
        if not names_missing(self._query):
            return False
        union = self._union_of(self._shares())
        return is_weak(float(union.points[membership(pages, union.pages)].max(initial=0.0)))

    def _question_scores(self) -> tuple[ScoredPages, Question]:
        """The score of every page that shares a word or bigram with the question."""
        clauses, among = list(self._clauses), self._among
        if among is not None and musts_match_alone(self._query):
            clauses.append(ScoredPages(among, np.zeros(len(among))))
        hits, question = match_question(self._snapshot, self._query.question_text, clauses)
        if self._notes is not None:
            words = [ScoredPages(clause.pages, -clause.points) for clause in clauses]
            self._notes.append(ScoreNote(self._query.question_text, "pairs", sum_union([hits, *words])))
        if among is None:
            return hits, question
        inside = membership(among, hits.pages)
        return ScoredPages(hits.pages[inside], hits.points[inside]), question


def _constant(pages: IntArray, points: float) -> ScoredPages:
    """Pages with the same points each."""
    return ScoredPages(pages, np.full(len(pages), points))
