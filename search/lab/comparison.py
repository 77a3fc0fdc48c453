"""One search on two engines, as it is and as it is tried: what each finds, and which hits move."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from zhsearch.index.analysis import Segmenter
from zhsearch.search.api import read_parameters, run_search
from zhsearch.search.engine import Engine
from zhsearch.search.query import Query

SHOWN = 10
"""Hits of each side."""

_MAX_CLAUSES = 12  # whose pages are counted one by one


class Side(NamedTuple):
    """An engine with its segmenter."""

    engine: Engine
    segmenter: Segmenter


def searched(side: Side, text: str) -> dict[str, Any]:
    """The response to a query with explanations, and for each clause the number of pages that have it.

    Raises ParameterError for a query that is too long.
    """
    parameters = read_parameters(q=text, per_page=str(SHOWN))
    response = run_search(side.engine, parameters, side.segmenter, explained=True)
    query = side.engine.expand(parameters.query(side.segmenter, side.engine.facets))
    return {**response, "facets": {}, "clauses": list(_clauses(side.engine, query))}


def moves(current: Mapping[str, Any], tried: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The hits of both sides whose place differs, by the place that is tried; None: it is not shown."""
    before, after = (_places(response["results"]) for response in (current, tried))
    titles = {hit["url"]: hit["title"] for response in (current, tried) for hit in response["results"]}
    moved = [
        {"url": url, "title": title, "from": before.get(url), "to": after.get(url)}
        for url, title in titles.items()
        if before.get(url) != after.get(url)
    ]
    return sorted(moved, key=lambda move: (move["to"] or SHOWN + 1, move["from"] or SHOWN + 1))


def _places(hits: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {hit["url"]: place for place, hit in enumerate(hits, 1)}


def _clauses(engine: Engine, query: Query) -> Iterable[dict[str, Any]]:
    """The optional clauses of a query as written, each with the number of pages that have it."""
    written = zip(query.should, query.should_texts, strict=True)
    for clause, text in list(written)[:_MAX_CLAUSES]:
        alone = Query("", should=(clause,), per_page=1, all_versions=True, counted_facets=())
        yield {"text": text, "pages": engine.search(alone).total}
