"""Scoring of the nodes of a query: the pages that match a word, phrase or group, with their scores."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, IntArray, Scores
from zhsearch.index.fields import SHOWN_FIELDS, TEXT_FIELDS
from zhsearch.search.cache import LruCache
from zhsearch.search.deadline import check_deadline
from zhsearch.search.embedded.explain import ScoreNote
from zhsearch.search.embedded.hits import (
    NO_PAGES,
    ScoredPages,
    best_union,
    intersect_all,
    membership,
    sum_on,
    sum_union,
    unite,
)
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query import And, FacetTerm, Node, Not, Or, Phrase, Word, primary_leaves
from zhsearch.search.ranking import (
    FieldNorms,
    ScanBudget,
    constants,
    idf,
    inside_weight,
    saturate,
    writing_factors,
)

_WORD = re.compile("(?<![0-9a-z])[a-z]+(?![0-9a-z])")  # in a folded text
_OVERHEAD_BYTES = 800  # of a cached word beside its arrays


class NodeScore(NamedTuple):
    """The pages of a node with its score, how many words were scanned for inside longer words, the pages with
    its words in the title, and of a group the numbers of pages of its primary leaves."""

    hits: ScoredPages
    scans: int
    titled: IntArray
    counts: tuple[tuple[Word | Phrase, int], ...] = ()


NodeCache = LruCache[tuple[Node, int], NodeScore]
"""Scored words, other writings and groups of them by (node, what the scan budget allowed): queries differ,
but their words repeat, and so do the other writings of a word."""


class ClauseScorer:
    """Evaluates the nodes of one query on one snapshot, in the order of the policy.

    `notes` gets the score of every word and phrase on all pages, if it is given. Scored nodes are looked up
    in `nodes` and stored there.
    """

    def __init__(
        self, snapshot: Snapshot, norms: FieldNorms, nodes: NodeCache, notes: list[ScoreNote] | None
    ) -> None:
        self._snapshot = snapshot
        self._norms = norms
        self._nodes = nodes
        self._notes = notes
        self._budget = ScanBudget()
        self._titled: dict[Node, IntArray] = {}
        self._counts: dict[Word | Phrase, int] = {}  # pages of what was scored

    def score(self, node: Node, among: IntArray | None) -> ScoredPages:
        """The pages that match a node, with its scores. Pages not `among` may be left out; None: all."""
        check_deadline()
        if isinstance(node, Word):
            return self._word(node, among)
        if isinstance(node, Phrase):
            return self._phrase(node, among)
        if isinstance(node, And | Or):
            return self._group(node, among)
        if isinstance(node, FacetTerm):
            facet = self._snapshot.facets[node.field]
            pages = facet.pages_of(number for number, value in enumerate(facet.texts) if value == node.value)
            pages = pages[self._snapshot.live[pages]]
        else:
            pages = self.exclude(node, self._snapshot.pages if among is None else among)
        return ScoredPages(pages, np.zeros(len(pages)))

    def titled(self, node: Node) -> IntArray:
        """The pages whose title has the words of a scored node; of alternatives, any words."""
        if node in self._titled:
            return self._titled[node]
        if isinstance(node, And):
            return intersect_all([self.titled(part) for part in node.nodes])
        if isinstance(node, Or):
            return unite(list(map(self.titled, node.nodes)))
        return NO_PAGES.pages

    def require(self, node: Node, among: IntArray | None) -> tuple[ScoredPages, IntArray]:
        """The scores of a required node, and the pages `among` that match it."""
        if isinstance(node, Not):
            return NO_PAGES, self.exclude(node, self._snapshot.pages if among is None else among)
        hits = self.score(node, among)
        return hits, hits.pages if among is None else intersect_all([hits.pages, among])

    def exclude(self, node: Not, pages: IntArray) -> IntArray:
        """Those of the pages that the node does not exclude. What it excludes is neither scored nor noted."""
        notes, self._notes = self._notes, None
        excluded = self.score(node.node, pages).pages
        self._notes = notes
        return pages[~membership(excluded, pages)]

    def _group(self, group: And | Or, among: IntArray | None) -> ScoredPages:
        if among is not None or self._notes is not None:
            return self._score_group(group, among)
        budget = self._budget.remaining
        scored = self._nodes.get((group, budget))
        if scored is None:
            hits = self._score_group(group, None)
            counts = tuple((leaf, self._counts[leaf]) for leaf in primary_leaves(group))
            scored = NodeScore(hits, budget - self._budget.remaining, self.titled(group), counts)
            self._nodes.put((group, budget), scored, _freeze(*hits, scored.titled))
        else:
            self._budget.spend(scored.scans)
            self._counts.update(scored.counts)
        self._titled[group] = scored.titled
        return scored.hits

    def _score_group(self, group: And | Or, among: IntArray | None) -> ScoredPages:
        if isinstance(group, Or) and group.writings:
            return self._best(group, among)
        first_note = len(self._notes or ())
        scored = [self.score(node, among) for node in group.nodes]
        if isinstance(group, Or):
            return sum_union(scored)
        pages = intersect_all([hits.pages for hits in scored])
        if self._notes is not None:  # a page without one of the nodes gets no score from the others
            self._notes[first_note:] = [note.restrict(pages) for note in self._notes[first_note:]]
        return ScoredPages(pages, sum_on(scored, pages))

    def _best(self, group: Or, among: IntArray | None) -> ScoredPages:
        """The pages of a word and its other writings, each with the score of the best of them."""
        places, scored = [], []
        for node in group.nodes:
            places.append(len(self._notes or ()))
            scored.append(self.score(node, among))
        factors = writing_factors(group, self._idf)
        scored = [hits.scaled(factor) for hits, factor in zip(scored, factors, strict=True)]
        best = best_union(scored)
        if self._notes is not None:
            ends = [*places[1:], len(self._notes)]
            for number, won in enumerate(_won(scored, best)):
                part = slice(places[number], ends[number])
                notes = [note.restrict(won).scaled(factors[number]) for note in self._notes[part]]
                self._notes[part] = [note.as_writing() for note in notes] if number else notes
        return best

    def _idf(self, leaf: Word | Phrase) -> float:
        """The IDF of a word or phrase that was scored."""
        return idf(self._counts[leaf], self._snapshot.count)

    def _word(self, word: Word, among: IntArray | None) -> ScoredPages:
        key = word, int(self._budget.remaining > 0)
        scored = None if self._notes is not None else self._nodes.get(key)
        # A scan among some pages counts these alone, and the IDF follows from the count.
        if scored is None or (scored.scans and among is not None):
            scored = self._score_word(word, among)
            if among is None or not scored.scans:
                self._nodes.put(key, scored, _freeze(*scored.hits, scored.titled))
        self._budget.spend(scored.scans)
        self._titled[word] = scored.titled
        self._counts[word] = len(scored.hits.pages)
        return scored.hits

    def _score_word(self, word: Word, among: IntArray | None) -> NodeScore:
        fields = TEXT_FIELDS if word.field is None else (word.field,)
        postings = self._snapshot.postings(word.term.encode("utf-8", "surrogatepass"), fields)
        weights = [
            (posting[0], ScoredPages(posting[1], self._norms.weighted_frequency(*posting)))
            for posting in postings
        ]
        weighted = sum_union([hits for _, hits in weights])
        scanned = self._budget.allows(word, pages=len(weighted.pages))
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
        if self._notes is not None:
            self._notes.append(ScoreNote(word.term, "word", hits, weights, title))
        return NodeScore(hits, int(scanned), NO_PAGES.pages if title is None else title.pages)

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

    def _phrase(self, phrase: Phrase, among: IntArray | None) -> ScoredPages:
        """The pages of a phrase; those of another writing, which queries repeat, are cached."""
        is_cached = not phrase.quoted and among is None and self._notes is None
        scored = self._nodes.get((phrase, 0)) if is_cached else None
        if scored is None:
            scored = NodeScore(self._score_phrase(phrase, among), 0, NO_PAGES.pages)
            if is_cached:
                self._nodes.put((phrase, 0), scored, _freeze(*scored.hits))
        self._counts[phrase] = len(scored.hits.pages)
        return scored.hits

    def _score_phrase(self, phrase: Phrase, among: IntArray | None) -> ScoredPages:
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
        if self._notes is not None:
            shares = [
                ("title", ScoredPages(titled, np.ones(len(titled)))),
                ("text", ScoredPages(pages, np.ones(len(pages)))),
            ]
            self._notes.append(ScoreNote(phrase.pattern, "phrase", hits, shares))
        return hits

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


def _won(scored: Sequence[ScoredPages], best: ScoredPages) -> Iterator[IntArray]:
    """For each list the pages whose best points are its own, and of no list before it."""
    is_left = np.ones(len(best.pages), dtype=np.bool_)
    for hits in scored:
        places = best.pages.searchsorted(hits.pages)
        wins = is_left[places] & (hits.points == best.points[places])
        is_left[places[wins]] = False
        yield hits.pages[wins]


def _scale(weight: float, *scores: ScoredPages | None) -> None:
    """Multiply scores by the weight of their clause, in place."""
    if weight != 1.0:
        for hits in scores:
            if hits is not None:
                hits.points[:] *= weight


def _freeze(*arrays: Array) -> int:
    """Make the arrays of a word, which requests share from now on, read-only; returns their bytes."""
    for array in arrays:
        array.flags.writeable = False
    return sum(array.nbytes for array in arrays) + _OVERHEAD_BYTES
