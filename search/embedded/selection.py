"""The pages that the optional clauses of a query select: by all, by a minimum of them, or by score.

See `Selection` in `ranking.policy`; this evaluates it with arrays.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import IntArray, Scores
from zhsearch.search.embedded.explain import ScoreNote
from zhsearch.search.embedded.filters import PageFilters
from zhsearch.search.embedded.hits import ScoredPages, intersect_all, membership, sum_on, sum_union
from zhsearch.search.embedded.question_match import match_question
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query import Query
from zhsearch.search.ranking import Question, Selection, musts_match_alone, needed, score_floor, selections


class Selected(NamedTuple):
    """The selected pages, ascending, and their scores. `relaxed`: some page that passes the filters lacks a
    clause. `matched_clauses` (page,) is how many each matches, where that orders them; `question` what they
    were matched as, if as a question."""

    pages: IntArray
    score: Scores
    relaxed: bool = False
    matched_clauses: IntArray | None = None
    question: Question | None = None


class ClauseSelector:
    """Selects pages by the optional clauses of one query.

    `clauses` are the scored pages of each, `among` the pages that match the required clauses (None: all).
    """

    def __init__(
        self,
        snapshot: Snapshot,
        query: Query,
        clauses: Sequence[ScoredPages],
        among: IntArray | None,
        filters: PageFilters,
        notes: list[ScoreNote] | None,
    ) -> None:
        self._snapshot = snapshot
        self._query = query
        self._clauses = clauses
        self._among = among
        self._filters = filters
        self._notes = notes
        lists = [hits.pages for hits in clauses]
        self._with_all = intersect_all(lists if among is None else [*lists, among])

    def select(self) -> Selected:
        """The pages of the strictest selection that leaves any page after the filters, or of the last."""
        first, *relaxed = selections(self._query)
        if first is Selection.ALL and (not relaxed or len(self._filters.apply(self._with_all))):
            return self._all()
        last = relaxed[-1] if relaxed else first
        return self._most() if last is Selection.MOST else self._by_score()

    def _all(self) -> Selected:
        return Selected(self._with_all, sum_on(self._clauses, self._with_all))

    def _most(self) -> Selected:
        """Pages that match a minimum number of clauses."""
        points = sum_union(self._clauses).points
        ones = [ScoredPages(hits.pages, np.ones(len(hits.pages))) for hits in self._clauses]
        counted = sum_union(ones)
        pages, counts = counted.pages, counted.points.astype(np.int64)
        if self._among is not None:
            inside = membership(self._among, pages)
            pages, points, counts = pages[inside], points[inside], counts[inside]
        mask = self._filters.mask(pages)
        passing = counts if mask is None else counts[mask]
        best = int(passing.max(initial=0)) or int(counts.max(initial=0))
        least, clauses = needed(self._query, best), len(self._clauses)
        if least == clauses:
            return self._all()
        enough = counts >= least
        relaxed = bool(((passing >= least) & (passing < clauses)).any())
        return Selected(pages[enough], points[enough], relaxed, counts[enough] if relaxed else None)

    def _by_score(self) -> Selected:
        """Pages whose score for a question is above the floor, and those that match all clauses.

        The rarity of words counts, not their number: 主要功能 is on many pages, the name of a thing on one.
        """
        hits, question = self._question_scores()
        mask = self._filters.mask(hits.pages)
        passing = hits.points if mask is None else hits.points[mask]
        best = passing.max(initial=0) or hits.points.max(initial=0)
        has_all = membership(self._with_all, hits.pages)
        enough = (hits.points >= score_floor(best)) | has_all
        lacking = hits.pages[enough & ~has_all]
        relaxed = bool(len(self._filters.apply(lacking)))
        return Selected(hits.pages[enough], hits.points[enough], relaxed, None, question)

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
