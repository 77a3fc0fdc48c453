"""One search on two engines, as it is and as it is tried: what each finds, and which hits move."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from zhsearch.index.analysis import Segmenter
from zhsearch.search.analytics import as_written
from zhsearch.search.api import read_parameters, run_search
from zhsearch.search.engine import Engine
from zhsearch.search.query import Node, Or, Query

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
    """The optional clauses of a query as written, each with the number of pages that have it, and the same
    for its alternatives: the word itself, its other writings, and its synonyms."""
    written = zip(query.should, query.should_texts, strict=True)
    for clause, text in list(written)[:_MAX_CLAUSES]:
        ways = [
            {"text": as_written(node), "pages": _count(engine, node)}
            for node in list(_alternatives(clause))[:_MAX_CLAUSES]
        ]
        found = [way for way in ways if way["pages"]]
        yield {"text": text, "pages": _count(engine, clause), "ways": found if len(ways) > 1 else []}


def _alternatives(node: Node) -> Iterator[Node]:
    if isinstance(node, Or):
        for each in node.nodes:
            yield from _alternatives(each)
    else:
        yield node


def _count(engine: Engine, node: Node) -> int:
    """The number of pages that a clause alone matches."""
    return engine.search(Query("", should=(node,), per_page=1, all_versions=True, counted_facets=())).total
