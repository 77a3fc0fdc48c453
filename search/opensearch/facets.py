"""Facets and filters: aggregations for OpenSearch, and the facet values of its responses.

A facet is counted over the matches that pass all filters but its own, in one request: the filters are the
post filter of the search, and each facet's aggregation has those of the others.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from zhsearch.index.analysis import fold_plain
from zhsearch.index.fields import FACETS as VALUE_FACETS
from zhsearch.index.fields import facet_key
from zhsearch.search.engine import DATE_FACETS, DATE_FILTER, FACETS, FacetValue, selected_values
from zhsearch.search.opensearch.mapping import RAW_FACETS
from zhsearch.search.opensearch.query_dsl import Dsl, all_of
from zhsearch.search.query import Filters

MAX_VALUES = 10_000
"""Values of a facet that are counted; of more, those that most pages have."""


@dataclass(frozen=True, slots=True)
class FacetValues:
    """The values of each facet of an index.

    `shown` has the most frequent spelling by key, `counts` the number of pages by key, and `folded` the keys
    by folded value.
    """

    shown: Mapping[str, Mapping[str, str]]
    counts: Mapping[str, Mapping[str, int]]
    folded: Mapping[str, Mapping[str, list[str]]]

    def keys(self, facet: str, folded: str) -> list[str]:
        """The keys of the values of a facet that a folded text names."""
        return self.folded[facet].get(folded, [])


def value_aggregations() -> dict[str, Dsl]:
    """The aggregations over all pages that `values_of` reads."""
    spellings = {name: _terms(name) for name in RAW_FACETS.values()}
    return {**spellings, **{name: _terms(name) for name in FACETS}}


def values_of(aggregations: Mapping[str, Any]) -> FacetValues:
    """The values of all facets, from the response to `value_aggregations`."""
    shown: dict[str, dict[str, str]] = {name: {} for name in FACETS}
    folded: dict[str, dict[str, list[str]]] = {name: {} for name in FACETS}
    counts = {name: _counts(aggregations[name]) for name in FACETS}
    for name in VALUE_FACETS:
        spellings = _counts(aggregations[RAW_FACETS[name]])
        for value in sorted(spellings, key=lambda value: (-spellings[value], value)):
            shown[name].setdefault(facet_key(value), value)
    for name in VALUE_FACETS:
        for key in counts[name]:
            folded[name].setdefault(fold_plain(shown[name].get(key, key)), []).append(key)
    return FacetValues(shown, counts, folded)


def filters_of(filters: Filters) -> dict[str, Dsl]:
    """The query of each filter by its facet, or DATE_FILTER."""
    queries: dict[str, Dsl] = {
        name: {"terms": {name: sorted(set(map(facet_key, values)))}}
        for name, values in filters.by_facet().items()
    }
    if filters.days:
        first, last = filters.days
        queries[DATE_FILTER] = {"range": {"day": {"gte": first, "lte": last}}}
    return queries


def facet_aggregations(filters: Mapping[str, Dsl]) -> dict[str, Dsl]:
    """Aggregations that count each facet over the matches that pass all filters but its own."""
    aggregations = {}
    for name in FACETS:
        own = DATE_FILTER if name in DATE_FACETS else name
        others = [query for other, query in filters.items() if other != own]
        aggregations[name] = {"filter": all_of(others), "aggs": {"values": _terms(name)}}
    return aggregations


def facets_of(
    aggregations: Mapping[str, Any], values: FacetValues, filters: Filters
) -> dict[str, list[FacetValue]]:
    """The facets of a result, from the response to `facet_aggregations`. A selected value is shown even if no
    match has it."""
    selected: dict[str, list[str]] = {name: [] for name in FACETS}
    for name, key in selected_values(filters, values.counts):
        selected[name].append(key)
    facets = {}
    for name, keys in selected.items():
        counts = dict.fromkeys(keys, 0) | _counts(aggregations[name]["values"])
        facets[name] = _shown(name, counts, values, keys)
    return facets


def all_tags(values: FacetValues) -> list[FacetValue]:
    """All tags with the number of their pages."""
    return _shown("tag", values.counts["tag"], values, ())


def _shown(
    name: str, counts: Mapping[str, int], values: FacetValues, selected: Collection[str]
) -> list[FacetValue]:
    """The values of a facet in order: the most used first, then by name; dates by date, latest first."""
    shown: list[FacetValue] = [
        {"value": values.shown[name].get(key, key), "count": count, "selected": key in selected}
        for key, count in counts.items()
    ]
    if name in DATE_FACETS:
        return sorted(shown, key=lambda value: value["value"], reverse=True)
    return sorted(shown, key=lambda value: (-value["count"], value["value"]))


def _terms(field: str) -> Dsl:
    return {"terms": {"field": field, "size": MAX_VALUES}}


def _counts(aggregation: Mapping[str, Any]) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in aggregation["buckets"]}
