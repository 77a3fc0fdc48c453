"""One way to ask for a query in, the response with the hits of its page out, however far behind."""

from collections.abc import Mapping
from typing import Any

from zhsearch.search.errors import ParameterError
from zhsearch.search.opensearch.facets import counting
from zhsearch.search.opensearch.planner import Plan
from zhsearch.search.opensearch.query_dsl import NEWEST, Dsl, all_of
from zhsearch.search.opensearch.searcher import OPENED, ClusterIndex
from zhsearch.search.query.ast import Word
from zhsearch.search.query.model import Query

WINDOW = 10_000
"""Hits that OpenSearch gives at once. Those behind them are gone to in steps of so many."""

DEEPEST = 100_000
"""Hits that can be paged through."""

TITLES, TEXTS = 30, 10
"""Of the best, that are looked at once more: their titles, for a question their texts."""

_BY_DATE = {
    "newest": NEWEST,
    "oldest": [{"instant": {"order": "asc", "missing": "_last"}}, *NEWEST[1:]],
}


def depth_of(plan: Plan, query: Query) -> int:
    """How many of the best are looked at once more."""
    if query.sort != "relevance" or (plan.stepped and not query.is_question):
        return 0  # of what is relaxed, the number of words says more
    if plan.question:
        return TEXTS
    words = sum(isinstance(node, Word) for node in query.should)
    return TITLES if words > 1 else 0


def response_to(
    index: ClusterIndex, plan: Plan, query: Query, filters: Mapping[str, Dsl]
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The response to one way to ask: counts of all matches, and the hits of the page, from the best on where
    they are looked at once more; and the response to what is asked beside it. Raises ParameterError where the
    page is too far behind."""
    first = (query.page - 1) * query.per_page
    depth = depth_of(plan, query)
    start = 0 if first < depth else first
    count = max(first + query.per_page, depth) if start == 0 else query.per_page
    aggregations = counting(filters)
    if plan.full is not None:
        lacking = {"bool": {"must_not": [plan.full], "filter": list(filters.values())}}
        aggregations["lacking"] = {"filter": lacking}
    body: Dsl = {
        "from": start,
        "size": count,
        "track_total_hits": True,
        "track_scores": True,
        # Of many, whose titles alone are looked at, what is shown is opened afterwards.
        "_source": False if depth == TITLES else list(OPENED),
        "docvalue_fields": ["title.key"],
        "query": plan.query,
        "post_filter": all_of(filters.values()),
        "aggs": aggregations,
        "sort": _BY_DATE.get(query.sort, ["_score", *NEWEST]),
    }
    far = start + count > WINDOW
    asked = {**body, "from": 0, "size": 0} if far else body
    if plan.beside is None:
        response, beside = index.search(asked), None
    else:
        response, beside = index.searches([asked, plan.beside])
    if far and int(response["hits"]["total"]["value"]) > start:
        response["hits"]["hits"] = _far(index, body, start, count)
    return response, beside


def _far(index: ClusterIndex, body: Dsl, start: int, count: int) -> list[dict[str, Any]]:
    """So many hits from a place on: step by step, each beginning behind the last hit of the one before."""
    if start >= DEEPEST:
        raise ParameterError(
            "page", f"only the first {DEEPEST:,} hits can be paged through; narrow the query"
        )
    bare = {**body, "from": 0, "track_total_hits": False, "aggs": {}}
    after: Dsl = {}
    at = 0
    while at < start:
        step = min(WINDOW, start - at)
        skipped = {**bare, **after, "size": step, "_source": False, "docvalue_fields": []}
        hits = index.search(skipped, only="hits.hits.sort")["hits"]["hits"]
        after = {"search_after": hits[-1]["sort"]}
        at += step
    found: list[dict[str, Any]] = index.search({**bare, **after, "size": count})["hits"]["hits"]
    return found
