"""The embedded engine: a Query evaluated on a snapshot of a Whoosh index."""

import numpy as np

from index.arrays import Array, Numbers
from index.records import Document
from index.store import Generation
from search.engine import FACETS, FacetValue, Found, Row
from search.facets import Facet, facet_key
from search.match import Matched, Matcher
from search.periods import days_of
from search.query import Filters, Query
from search.score import FieldNorms
from search.snapshot import Snapshot


class WhooshEngine:
    """Answers from one generation; safe to share between threads, since nothing in it changes."""

    def __init__(self, generation: Generation) -> None:
        self._snapshot = Snapshot(generation)
        self._norms = FieldNorms(self._snapshot.lengths, self._snapshot.live)
        self._generation = generation.id

    @property
    def generation(self) -> str:
        """See Engine."""
        return self._generation

    def __len__(self) -> int:
        return self._snapshot.count

    def search(self, query: Query) -> Found:
        """See Engine."""
        matched = Matcher(self._snapshot, self._norms).match(query)
        kept = matched.keeps()
        chosen = np.arange(len(matched.pages)) if kept is None else np.flatnonzero(kept)
        shown = self._best(chosen, matched, query)
        return Found(
            total=len(chosen),
            relaxed=matched.relaxed,
            rows=tuple(self._row(int(matched.pages[at]), float(matched.score[at])) for at in shown),
            facets=self._count_facets(matched, query.filters),
        )

    def recent(self, count: int, lang: str | None = None) -> list[Document]:
        """See Engine."""
        snapshot = self._snapshot
        filters = Filters(langs=(lang,) if lang else (), first_day=1)
        query = Query("", filters=filters, sort="newest", per_page=count)
        matched = Matcher(snapshot, self._norms).match(query)
        kept = matched.keeps()
        assert kept is not None
        shown = self._best(np.flatnonzero(kept), matched, query)
        return [snapshot.document(int(page))[0] for page in matched.pages[shown]]

    def tags(self) -> list[FacetValue]:
        """See Engine."""
        facet = self._snapshot.facets["tag"]
        return list(_count(facet, facet.count(self._snapshot.pages), frozenset(), by_count=True))

    def _row(self, page: int, score: float) -> Row:
        return Row(*self._snapshot.document(page), score)

    def _best(self, chosen: Numbers, matched: Matched, query: Query) -> Numbers:
        """The matches of the page asked for, in order; `chosen` are places in `matched`."""
        first = (query.page - 1) * query.per_page
        last = first + query.per_page
        pages = matched.pages[chosen]
        if query.sort != "relevance":
            places = self._snapshot.oldest if query.sort == "oldest" else self._snapshot.newest
            return chosen[_smallest((places[pages],), last)[first:last]]
        # A page that has more of the words stands above one that has fewer.
        keys = (-matched.coverage[chosen], -matched.score[chosen], self._snapshot.newest[pages])
        return chosen[_smallest(keys, last)[first:last]]

    def _count_facets(self, matched: Matched, filters: Filters) -> dict[str, tuple[FacetValue, ...]]:
        """Counts of each facet over the matches that all filters but its own leave."""
        wanted = {"tag": filters.tags, "category": filters.categories, "lang": filters.langs}
        facets = {}
        for name in FACETS:
            dated = name in ("year", "month")
            kept = matched.keeps(but="year" if dated else name)
            facet = self._snapshot.facets[name]
            counts = facet.count(matched.pages if kept is None else matched.pages[kept])
            chosen = _chosen_period(facet, filters) if dated else wanted[name]
            facets[name] = _count(facet, counts, frozenset(map(facet_key, chosen)), by_count=not dated)
        return facets


def _smallest(keys: tuple[Array, ...], count: int) -> Numbers:
    """Places of the `count` smallest by several keys, the first above the others, in order.

    Only those that the first key leaves open are compared by the next, and nothing is sorted but the result.
    """
    key, *others = keys
    places = np.arange(len(key))
    if len(key) > count:
        limit = np.partition(key, count - 1)[count - 1]
        inside, open_ = np.flatnonzero(key < limit), np.flatnonzero(key == limit)
        left = count - len(inside)
        if others and len(open_) > left:
            open_ = open_[_smallest(tuple(other[open_] for other in others), left)]
        places = np.concatenate((inside, open_))
    return places[np.lexsort(tuple(key[places] for key in reversed(keys)))][:count]


def _chosen_period(facet: Facet, filters: Filters) -> tuple[str, ...]:
    """The year or month that the range of days asked for is, if it is one."""
    if filters.first_day is None or filters.last_day is None:
        return ()
    return tuple(value for value in facet.values if days_of(value) == (filters.first_day, filters.last_day))


def _count(
    facet: Facet, counts: Numbers, chosen: frozenset[str], *, by_count: bool
) -> tuple[FacetValue, ...]:
    """The values of a facet that some page has or that were chosen: most used first, or latest first."""
    shown = counts > 0
    shown[[facet.by_key[key] for key in chosen if key in facet.by_key]] = True
    places = np.flatnonzero(shown)
    # Values stand in the order of their names.
    places = places[np.lexsort((facet.order[places], -counts[places]))] if by_count else places[::-1]
    return tuple(
        FacetValue(facet.values[at], count, facet.keys[at] in chosen)
        for at, count in zip(places.tolist(), counts[places].tolist(), strict=True)
    )
