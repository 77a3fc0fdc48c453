"""Query nodes in, masks and scores over all pages of a snapshot out."""

from dataclasses import dataclass

import numpy as np

from index.fold import fold_plain
from index.schema import TEXT_FIELDS
from search.query import All, Any, Filters, Label, Node, Not, Phrase, Query, Word
from search.score import SUBSTRING, Scores, saturate, weighted_frequency
from search.snapshot import Facet, Mask, Numbers, Snapshot, facet_key

_MOST_SCANS = (
    24  # words of one query that are also sought inside other words; a question's rest by term alone
)


@dataclass(frozen=True, slots=True)
class Matched:
    """Which pages (page,) match, how well, and how many of the wanted nodes they have."""

    mask: Mask
    score: Scores
    coverage: Numbers
    relaxed: bool


class Matcher:
    """Evaluates one query on one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._scans_left = _MOST_SCANS
        counts = np.maximum(snapshot.count, 1)
        self._means = snapshot.lengths.sum(axis=1, where=snapshot.live) / counts

    def match(self, query: Query, allowed: Mask) -> Matched:
        """Match the query; `allowed` are the pages that the filters leave, which decide about relaxing."""
        snapshot = self._snapshot
        mask = snapshot.live.copy()
        score = np.zeros(snapshot.size)
        coverage = np.zeros(snapshot.size, dtype=np.int64)
        for node in query.required:
            matching, points = self._node(node, mask)
            mask &= matching
            score += points
        for node in query.wanted:
            matching, points = self._node(node, mask)
            coverage += matching
            score += points
        needed = self._needed(query, coverage[mask & allowed])
        mask &= coverage >= needed
        relaxed = bool(needed < len(query.wanted) and (coverage[mask & allowed] < len(query.wanted)).any())
        return Matched(mask, score, coverage, relaxed)

    def _needed(self, query: Query, coverage: Numbers) -> int:
        """How many wanted nodes a page must have: all, or where none has all (or it is a question) most."""
        wanted = len(query.wanted)
        best = int(coverage.max()) if coverage.size else 0
        if wanted < 2 or (best == wanted and not query.is_question):
            return wanted
        return max(1, min((wanted + 1) // 2, best))

    def _node(self, node: Node, among: Mask) -> tuple[Mask, Scores]:
        """Where a node matches and what it is worth there; only the pages `among` need be right."""
        if isinstance(node, Word):
            return self._word(node, among)
        if isinstance(node, Phrase):
            return self._phrase(node, among)
        if isinstance(node, Label):
            mask = self._label(node)
            return mask, np.zeros(len(mask))
        if isinstance(node, Not):
            mask, _ = self._node(node.node, among)
            return ~mask & self._snapshot.live, np.zeros(len(mask))
        parts = [self._node(part, among) for part in node.nodes]
        combine = np.logical_and if isinstance(node, All) else np.logical_or
        assert isinstance(node, All | Any)
        mask = combine.reduce([mask for mask, _ in parts])
        return mask, np.where(mask, np.sum([points for _, points in parts], axis=0), 0.0)

    def _word(self, word: Word, among: Mask) -> tuple[Mask, Scores]:
        snapshot = self._snapshot
        weighted = np.zeros(snapshot.size)
        for row, field in enumerate(TEXT_FIELDS):
            if word.field in (None, field):
                pages, frequencies = snapshot.postings(field, word.term)
                weighted[pages] += weighted_frequency(
                    field, frequencies, snapshot.lengths[row, pages], float(self._means[row])
                )
        # A run of letters and digits is a term wherever it stands; Han and compounds may hide in longer ones.
        if self._scans_left and (word.kind != "latin" or not weighted.any()):
            self._scans_left -= 1
            inside = snapshot.pages_with(
                word.needle,
                among & (weighted == 0),
                title_only=word.field == "title",
                bounded=word.kind == "compound",
            )
            weighted[inside] = SUBSTRING
        return self._points(weighted)

    def _phrase(self, phrase: Phrase, among: Mask) -> tuple[Mask, Scores]:
        snapshot = self._snapshot
        weighted = np.zeros(snapshot.size)
        if phrase.field is None:
            weighted[snapshot.pages_with(phrase.needle, among, title_only=False, bounded=False)] = 1.0
            among = weighted > 0
        weighted[snapshot.pages_with(phrase.needle, among, title_only=True, bounded=False)] += 1.0
        return self._points(weighted)

    def _points(self, weighted: Scores) -> tuple[Mask, Scores]:
        mask = weighted > 0
        return mask, saturate(weighted, int(mask.sum()), self._snapshot.count)

    def _label(self, label: Label) -> Mask:
        facet = self._snapshot.facets[label.field]
        ids = [number for number, value in enumerate(facet.values) if fold_plain(value) == label.value]
        return _pages_of(facet, ids, self._snapshot.size)


def filter_masks(snapshot: Snapshot, filters: Filters) -> dict[str, Mask]:
    """The pages (page,) that each filter leaves, by the facet it belongs to; `year` is the range of days."""
    masks: dict[str, Mask] = {}
    for name, values in (("tag", filters.tags), ("category", filters.categories), ("lang", filters.langs)):
        if values:
            facet = snapshot.facets[name]
            ids = [facet.by_key[key] for key in map(facet_key, values) if key in facet.by_key]
            masks[name] = _pages_of(facet, ids, snapshot.size)
    if filters.first_day is not None or filters.last_day is not None:
        first, last = filters.first_day or 1, filters.last_day or 99_999_999
        masks["year"] = (snapshot.day >= first) & (snapshot.day <= last)
    return masks


def _pages_of(facet: Facet, ids: list[int], size: int) -> Mask:
    mask = np.zeros(size, dtype=np.bool_)
    mask[facet.pages[np.isin(facet.ids, ids)]] = True
    return mask
