"""Facets and filters: aggregations for OpenSearch, and the facet values of its responses.

A facet is counted over the matches that pass all filters but its own, in one request: the filters are the
post filter of the search, and each facet's aggregation has those of the others.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhsearch.index.analysis import facet_text
from zhsearch.index.fields import FACETS as VALUE_FACETS
from zhsearch.index.fields import facet_array, facet_key
from zhsearch.search.engine import DATE_FACETS, DATE_FILTER, FACETS, FacetValue, selected_values
from zhsearch.search.opensearch.mapping import raw_facet
from zhsearch.search.opensearch.query_dsl import Dsl, all_of
from zhsearch.search.query import Filters, Query

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


def value_aggregations(own: Sequence[str]) -> dict[str, Dsl]:
    """The aggregations over all pages that `values_of` reads; `own` are the site's own facets."""
    spellings = {raw_facet(name): _terms(raw_facet(name)) for name in (*VALUE_FACETS, *own)}
    return {**spellings, **{name: _terms(facet_array(name)) for name in all_facets(own)}}


def values_of(aggregations: Mapping[str, Any], own: Sequence[str]) -> FacetValues:
    """The values of all facets, from the response to `value_aggregations`."""
    names = all_facets(own)
    shown: dict[str, dict[str, str]] = {name: {} for name in names}
    folded: dict[str, dict[str, list[str]]] = {name: {} for name in names}
    counts = {name: _counts(aggregations[name]) for name in names}
    for name in (*VALUE_FACETS, *own):
        spellings = _counts(aggregations[raw_facet(name)])
        for value in sorted(spellings, key=lambda value: (-spellings[value], value)):
            shown[name].setdefault(facet_key(value), value)
        for key in counts[name]:
            folded[name].setdefault(facet_text(shown[name].get(key, key)), []).append(key)
    return FacetValues(shown, counts, folded)


def all_facets(own: Sequence[str]) -> tuple[str, ...]:
    """All facets of a result, in order."""
    return (*FACETS, *own)


def filters_of(filters: Filters) -> dict[str, Dsl]:
    """The query of each filter by its facet, or DATE_FILTER."""
    queries: dict[str, Dsl] = {
        name: {"terms": {facet_array(name): sorted(set(map(facet_key, values)))}}
        for name, values in filters.by_facet().items()
    }
    if filters.days:
        first, last = filters.days
        queries[DATE_FILTER] = {"range": {"day": {"gte": first, "lte": last}}}
    return queries


def facet_aggregations(filters: Mapping[str, Dsl], names: Sequence[str]) -> dict[str, Dsl]:
    """Aggregations that count each facet over the matches that pass all filters but its own."""
    aggregations = {}
    for name in names:
        own = DATE_FILTER if name in DATE_FACETS else name
        others = [query for other, query in filters.items() if other != own]
        aggregations[name] = {"filter": all_of(others), "aggs": {"values": _terms(facet_array(name))}}
    return aggregations


def facets_of(
    aggregations: Mapping[str, Any], values: FacetValues, query: Query
) -> dict[str, list[FacetValue]]:
    """The facets of a result that the query wants counted, from the response to `facet_aggregations`. A
    selected value is shown even if no match has it."""
    selected: dict[str, list[str]] = {name: [] for name in values.counts}
    for name, key in selected_values(query.filters, values.counts):
        selected[name].append(key)
    facets = {}
    for name in values.counts if query.counted_facets is None else query.counted_facets:
        keys = selected[name]
        counts = dict.fromkeys(keys, 0) | _counts(aggregations[name]["values"])
        facets[name] = _shown(name, counts, values, keys)
    return facets


def all_tags(values: FacetValues) -> list[FacetValue]:
    """All tags with the number of their pages."""
    return _shown("tag", values.counts["tag"], values, ())


def all_languages(values: FacetValues) -> list[str]:
    """The languages of the pages, that of most pages first."""
    return [language["value"] for language in _shown("lang", values.counts["lang"], values, ())]


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
