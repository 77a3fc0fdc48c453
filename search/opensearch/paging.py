"""The request for one page of hits, and the steps to pages that lie behind the result window.

OpenSearch returns the first 10,000 hits of a query at most; those behind are reached by `search_after`.
"""

from collections.abc import Mapping
from typing import Any

from zhsearch.search.errors import TooDeepError
from zhsearch.search.opensearch.facets import counting
from zhsearch.search.opensearch.planner import Plan
from zhsearch.search.opensearch.query_dsl import NEWEST, Dsl, all_of
from zhsearch.search.opensearch.searcher import PAGE_FIELDS, ClusterIndex
from zhsearch.search.query.ast import Word
from zhsearch.search.query.model import Query

RESULT_WINDOW = 10_000
"""Hits that OpenSearch returns at once, from the first on: its default `index.max_result_window`."""

MAX_PAGED_HITS = 100_000
"""Hits that can be paged through."""

TITLES, TEXTS = 30, 10
"""Of the best hits, how many are re-ranked by their titles, and for a question by their texts."""

_DATE_SORTS = {
    "newest": NEWEST,
    "oldest": [{"instant": {"order": "asc", "missing": "_last"}}, *NEWEST[1:]],
}


def depth_of(plan: Plan, query: Query) -> int:
    """How many of the best hits are re-ranked."""
    if query.sort != "relevance" or (plan.stepped and not query.is_question):
        return 0  # in a relaxed query, the number of words says more
    if plan.question:
        return TEXTS
    words = sum(isinstance(node, Word) for node in query.should)
    return TITLES if words > 1 else 0


def response_to(
    index: ClusterIndex, plan: Plan, query: Query, filters: Mapping[str, Dsl]
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The response to a plan, and the response to the search that the plan has beside it.

    The first has the counts of all matches, and the hits of the page asked for; where those are re-ranked,
    the hits from the best on. Raises TooDeepError where the page lies behind MAX_PAGED_HITS.
    """
    start, size = _hits_range(plan, query)
    body = _body(plan, query, filters, start, size)
    is_far = start + size > RESULT_WINDOW
    first = {**body, "from": 0, "size": 0} if is_far else body
    if plan.beside is None:
        response, beside = index.search(first), None
    else:
        response, beside = index.msearch([first, plan.beside])
    if is_far and int(response["hits"]["total"]["value"]) > start:
        response["hits"]["hits"] = _far_hits(index, body, start, size)
    return response, beside


def _hits_range(plan: Plan, query: Query) -> tuple[int, int]:
    """The first hit to return, counted from 0, and how many."""
    first, depth = (query.page - 1) * query.per_page, depth_of(plan, query)
    if first < depth:
        return 0, max(first + query.per_page, depth)
    return first, max(query.per_page, depth) if first == 0 else query.per_page


def _body(plan: Plan, query: Query, filters: Mapping[str, Dsl], start: int, size: int) -> Dsl:
    aggregations = counting(filters)
    if plan.full is not None:
        lacking = {"bool": {"must_not": [plan.full], "filter": list(filters.values())}}
        aggregations["lacking"] = {"filter": lacking}
    return {
        "from": start,
        "size": size,
        "track_total_hits": True,
        "track_scores": True,
        # Of many hits that are re-ranked by their titles alone, those that are shown are opened afterwards.
        "_source": False if depth_of(plan, query) == TITLES else list(PAGE_FIELDS),
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
    found: list[dict[str, Any]] = index.search({**bare, **after, "size": size})["hits"]["hits"]
    return found
