"""The embedded engine: a Query evaluated on a snapshot of a Whoosh index."""

from collections.abc import Mapping

import numpy as np

from index.records import Document
from index.store import Generation
from search.engine import FACETS, FacetValue, Found
from search.match import Matched, Matcher, filter_masks
from search.periods import days_of
from search.query import Filters, Query
from search.snapshot import Facet, Mask, Numbers, Snapshot, facet_key


class WhooshEngine:
    """Answers from one generation; safe to share between threads, since nothing in it changes."""

    def __init__(self, generation: Generation) -> None:
        self._snapshot = Snapshot(generation)
        self._generation = generation.id

    @property
    def generation(self) -> str:
        """See Engine."""
        return self._generation

    def __len__(self) -> int:
        return self._snapshot.count

    def search(self, query: Query) -> Found:
        """See Engine."""
        snapshot = self._snapshot
        masks = filter_masks(snapshot, query.filters)
        allowed = _all(masks, snapshot.live)
        matched = Matcher(snapshot).match(query, allowed)
        pages = np.flatnonzero(matched.mask & allowed)
        first = (query.page - 1) * query.per_page
        shown = _sorted(pages, matched, query, snapshot)[first : first + query.per_page]
        return Found(
            total=len(pages),
            relaxed=matched.relaxed,
            rows=tuple((snapshot.document(int(page)), float(matched.score[page])) for page in shown),
            facets=_count_facets(snapshot, matched.mask, masks, query.filters),
        )

    def recent(self, count: int, lang: str | None = None) -> list[Document]:
        """See Engine."""
        snapshot = self._snapshot
        masks = filter_masks(snapshot, Filters(langs=(lang,) if lang else ()))
        pages = np.flatnonzero(_all(masks, snapshot.live) & (snapshot.day > 0))
        newest = pages[np.argsort(snapshot.newest[pages])][:count]
        return [snapshot.document(int(page)) for page in newest]

    def tags(self) -> list[FacetValue]:
        """See Engine."""
        return list(_count(self._snapshot.facets["tag"], self._snapshot.live, frozenset(), by_count=True))


def _all(masks: Mapping[str, Mask], live: Mask, but: str = "") -> Mask:
    kept = live.copy()
    for name, mask in masks.items():
        if name != but:
            kept &= mask
    return kept


def _sorted(pages: Numbers, matched: Matched, query: Query, snapshot: Snapshot) -> Numbers:
    if query.sort == "oldest":
        return pages[np.argsort(snapshot.oldest[pages])]
    ties = snapshot.newest[pages]
    if query.sort == "newest":
        return pages[np.argsort(ties)]
    # A page that has more of the words stands above one that has fewer.
    return pages[np.lexsort((ties, -matched.score[pages], -matched.coverage[pages]))]


def _count_facets(
    snapshot: Snapshot, matching: Mask, masks: Mapping[str, Mask], filters: Filters
) -> dict[str, tuple[FacetValue, ...]]:
    """Counts of each facet over the matches that all filters but its own leave."""
    wanted = {"tag": filters.tags, "category": filters.categories, "lang": filters.langs}
    facets = {}
    for name in FACETS:
        dated = name in ("year", "month")
        mask = matching & _all(masks, snapshot.live, but="year" if dated else name)
        facet = snapshot.facets[name]
        chosen = _chosen_period(facet, filters) if dated else wanted[name]
        facets[name] = _count(facet, mask, frozenset(map(facet_key, chosen)), by_count=not dated)
    return facets


def _chosen_period(facet: Facet, filters: Filters) -> tuple[str, ...]:
    """The year or month that the range of days asked for is, if it is one."""
    return tuple(value for value in facet.values if days_of(value) == (filters.first_day, filters.last_day))


def _count(facet: Facet, mask: Mask, chosen: frozenset[str], *, by_count: bool) -> tuple[FacetValue, ...]:
    counts = np.bincount(facet.ids[mask[facet.pages]], minlength=len(facet.values))
    values = [
        FacetValue(value, int(count), facet_key(value) in chosen)
        for value, count in zip(facet.values, counts, strict=True)
        if count or facet_key(value) in chosen
    ]
    if by_count:
        values.sort(key=lambda facet_value: (-facet_value.count, facet_value.value))
    else:
        values.sort(key=lambda facet_value: facet_value.value, reverse=True)
    return tuple(values)
