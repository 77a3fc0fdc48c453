"""A Query's nodes in, the pages that match and what each is worth out."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import IntArray, Mask, Scores
from zhsearch.index.fields import TEXT_FIELDS, facet_key
from zhsearch.search.cache import LruCache
from zhsearch.search.deadline import check_deadline
from zhsearch.search.embedded.explain import ScoreNote
from zhsearch.search.embedded.hits import NO_PAGES, ScoredPages, intersect, membership, sum_union
from zhsearch.search.embedded.question_match import match_question
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query.ast import And, FacetTerm, Node, Not, Or, Phrase, Word
from zhsearch.search.query.model import Filters, Query
from zhsearch.search.ranking.bm25f import SUBSTRING_WEIGHT, FieldNorms, saturate
from zhsearch.search.ranking.questions import SCORE_FLOOR, Question

_MOST_SCANS = 24  # words of a query that are also sought inside other words; a question's rest as terms alone
_OVERHEAD = 800  # bytes that a kept word takes beside its arrays


class MatchResult(NamedTuple):
    """The pages that match before filters, ascending, and how well; whether one lacks a wanted node, and how
    many each has where that comes first; which of them each filter keeps (a mask over `pages` by its facet).
    The best pages of a `question` deserve a second look."""

    pages: IntArray
    score: Scores
    relaxed: bool
    matched_clauses: IntArray | None
    filter_masks: dict[str, Mask]
    question: Question | None

    def filter_mask(self, *, but: str = "") -> Mask | None:
        """Which of the pages all filters but one keep; None for all."""
        masks = [mask for name, mask in self.filter_masks.items() if name != but]
        return np.logical_and.reduce(masks) if masks else None

    def filtered(self) -> "MatchResult":
        """What the filters leave of it, as if there were none."""
        kept = self.filter_mask()
        if kept is None:
            return self
        coverage = None if self.matched_clauses is None else self.matched_clauses[kept]
        return self._replace(
            pages=self.pages[kept], score=self.score[kept], matched_clauses=coverage, filter_masks={}
        )


class WeighedWord(NamedTuple):
    """What a word is worth, and whether it was sought inside longer words as well."""

    hits: ScoredPages
    scanned: bool


WordCache = LruCache[tuple[Word, bool], WeighedWord]
"""Words by what they are and whether they may be sought inside others: queries differ, their words repeat."""


class Matcher:
    """Evaluates one query on one snapshot; notes what every part of it is worth, if it is given where. What
    it learns of `words` it keeps there."""

    def __init__(
        self, snapshot: Snapshot, norms: FieldNorms, words: WordCache, notes: list[ScoreNote] | None = None
    ) -> None:
        self._snapshot = snapshot
        self._norms = norms
        self._words = words
        self._scans_left = _MOST_SCANS
        self._question: Question | None = None
        self._notes = notes

    def match(self, query: Query) -> MatchResult:
        """All that match; whether the query is relaxed depends on what its filters leave."""
        among = None
        required = []
        for node in sorted(query.must, key=lambda node: isinstance(node, Not)):
            hits, among = self._require(node, among)
            required.append(hits)
        relaxed, coverage = False, None
        if query.should:
            several = [self._node(node, among) for node in query.should]
            (pages, score), relaxed, coverage = self._enough(query, several, among)
        else:
            pages = self._snapshot.pages if among is None else among
            score = np.zeros(len(pages))
        if required:
            score = score + _worth(required, pages)
        return MatchResult(
            pages, score, relaxed, coverage, self._filter(pages, query.filters), self._question
        )

    def _require(self, node: Node, among: IntArray | None) -> tuple[ScoredPages, IntArray]:
        """What a required node is worth, and the pages that are left."""
        if isinstance(node, Not):
            left = self._snapshot.pages if among is None else among
            return NO_PAGES, self._without(node, left)
        hits = self._node(node, among)
        return hits, hits.pages if among is None else intersect(hits.pages, among)

    def _enough(
        self, query: Query, several: list[ScoredPages], among: IntArray | None
    ) -> tuple[ScoredPages, bool, IntArray | None]:
        """The pages that have enough of the wanted nodes, whether some lack one, and how many they have where
        that is so: they must have all, or where none has all that the filters leave (or it is a question)
        most."""
        wanted = len(several)
        full = _shared([hits.pages for hits in several], among)
        if (wanted == 1 and not query.is_question_form) or (
            not query.is_question and len(self._allowed(full, query.filters))
        ):
            return ScoredPages(full, _worth(several, full)), False, None
        if query.is_question_form:
            hits = self._answering(query, several, full, among)
            lacking = hits.pages[~membership(full, hits.pages)]
            return hits, bool(len(self._allowed(lacking, query.filters))), None
        points = sum_union(several).points
        counts = sum_union([ScoredPages(hits.pages, np.ones(len(hits.pages))) for hits in several])
        pages, coverage = counts.pages, counts.points.astype(np.int64)
        if among is not None:
            inside = membership(among, pages)
            pages, points, coverage = pages[inside], points[inside], coverage[inside]
        kept = self._keeps(pages, query.filters)
        allowed = coverage if kept is None else coverage[kept]
        # Where the filters leave nothing, the facets still tell what there is without them.
        best = int(allowed.max(initial=0)) or int(coverage.max(initial=0))
        if best == wanted and not query.is_question:
            return ScoredPages(full, _worth(several, full)), False, None
        needed = max(1, min((wanted + 1) // 2, best))
        enough = coverage >= needed
        relaxed = bool(((allowed >= needed) & (allowed < wanted)).any())
        return ScoredPages(pages[enough], points[enough]), relaxed, coverage[enough] if relaxed else None

    def _answering(
        self, query: Query, several: list[ScoredPages], full: IntArray, among: IntArray | None
    ) -> ScoredPages:
        """The pages that answer a question well enough, and those that have all of its words. What the words
        of a page say counts, not how many they are: 主要功能 is in many pages, the thing itself in one."""
        if among is not None and any(isinstance(node, Word | Phrase) for node in query.must):
            # A page that has what is quoted is found, if it must be without any other word.
            several = [*several, ScoredPages(among, np.zeros(len(among)))]
        hits, self._question = match_question(self._snapshot, query.question_text, several)
        if self._notes is not None:
            words = [ScoredPages(one.pages, -one.points) for one in several]
            self._notes.append(ScoreNote(query.question_text, "pairs", sum_union([hits, *words])))
        if among is not None:
            inside = membership(among, hits.pages)
            hits = ScoredPages(hits.pages[inside], hits.points[inside])
        kept = self._keeps(hits.pages, query.filters)
        allowed = hits.points if kept is None else hits.points[kept]
        best = allowed.max(initial=0) or hits.points.max(initial=0)
        enough = (hits.points >= SCORE_FLOOR * best) | membership(full, hits.pages)
        return ScoredPages(hits.pages[enough], hits.points[enough])

    def _allowed(self, pages: IntArray, filters: Filters) -> IntArray:
        """Those of the pages that all filters keep."""
        kept = self._keeps(pages, filters)
        return pages if kept is None else pages[kept]

    def _keeps(self, pages: IntArray, filters: Filters) -> Mask | None:
        """Which of the pages all filters keep; None for all."""
        masks = list(self._filter(pages, filters).values())
        return np.logical_and.reduce(masks) if masks else None

    def _filter(self, pages: IntArray, filters: Filters) -> dict[str, Mask]:
        """Which pages each filter keeps, by the facet it belongs to; `year` is the range of days."""
        masks: dict[str, Mask] = {}
        for name, values in filters.by_facet().items():
            facet = self._snapshot.facets[name]
            ids = [facet.by_key[key] for key in map(facet_key, values) if key in facet.by_key]
            masks[name] = facet.has(pages, ids)
        if filters.first_day is not None or filters.last_day is not None:
            first, last = filters.first_day or 1, filters.last_day or 99_999_999
            days = self._snapshot.day[pages]
            masks["year"] = (days >= first) & (days <= last)
        return masks

    def _node(self, node: Node, among: IntArray | None) -> ScoredPages:
        """Where a node matches and what it is worth there; only the pages `among` need be there."""
        check_deadline()
        if isinstance(node, Word):
            return self._word(node, among)
        if isinstance(node, Phrase):
            return self._phrase(node, among)
        if isinstance(node, FacetTerm):
            facet = self._snapshot.facets[node.field]
            pages = facet.pages_of(at for at, value in enumerate(facet.folded) if value == node.value)
            pages = pages[self._snapshot.live[pages]]
            return ScoredPages(pages, np.zeros(len(pages)))
        if isinstance(node, Not):
            pages = self._without(node, self._snapshot.pages if among is None else among)
            return ScoredPages(pages, np.zeros(len(pages)))
        noted = len(self._notes or ())
        parts = [self._node(part, among) for part in node.nodes]
        assert isinstance(node, And | Or)
        if isinstance(node, Or):
            return sum_union(parts)
        pages = _shared([part.pages for part in parts], None)
        if self._notes is not None:  # what only some of them have is worth nothing
            self._notes[noted:] = [note.restrict(pages) for note in self._notes[noted:]]
        return ScoredPages(pages, _worth(parts, pages))

    def _without(self, node: Not, left: IntArray) -> IntArray:
        """The pages that do not match what is excluded, which is worth nothing."""
        notes, self._notes = self._notes, None
        excluded = self._node(node.node, left).pages
        self._notes = notes
        return left[~membership(excluded, left)]

    def _word(self, word: Word, among: IntArray | None) -> ScoredPages:
        key = word, self._scans_left > 0
        weighed = None if self._notes is not None else self._words.get(key)
        # Sought among some pages, a word is as rare as it is there.
        if weighed is None or (weighed.scanned and among is not None):
            weighed = self._weigh(word, among)
            if among is None or not weighed.scanned:
                self._words.put(key, weighed, _size(weighed.hits))
        self._scans_left -= weighed.scanned
        return weighed.hits

    def _weigh(self, word: Word, among: IntArray | None) -> WeighedWord:
        snapshot = self._snapshot
        fields = TEXT_FIELDS if word.field is None else (word.field,)
        term = word.term.encode("utf-8", "surrogatepass")
        postings = snapshot.postings(term, fields)
        weights = [
            (posting[0], ScoredPages(posting[1], self._norms.weighted_frequency(*posting)))
            for posting in postings
        ]
        # A run of letters and digits is a term wherever it stands; Han and compounds may hide in longer ones.
        found = sum_union([hits for _, hits in weights])
        scanned = self._scans_left > 0 and (word.kind != "latin" or not len(found.pages))
        if scanned:
            inside = snapshot.pages_with(
                word.pattern,
                among=among,
                but=found.pages,
                title_only=word.field == "title",
                bounded=word.kind == "compound",
            )
            weights.append(("inside", ScoredPages(inside, np.full(len(inside), SUBSTRING_WEIGHT))))
            found = sum_union((found, weights[-1][1]))
        hits = self._hits(*found)
        titled = None
        for field, pages, _ in postings:
            if field == "title":
                titled = ScoredPages(pages, self._norms.title_score(pages, len(hits.pages), snapshot.count))
                hits.points[hits.pages.searchsorted(pages)] += titled.points
        if self._notes is not None:
            self._notes.append(ScoreNote(word.term, "word", hits, weights, titled))
        return WeighedWord(hits, scanned)

    def _phrase(self, phrase: Phrase, among: IntArray | None) -> ScoredPages:
        snapshot = self._snapshot
        title_only = phrase.field == "title"
        pages = snapshot.pages_with(phrase.pattern, among=among, title_only=title_only)
        titled = pages if title_only else snapshot.pages_with(phrase.pattern, among=pages, title_only=True)
        weighted = np.ones(len(pages))
        weighted[membership(titled, pages)] += 1.0
        hits = self._hits(pages, weighted)
        if self._notes is not None:
            in_title, in_text = (
                ScoredPages(titled, np.ones(len(titled))),
                ScoredPages(pages, np.ones(len(pages))),
            )
            self._notes.append(
                ScoreNote(phrase.pattern, "phrase", hits, [("title", in_title), ("text", in_text)])
            )
        return hits

    def _hits(self, pages: IntArray, weighted: Scores) -> ScoredPages:
        return ScoredPages(pages, saturate(weighted, len(pages), self._snapshot.count))


def _size(hits: ScoredPages) -> int:
    """Bytes that the hits of a word take; they are shared from now on."""
    for array in hits:
        array.flags.writeable = False
    return hits.pages.nbytes + hits.points.nbytes + _OVERHEAD


def _shared(several: Sequence[IntArray], among: IntArray | None) -> IntArray:
    """The pages that are in all of several lists, and among some."""
    pages, *others = sorted(several, key=len)
    for other in others if among is None else (*others, among):
        pages = intersect(pages, other)
    return pages


def _worth(several: Sequence[ScoredPages], pages: IntArray) -> Scores:
    """What hits are worth together on pages that they all have; hits without any are exclusions."""
    points = [hits.scores_on(pages) for hits in several if len(hits.pages)]
    return sum(points[1:], start=points[0]) if points else np.zeros(len(pages))
