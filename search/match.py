"""A Query's nodes in, the pages that match and what each is worth out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from index.arrays import Numbers, joined
from index.fields import TEXT_FIELDS
from search.facets import facet_key
from search.query import All, Any, Filters, Label, Node, Not, Phrase, Query, Word
from search.score import SUBSTRING, FieldNorms, Scores, saturate
from search.sets import Mask, both, contains, either
from search.snapshot import Snapshot

_MOST_SCANS = 24  # words of a query that are also sought inside other words; a question's rest as terms alone


class Hits(NamedTuple):
    """Pages, ascending, and what a node is worth on each."""

    pages: Numbers
    points: Scores


@dataclass(frozen=True, slots=True)
class Matched:
    """The pages that match before filters, ascending; how well, how many of the wanted nodes they have, and
    which of them each filter keeps (a mask over `pages` by the facet that it belongs to)."""

    pages: Numbers
    score: Scores
    coverage: Numbers
    relaxed: bool
    kept: dict[str, Mask]

    def keeps(self, *, but: str = "") -> Mask | None:
        """Which of the pages all filters but one keep; None for all."""
        masks = [mask for name, mask in self.kept.items() if name != but]
        return np.logical_and.reduce(masks) if masks else None


class Matcher:
    """Evaluates one query on one snapshot."""

    def __init__(self, snapshot: Snapshot, norms: FieldNorms) -> None:
        self._snapshot = snapshot
        self._norms = norms
        self._scans_left = _MOST_SCANS

    def match(self, query: Query) -> Matched:
        """All that match; whether the query is relaxed depends on what its filters leave."""
        snapshot = self._snapshot
        score = np.zeros(snapshot.size)
        among = None
        for node in sorted(query.required, key=lambda node: isinstance(node, Not)):
            hits, among = self._require(node, among)
            score[hits.pages] += hits.points
        coverage = np.zeros(snapshot.size, dtype=np.uint16)
        several = [self._node(node, among) for node in query.wanted]
        for hits in several:
            score[hits.pages] += hits.points
            coverage[hits.pages] += 1
        pages, relaxed = self._enough(query, several, coverage, among)
        kept = self._filter(pages, query.filters)
        return Matched(pages, score[pages], coverage[pages].astype(np.int64), relaxed, kept)

    def _require(self, node: Node, among: Numbers | None) -> tuple[Hits, Numbers]:
        """What a required node is worth, and the pages that are left."""
        if isinstance(node, Not):
            left = self._snapshot.pages if among is None else among
            return _NONE, left[~contains(self._node(node.node, left).pages, left)]
        hits = self._node(node, among)
        return hits, hits.pages if among is None else both(hits.pages, among)

    def _enough(
        self, query: Query, several: Sequence[Hits], coverage: Numbers, among: Numbers | None
    ) -> tuple[Numbers, bool]:
        """The pages that have enough of the wanted nodes, and whether some may lack one: they must have all,
        or where none has all that the filters leave (or it is a question) most."""
        wanted = len(several)
        if not wanted:
            return (self._snapshot.pages if among is None else among), False
        rarest = min((hits.pages for hits in several), key=len)
        full = rarest[coverage[rarest] == wanted]
        full = full if among is None else both(full, among)
        if wanted == 1 or (not query.is_question and len(self._allowed(full, query.filters))):
            return full, False
        pages = np.flatnonzero(coverage) if among is None else among
        allowed = self._allowed(pages, query.filters)
        # Where the filters leave nothing, the facets still tell what there is without them.
        best = int(coverage[allowed].max(initial=0)) or int(coverage[pages].max(initial=0))
        if best == wanted and not query.is_question:
            return full, False
        needed = max(1, min((wanted + 1) // 2, best))
        counts = coverage[allowed]
        return pages[coverage[pages] >= needed], bool(((counts >= needed) & (counts < wanted)).any())

    def _allowed(self, pages: Numbers, filters: Filters) -> Numbers:
        """Those of the pages that all filters keep."""
        masks = self._filter(pages, filters).values()
        return pages[np.logical_and.reduce(list(masks))] if masks else pages

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
            left = self._snapshot.pages if among is None else among
            pages = left[~contains(self._node(node.node, left).pages, left)]
            return Hits(pages, np.zeros(len(pages)))
        parts = [self._node(part, among) for part in node.nodes]
        assert isinstance(node, All | Any)
        return self._sum(parts, everywhere=isinstance(node, All))

    def _sum(self, parts: Sequence[Hits], *, everywhere: bool) -> Hits:
        """Pages of any part, or of all of them, with the points of the parts added up."""
        score = np.zeros(self._snapshot.size)
        for part in parts:
            score[part.pages] += part.points
        pages = parts[0].pages
        for part in parts[1:]:
            pages = both(pages, part.pages) if everywhere else either(pages, part.pages)
        return Hits(pages, score[pages])

    def _word(self, word: Word, among: Numbers | None) -> Hits:
        snapshot = self._snapshot
        fields = TEXT_FIELDS if word.field is None else (word.field,)
        total = np.zeros(snapshot.size)
        several: list[Numbers] = []  # pages, each once
        term = word.term.encode("utf-8", "surrogatepass")
        for field, pages, frequencies in snapshot.postings(term, fields):
            before = total[pages] if several else 0.0
            several.append(pages[before == 0.0] if several else pages)
            total[pages] = before + self._norms.weigh(field, pages, frequencies)
        # A run of letters and digits is a term wherever it stands; Han and compounds may hide in longer ones.
        if self._scans_left and (word.kind != "latin" or not any(map(len, several))):
            self._scans_left -= 1
            inside = snapshot.pages_with(
                word.needle,
                among=among,
                but=total,
                title_only=word.field == "title",
                bounded=word.kind == "compound",
            )
            total[inside] = SUBSTRING
            several.append(inside)
        several = [pages for pages in several if len(pages)]
        pages = joined(several)
        if len(several) > 1:
            pages.sort()
        return self._hits(pages, total[pages])

    def _phrase(self, phrase: Phrase, among: Numbers | None) -> Hits:
        snapshot = self._snapshot
        in_title = phrase.field == "title"
        pages = snapshot.pages_with(phrase.needle, among=among, title_only=in_title)
        titled = pages if in_title else snapshot.pages_with(phrase.needle, among=pages, title_only=True)
        weighted = np.ones(len(pages))
        weighted[contains(titled, pages)] += 1.0
        return self._hits(pages, weighted)

    def _hits(self, pages: Numbers, weighted: Scores) -> Hits:
        return Hits(pages, saturate(weighted, len(pages), self._snapshot.count))


_NONE = Hits(np.zeros(0, dtype=np.int64), np.zeros(0))
