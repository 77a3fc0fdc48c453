"""Filters and counts in, aggregations for OpenSearch and the values of facets out.

A facet is counted over what all filters but its own leave, in one request: the filters are put behind the
query, and each facet's aggregation has those of the others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zhsearch.index.analysis.folding import fold_plain
from zhsearch.index.fields import FACETS as NAMED
from zhsearch.index.fields import facet_key
from zhsearch.search.engine.protocol import DATE_FACETS, FACETS, FacetValue
from zhsearch.search.opensearch.mapping import RAW_FACETS
from zhsearch.search.opensearch.query_dsl import Dsl, all_of
from zhsearch.search.query.date_range import day_range
from zhsearch.search.query.model import Filters

MOST_VALUES = 10_000
"""Values of a facet that are counted; of more, those that most pages have."""


@dataclass(frozen=True, slots=True)
class FacetValues:
    """The values that an index has of each facet: `shown` by key, as most pages spell it, `counts` over all
    pages, and `folded` the keys by the value as a query writes it."""

    shown: Mapping[str, Mapping[str, str]]
    counts: Mapping[str, Mapping[str, int]]
    folded: Mapping[str, Mapping[str, list[str]]]

    def keys(self, facet: str, folded: str) -> list[str]:
        """The keys of the values that a folded text names."""
        return self.folded[facet].get(folded, [])


def asking_values() -> dict[str, Dsl]:
    """Aggregations for `values_of`."""
    spelt = {name: _terms(name) for name in RAW_FACETS.values()}
    return {**spelt, **{name: _terms(name) for name in FACETS}}


def values_of(aggregations: Mapping[str, Any]) -> FacetValues:
    """The values, from what the aggregations over all pages gave."""
    shown: dict[str, dict[str, str]] = {name: {} for name in FACETS}
    folded: dict[str, dict[str, list[str]]] = {name: {} for name in FACETS}
    counts = {name: _counts(aggregations[name]) for name in FACETS}
    for name in NAMED:
        spelt = _counts(aggregations[RAW_FACETS[name]])
        for value in sorted(spelt, key=lambda value: (-spelt[value], value)):
            shown[name].setdefault(facet_key(value), value)
    for name in NAMED:
        for key in counts[name]:
            folded[name].setdefault(fold_plain(shown[name].get(key, key)), []).append(key)
    return FacetValues(shown, counts, folded)


def filters_of(filters: Filters) -> dict[str, Dsl]:
    """What each filter asks for, by the facet it belongs to; `year` is the range of days."""
    found: dict[str, Dsl] = {
        name: {"terms": {name: sorted(set(map(facet_key, values)))}}
        for name, values in filters.by_facet().items()
    }
    if filters.first_day is not None or filters.last_day is not None:
        first, last = filters.first_day or 1, filters.last_day or 99_999_999
        found["year"] = {"range": {"day": {"gte": first, "lte": last}}}
    return found


def counting(filters: Mapping[str, Dsl]) -> dict[str, Dsl]:
    """Aggregations that count each facet over what the filters but its own leave."""
    found = {}
    for name in FACETS:
        own = "year" if name in DATE_FACETS else name
        others = [query for other, query in filters.items() if other != own]
        found[name] = {"filter": all_of(others), "aggs": {"values": _terms(name)}}
    return found


def facets_of(
    aggregations: Mapping[str, Any], values: FacetValues, filters: Filters
) -> dict[str, list[FacetValue]]:
    """The facets as they are shown, from what the aggregations gave."""
    chosen = dict.fromkeys(_chosen(values, filters))
    found = {}
    for name in FACETS:
        counts = _counts(aggregations[name]["values"])
        for facet, key in chosen:
            if facet == name:
                counts.setdefault(key, 0)
        found[name] = _shown(name, counts, values, {key for facet, key in chosen if facet == name})
    return found


def all_tags(values: FacetValues) -> list[FacetValue]:
    """All tags and how many pages have them."""
    return _shown("tag", values.counts["tag"], values, set())


def _shown(name: str, counts: Mapping[str, int], values: FacetValues, chosen: set[str]) -> list[FacetValue]:
    """The most used first, then by name; of dates the latest first."""
    found: list[FacetValue] = [
        {"value": values.shown[name].get(key, key), "count": count, "selected": key in chosen}
        for key, count in counts.items()
    ]
    if name in DATE_FACETS:
        return sorted(found, key=lambda value: value["value"], reverse=True)
    return sorted(found, key=lambda value: (-value["count"], value["value"]))


def _chosen(values: FacetValues, filters: Filters) -> Iterator[tuple[str, str]]:
    for name, some in filters.by_facet().items():
        for key in map(facet_key, some):
            if key in values.counts[name]:
                yield name, key
    if filters.first_day and filters.last_day:
        for name in DATE_FACETS:
            for period in values.counts[name]:
                if day_range(period) == (filters.first_day, filters.last_day):
                    yield name, period


def _terms(field: str) -> Dsl:
    return {"terms": {"field": field, "size": MOST_VALUES}}


def _counts(aggregation: Mapping[str, Any]) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in aggregation["buckets"]}
