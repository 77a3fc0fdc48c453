"""Scoring of the nodes of a query: the pages that match a word, phrase or group, and their scores, cached."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import IntArray
from zhsearch.search.cache import LruCache
from zhsearch.search.deadline import check_deadline
from zhsearch.search.embedded.deferred import all_of, best_of, sum_of
from zhsearch.search.embedded.explain import ScoreNote
from zhsearch.search.embedded.hits import (
    NO_PAGES,
    Hits,
    ScoredPages,
    intersect_all,
    membership,
    unite,
)
from zhsearch.search.embedded.leaves import LeafScore, LeafScorer
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query import And, FacetTerm, Node, Not, Or, Phrase, Word
from zhsearch.search.ranking import (
    FieldNorms,
    ScanBudget,
    idf,
    writing_factors,
)

_OVERHEAD_BYTES = 800  # of a cached word beside its arrays


class NodeScore(NamedTuple):
    """The pages of a node with its score, and those with its words in the title: all of them, or any of
    alternatives. `scans` of its words were searched inside longer words; `counts` are the numbers of pages of
    its primary leaves."""

    hits: Hits
    titled: IntArray = NO_PAGES.pages
    scans: int = 0
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

    def score(self, node: Node, among: IntArray | None) -> NodeScore:
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
        return NodeScore(ScoredPages(pages, np.zeros(len(pages))))

    def require(self, node: Node, among: IntArray | None) -> tuple[Hits, IntArray]:
        """The scores of a required node, and the pages `among` that match it."""
        if isinstance(node, Not):
            return NO_PAGES, self.exclude(node, self._snapshot.pages if among is None else among)
        hits = self.score(node, among).hits
        return hits, hits.pages if among is None else intersect_all([hits.pages, among])

    def exclude(self, node: Not, pages: IntArray) -> IntArray:
        """Those of the pages that the node does not exclude. What it excludes is neither scored nor noted."""
        notes, self._notes = self._notes, None
        excluded = self.score(node.node, pages).hits.pages
        self._notes = notes
        return pages[~membership(excluded, pages)]

    def _group(self, group: And | Or, among: IntArray | None) -> NodeScore:
        if among is not None or self._notes is not None:
            return self._score_group(group, among)
        key = group, self._budget.remaining
        scored = self._nodes.get(key)
        if scored is None:
            scored = self._score_group(group, None)
            self._nodes.put(key, scored, _freeze(scored))
        else:
            self._budget.spend(scored.scans)
        return scored

    def _score_group(self, group: And | Or, among: IntArray | None) -> NodeScore:
        budget = self._budget.remaining
        places, parts = [], []
        for node in group.nodes:
            places.append(len(self._notes or ()))
            parts.append(self.score(node, among))
        scored, titled = [part.hits for part in parts], [part.titled for part in parts]
        if isinstance(group, Or):
            hits = self._best(group, parts, places) if group.writings else sum_of(scored)
            titles, counts = unite(titled), parts[0].counts
        else:
            hits = all_of(scored)
            if self._notes is not None:  # a page without one of the nodes gets no score from the others
                self._notes[places[0] :] = [note.restrict(hits.pages) for note in self._notes[places[0] :]]
            titles, counts = intersect_all(titled), tuple(count for part in parts for count in part.counts)
        return NodeScore(hits, titles, budget - self._budget.remaining, counts)

    def _best(self, group: Or, parts: Sequence[NodeScore], places: Sequence[int]) -> Hits:
        """The pages of a word and its other writings, each with the score of the best of them.

        `parts` are those of the scored nodes, `places` where the notes of each begin.
        """
        counts = dict(count for part in parts for count in part.counts)
        factors = writing_factors(group, lambda leaf: idf(counts[leaf], self._snapshot.count))
        scored = [part.hits.scaled(factor) for part, factor in zip(parts, factors, strict=True)]
        best = best_of(scored)
        if self._notes is not None:
            ends = [*places[1:], len(self._notes)]
            for number, won in enumerate(_won(scored, best)):
                own = slice(places[number], ends[number])
                notes = [note.restrict(won).scaled(factors[number]) for note in self._notes[own]]
                self._notes[own] = [note.as_writing() for note in notes] if number else notes
        return best

    def _word(self, word: Word, among: IntArray | None) -> NodeScore:
        key = word, int(self._budget.remaining > 0)
        scored = None if self._notes is not None else self._nodes.get(key)
        # A scan among some pages counts these alone, and the IDF follows from the count.
        if scored is None or (scored.scans and among is not None):
            leaf = self._leaves.word(word, among, self._budget)
            self._note(leaf)
            counts = ((word, len(leaf.hits.pages)),)
            scored = NodeScore(leaf.hits, leaf.titled, int(leaf.is_scanned), counts)
            if among is None or not scored.scans:
                self._nodes.put(key, scored, _freeze(scored))
        self._budget.spend(scored.scans)
        return scored

    def _phrase(self, phrase: Phrase, among: IntArray | None) -> NodeScore:
        """The pages of a phrase; those of another writing, which queries repeat, are cached."""
        is_cached = not phrase.quoted and among is None and self._notes is None
        scored = self._nodes.get((phrase, 0)) if is_cached else None
        if scored is None:
            leaf = self._leaves.phrase(phrase, among)
            self._note(leaf)
            scored = NodeScore(leaf.hits, leaf.titled, counts=((phrase, len(leaf.hits.pages)),))
            if is_cached:
                self._nodes.put((phrase, 0), scored, _freeze(scored))
        return scored

    def _note(self, leaf: LeafScore) -> None:
        if self._notes is not None:
            self._notes.append(leaf.note())


def _won(scored: Sequence[Hits], best: Hits) -> Iterator[IntArray]:
    """For each list the pages whose best points are its own, and of no list before it."""
    is_left = np.ones(len(best.pages), dtype=np.bool_)
    for hits in scored:
        places = best.pages.searchsorted(hits.pages)
        wins = is_left[places] & (hits.points == best.points[places])
        is_left[places[wins]] = False
        yield hits.pages[wins]


def _freeze(scored: NodeScore) -> int:
    """Make the arrays of a node, which requests share from now on, read-only; returns their bytes."""
    hits = scored.hits
    for array in (hits.pages, scored.titled, *((hits.points,) if isinstance(hits, ScoredPages) else ())):
        array.flags.writeable = False
    return hits.nbytes + scored.titled.nbytes + _OVERHEAD_BYTES
