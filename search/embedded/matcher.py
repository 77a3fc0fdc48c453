"""A Query's nodes in, the pages that match and what each is worth out."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.analysis.folding import facet_key
from zhsearch.index.arrays import Numbers
from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.search.cache import Kept
from zhsearch.search.deadline import check
from zhsearch.search.embedded.explain import Note
from zhsearch.search.embedded.hits import NO_HITS, Hits, Mask, Scores, added, both, contains
from zhsearch.search.embedded.question_match import FLOOR, Question, weigh
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query.ast import All, Any, Label, Node, Not, Phrase, Word
from zhsearch.search.query.parser import Filters, Query
from zhsearch.search.ranking.bm25f import SUBSTRING, FieldNorms, saturate

_MOST_SCANS = 24  # words of a query that are also sought inside other words; a question's rest as terms alone
_OVERHEAD = 800  # bytes that a kept word takes beside its arrays


class Matched(NamedTuple):
    """The pages that match before filters, ascending, and how well; whether one lacks a wanted node, and how
    many each has where that comes first; which of them each filter keeps (a mask over `pages` by its facet).
    The best pages of a `question` deserve a second look."""

    pages: Numbers
    score: Scores
    relaxed: bool
    coverage: Numbers | None
    kept: dict[str, Mask]
    question: Question | None

    def keeps(self, *, but: str = "") -> Mask | None:
        """Which of the pages all filters but one keep; None for all."""
        masks = [mask for name, mask in self.kept.items() if name != but]
        return np.logical_and.reduce(masks) if masks else None

    def left(self) -> "Matched":
        """What the filters leave of it, as if there were none."""
        kept = self.keeps()
        if kept is None:
            return self
        coverage = None if self.coverage is None else self.coverage[kept]
        return self._replace(pages=self.pages[kept], score=self.score[kept], coverage=coverage, kept={})


class Weighed(NamedTuple):
    """What a word is worth, and whether it was sought inside longer words as well."""

    hits: Hits
    scanned: bool


Words = Kept[tuple[Word, bool], Weighed]
"""Words by what they are and whether they may be sought inside others: queries differ, their words repeat."""


class Matcher:
    """Evaluates one query on one snapshot; notes what every part of it is worth, if it is given where. What
    it learns of `words` it keeps there."""

    def __init__(
        self, snapshot: Snapshot, norms: FieldNorms, words: Words, notes: list[Note] | None = None
    ) -> None:
        self._snapshot = snapshot
        self._norms = norms
        self._words = words
        self._scans_left = _MOST_SCANS
        self._question: Question | None = None
        self._notes = notes

    def match(self, query: Query) -> Matched:
        """All that match; whether the query is relaxed depends on what its filters leave."""
        among = None
        required = []
        for node in sorted(query.required, key=lambda node: isinstance(node, Not)):
            hits, among = self._require(node, among)
            required.append(hits)
        relaxed, coverage = False, None
        if query.wanted:
            several = [self._node(node, among) for node in query.wanted]
            (pages, score), relaxed, coverage = self._enough(query, several, among)
        else:
            pages = self._snapshot.pages if among is None else among
            score = np.zeros(len(pages))
        if required:
            score = score + _worth(required, pages)
        return Matched(pages, score, relaxed, coverage, self._filter(pages, query.filters), self._question)

    def _require(self, node: Node, among: Numbers | None) -> tuple[Hits, Numbers]:
        """What a required node is worth, and the pages that are left."""
        if isinstance(node, Not):
            left = self._snapshot.pages if among is None else among
            return NO_HITS, self._without(node, left)
        hits = self._node(node, among)
        return hits, hits.pages if among is None else both(hits.pages, among)

    def _enough(
        self, query: Query, several: list[Hits], among: Numbers | None
    ) -> tuple[Hits, bool, Numbers | None]:
        """The pages that have enough of the wanted nodes, whether some lack one, and how many they have where
        that is so: they must have all, or where none has all that the filters leave (or it is a question)
        most."""
        wanted = len(several)
        full = _shared([hits.pages for hits in several], among)
        if (wanted == 1 and not query.asks) or (
            not query.is_question and len(self._allowed(full, query.filters))
        ):
            return Hits(full, _worth(several, full)), False, None
        if query.asks:
            hits = self._answering(query, several, full, among)
            lacking = hits.pages[~contains(full, hits.pages)]
            return hits, bool(len(self._allowed(lacking, query.filters))), None
        points = added(several).points
        counts = added([Hits(hits.pages, np.ones(len(hits.pages))) for hits in several])
        pages, coverage = counts.pages, counts.points.astype(np.int64)
        if among is not None:
            inside = contains(among, pages)
            pages, points, coverage = pages[inside], points[inside], coverage[inside]
        kept = self._keeps(pages, query.filters)
        allowed = coverage if kept is None else coverage[kept]
        # Where the filters leave nothing, the facets still tell what there is without them.
        best = int(allowed.max(initial=0)) or int(coverage.max(initial=0))
        if best == wanted and not query.is_question:
            return Hits(full, _worth(several, full)), False, None
        needed = max(1, min((wanted + 1) // 2, best))
        enough = coverage >= needed
        relaxed = bool(((allowed >= needed) & (allowed < wanted)).any())
        return Hits(pages[enough], points[enough]), relaxed, coverage[enough] if relaxed else None

    def _answering(self, query: Query, several: list[Hits], full: Numbers, among: Numbers | None) -> Hits:
        """The pages that answer a question well enough, and those that have all of its words. What the words
        of a page say counts, not how many they are: 主要功能 is in many pages, the thing itself in one."""
        if among is not None and any(isinstance(node, Word | Phrase) for node in query.required):
            # A page that has what is quoted is found, if it must be without any other word.
            several = [*several, Hits(among, np.zeros(len(among)))]
        hits, self._question = weigh(self._snapshot, query.asked, several)
        if self._notes is not None:
            words = [Hits(one.pages, -one.points) for one in several]
            self._notes.append(Note(query.asked, "pairs", added([hits, *words])))
        if among is not None:
            inside = contains(among, hits.pages)
            hits = Hits(hits.pages[inside], hits.points[inside])
        kept = self._keeps(hits.pages, query.filters)
        allowed = hits.points if kept is None else hits.points[kept]
        best = allowed.max(initial=0) or hits.points.max(initial=0)
        enough = (hits.points >= FLOOR * best) | contains(full, hits.pages)
        return Hits(hits.pages[enough], hits.points[enough])

    def _allowed(self, pages: Numbers, filters: Filters) -> Numbers:
        """Those of the pages that all filters keep."""
        kept = self._keeps(pages, filters)
        return pages if kept is None else pages[kept]

    def _keeps(self, pages: Numbers, filters: Filters) -> Mask | None:
        """Which of the pages all filters keep; None for all."""
        masks = list(self._filter(pages, filters).values())
        return np.logical_and.reduce(masks) if masks else None

    def _filter(self, pages: Numbers, filters: Filters) -> dict[str, Mask]:
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

    def _node(self, node: Node, among: Numbers | None) -> Hits:
        """Where a node matches and what it is worth there; only the pages `among` need be there."""
        check()
        if isinstance(node, Word):
            return self._word(node, among)
        if isinstance(node, Phrase):
            return self._phrase(node, among)
        if isinstance(node, Label):
            facet = self._snapshot.facets[node.field]
            pages = facet.pages_of(at for at, value in enumerate(facet.folded) if value == node.value)
            pages = pages[self._snapshot.live[pages]]
            return Hits(pages, np.zeros(len(pages)))
        if isinstance(node, Not):
            pages = self._without(node, self._snapshot.pages if among is None else among)
            return Hits(pages, np.zeros(len(pages)))
        noted = len(self._notes or ())
        parts = [self._node(part, among) for part in node.nodes]
        assert isinstance(node, All | Any)
        if isinstance(node, Any):
            return added(parts)
        pages = _shared([part.pages for part in parts], None)
        if self._notes is not None:  # what only some of them have is worth nothing
            self._notes[noted:] = [note.among(pages) for note in self._notes[noted:]]
        return Hits(pages, _worth(parts, pages))

    def _without(self, node: Not, left: Numbers) -> Numbers:
        """The pages that do not match what is excluded, which is worth nothing."""
        notes, self._notes = self._notes, None
        excluded = self._node(node.node, left).pages
        self._notes = notes
        return left[~contains(excluded, left)]

    def _word(self, word: Word, among: Numbers | None) -> Hits:
        key = word, self._scans_left > 0
        weighed = None if self._notes is not None else self._words.get(key)
        # Sought among some pages, a word is as rare as it is there.
        if weighed is None or (weighed.scanned and among is not None):
            weighed = self._weigh(word, among)
            if among is None or not weighed.scanned:
                self._words.put(key, weighed, _size(weighed.hits))
        self._scans_left -= weighed.scanned
        return weighed.hits

    def _weigh(self, word: Word, among: Numbers | None) -> Weighed:
        snapshot = self._snapshot
        fields = TEXT_FIELDS if word.field is None else (word.field,)
        term = word.term.encode("utf-8", "surrogatepass")
        postings = snapshot.postings(term, fields)
        weights = [(posting[0], Hits(posting[1], self._norms.weigh(*posting))) for posting in postings]
        # A run of letters and digits is a term wherever it stands; Han and compounds may hide in longer ones.
        found = added([hits for _, hits in weights])
        scanned = self._scans_left > 0 and (word.kind != "latin" or not len(found.pages))
        if scanned:
            inside = snapshot.pages_with(
                word.needle,
                among=among,
                but=found.pages,
                title_only=word.field == "title",
                bounded=word.kind == "compound",
            )
            weights.append(("inside", Hits(inside, np.full(len(inside), SUBSTRING))))
            found = added((found, weights[-1][1]))
        hits = self._hits(*found)
        titled = None
        for field, pages, _ in postings:
            if field == "title":
                titled = Hits(pages, self._norms.entitle(pages, len(hits.pages), snapshot.count))
                hits.points[hits.pages.searchsorted(pages)] += titled.points
        if self._notes is not None:
            self._notes.append(Note(word.term, "word", hits, weights, titled))
        return Weighed(hits, scanned)

    def _phrase(self, phrase: Phrase, among: Numbers | None) -> Hits:
        snapshot = self._snapshot
        title_only = phrase.field == "title"
        pages = snapshot.pages_with(phrase.needle, among=among, title_only=title_only)
        titled = pages if title_only else snapshot.pages_with(phrase.needle, among=pages, title_only=True)
        weighted = np.ones(len(pages))
        weighted[contains(titled, pages)] += 1.0
        hits = self._hits(pages, weighted)
        if self._notes is not None:
            in_title, in_text = Hits(titled, np.ones(len(titled))), Hits(pages, np.ones(len(pages)))
            self._notes.append(Note(phrase.needle, "phrase", hits, [("title", in_title), ("text", in_text)]))
        return hits

    def _hits(self, pages: Numbers, weighted: Scores) -> Hits:
        return Hits(pages, saturate(weighted, len(pages), self._snapshot.count))


def _size(hits: Hits) -> int:
    """Bytes that the hits of a word take; they are shared from now on."""
    for array in hits:
        array.flags.writeable = False
    return hits.pages.nbytes + hits.points.nbytes + _OVERHEAD


def _shared(several: Sequence[Numbers], among: Numbers | None) -> Numbers:
    """The pages that are in all of several lists, and among some."""
    pages, *others = sorted(several, key=len)
    for other in others if among is None else (*others, among):
        pages = both(pages, other)
    return pages


def _worth(several: Sequence[Hits], pages: Numbers) -> Scores:
    """What hits are worth together on pages that they all have; hits without any are exclusions."""
    points = [hits.on(pages) for hits in several if len(hits.pages)]
    return sum(points[1:], start=points[0]) if points else np.zeros(len(pages))
