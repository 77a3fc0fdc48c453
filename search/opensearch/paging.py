"""The request for one page of hits, and the steps to pages behind the result window.

OpenSearch returns the first 10,000 hits of a query at most; those behind are reached by `search_after`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from zhsearch.search.errors import TooDeepError
from zhsearch.search.opensearch.collapse import GROUP_FIELDS, collapsing, firsts, total_of
from zhsearch.search.opensearch.facets import all_facets, facet_aggregations
from zhsearch.search.opensearch.planner import Plan
from zhsearch.search.opensearch.query_dsl import NEWEST, Dsl, all_of
from zhsearch.search.opensearch.searcher import PAGE_FIELDS, ClusterIndex
from zhsearch.search.query import Query

RESULT_WINDOW = 10_000
"""Hits that OpenSearch returns at once, from the first on: its default `index.max_result_window`."""

MAX_PAGED_HITS = 100_000
"""Hits that can be paged through."""

_DATE_SORTS = {
    "newest": NEWEST,
    "oldest": [{"instant": {"order": "asc", "missing": "_last"}}, *NEWEST[1:]],
}


def response_to(
    index: ClusterIndex,
    plan: Plan,
    query: Query,
    filters: Mapping[str, Dsl],
    facets: Sequence[str],
    *,
    collapsed: bool,
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The response to a plan, and the response to its companion; `facets` are the site's own.

    The first has the counts of all matches, and the hits of the requested page; where those are re-ranked,
    the hits from the best on. `collapsed`: near copies are one hit. Raises TooDeepError where the page lies
    behind MAX_PAGED_HITS.
    """
    start, size = _hits_range(plan, query)
    body = _body(plan, query, filters, facets, (start, size))
    if collapsed:
        body["collapse"], body["aggs"]["groups"] = collapsing(filters)
        body["docvalue_fields"] = [*body["docvalue_fields"], *GROUP_FIELDS]
    is_far = start + size > RESULT_WINDOW
    first = {**body, "from": 0, "size": 0} if is_far else body
    if plan.companion is None:
        response, companion = index.search(first), None
    else:
        response, companion = index.msearch([first, plan.companion])
    response.setdefault("aggregations", {})  # left out where none is asked for
    if is_far and total_of(response) > start:
        far_hits = _far_groups if collapsed else _far_hits
        response["hits"]["hits"] = far_hits(index, body, start, size)
    return response, companion


def _hits_range(plan: Plan, query: Query) -> tuple[int, int]:
    """The first hit to return, counted from 0, and how many."""
    first, rerank = (query.page - 1) * query.per_page, plan.rerank(query)
    if rerank and first < rerank.depth:
        return 0, max(first + query.per_page, rerank.depth)
    return first, query.per_page


def _body(
    plan: Plan,
    query: Query,
    filters: Mapping[str, Dsl],
    facets: Sequence[str],
    hits: tuple[int, int],
) -> Dsl:
    (start, size), rerank = hits, plan.rerank(query)
    counted = all_facets(facets) if query.counted_facets is None else query.counted_facets
    aggregations = facet_aggregations(filters, counted)
    if plan.full is not None:
        lacking = {"bool": {"must_not": [plan.full], "filter": list(filters.values())}}
        aggregations["lacking"] = {"filter": lacking}
    if plan.strong is not None:
        aggregations["strong"] = {"filter": all_of([plan.strong, *filters.values()])}
    if plan.named is not None:
        aggregations["named"] = {"filter": all_of([plan.named, *filters.values()])}
        aggregations["nameable"] = {"global": {}, "aggs": {"pages": {"filter": plan.named}}}
    return {
        "from": start,
        "size": size,
        "track_total_hits": True,
        "track_scores": True,
        # Of many hits that are re-ranked by their titles alone, those that are shown are opened afterwards.
        "_source": False if rerank and not rerank.reads_text else list(PAGE_FIELDS),
        "docvalue_fields": ["title.key"],
        "query": plan.query,
        "post_filter": all_of(filters.values()),
        "aggs": aggregations,
        "sort": _DATE_SORTS.get(query.sort, ["_score", *NEWEST]),
    }


def _far_hits(index: ClusterIndex, body: Dsl, start: int, size: int) -> list[dict[str, Any]]:
    """Some hits behind the result window: step by step, each after the last hit of the one before."""
    if start >= MAX_PAGED_HITS:
        raise TooDeepError(MAX_PAGED_HITS)
    bare = {**body, "from": 0, "track_total_hits": False, "aggs": {}}
    after: Dsl = {}
    skipped = 0
    while skipped < start:
        step_size = min(RESULT_WINDOW, start - skipped)
        step = {**bare, **after, "size": step_size, "_source": False, "docvalue_fields": []}
        hits = index.search(step, filter_path="hits.hits.sort")["hits"]["hits"]
        after = {"search_after": hits[-1]["sort"]}
        skipped += step_size
    far_hits: list[dict[str, Any]] = index.search({**bare, **after, "size": size})["hits"]["hits"]
    return far_hits


def _far_groups(index: ClusterIndex, body: Dsl, start: int, size: int) -> list[dict[str, Any]]:
    """The same with one hit for each group, which OpenSearch cannot step through: all hits are."""
    if start >= MAX_PAGED_HITS:
        raise TooDeepError(MAX_PAGED_HITS)
    step = {**body, "from": 0, "size": RESULT_WINDOW, "track_total_hits": False, "aggs": {}, "_source": False}
    del step["collapse"]
    seen: set[str] = set()
    groups: list[Any] = []
    while len(groups) < start + size:
        hits = index.search(step)["hits"]["hits"]
        groups += firsts(hits, seen)
        if len(hits) < RESULT_WINDOW:
            break
        step["search_after"] = hits[-1]["sort"]
    return groups[start : start + size]
