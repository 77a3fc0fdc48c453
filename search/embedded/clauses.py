"""Scoring of the nodes of a query: the pages that match a word, phrase or group, and their scores, cached."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, IntArray
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
from zhsearch.search.embedded.leaves import LeafScorer
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query import And, FacetTerm, Node, Not, Or, Phrase, Word, primary_leaves
from zhsearch.search.ranking import (
    FieldNorms,
    ScanBudget,
    idf,
    writing_factors,
)

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
        self._leaves = LeafScorer(snapshot, norms)
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
            leaf = self._leaves.word(word, among, self._budget)
            self._note(leaf.note)
            scored = NodeScore(leaf.hits, int(leaf.is_scanned), leaf.titled)
            if among is None or not scored.scans:
                self._nodes.put(key, scored, _freeze(*scored.hits, scored.titled))
        self._budget.spend(scored.scans)
        self._titled[word] = scored.titled
        self._counts[word] = len(scored.hits.pages)
        return scored.hits

    def _phrase(self, phrase: Phrase, among: IntArray | None) -> ScoredPages:
        """The pages of a phrase; those of another writing, which queries repeat, are cached."""
        is_cached = not phrase.quoted and among is None and self._notes is None
        scored = self._nodes.get((phrase, 0)) if is_cached else None
        if scored is None:
            leaf = self._leaves.phrase(phrase, among)
            self._note(leaf.note)
            scored = NodeScore(leaf.hits, 0, leaf.titled)
            if is_cached:
                self._nodes.put((phrase, 0), scored, _freeze(*scored.hits))
        self._counts[phrase] = len(scored.hits.pages)
        return scored.hits

    def _note(self, note: ScoreNote) -> None:
        if self._notes is not None:
            self._notes.append(note)


def _won(scored: Sequence[ScoredPages], best: ScoredPages) -> Iterator[IntArray]:
    """For each list the pages whose best points are its own, and of no list before it."""
    is_left = np.ones(len(best.pages), dtype=np.bool_)
    for hits in scored:
        places = best.pages.searchsorted(hits.pages)
        wins = is_left[places] & (hits.points == best.points[places])
        is_left[places[wins]] = False
        yield hits.pages[wins]


def _freeze(*arrays: Array) -> int:
    """Make the arrays of a word, which requests share from now on, read-only; returns their bytes."""
    for array in arrays:
        array.flags.writeable = False
    return sum(array.nbytes for array in arrays) + _OVERHEAD_BYTES
