"""The table and the JSON of a run, and what came in since an earlier one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .kinds import KindResult
from .measure import FIRST, Outcome

HEAD = ("writings", "queries", "found", "exact first", "others, first ten")


def as_lines(results: Sequence[KindResult], earlier: Mapping[str, Any] | None = None) -> list[list[str]]:
    """The lines of a table, the head first; with the JSON of an earlier run, what came in since and should not."""
    lines = [[*HEAD, *(["found before", "new others"] if earlier else [])]]
    for result in results:
        outcomes = result.outcomes
        cells = [result.kind.name, f"{len(outcomes):,}", *map(_percent, figures(outcomes).values())]
        if earlier:
            before = earlier["kinds"].get(result.kind.slug, {})
            cells += [
                _percent(before.get("found")),
                _percent(friends_since(result, before.get("queries", ()))),
            ]
        lines.append(cells)
    return lines


def figures(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """The three shares of a kind; None where there is nothing to divide by."""
    compared = [outcome.exact_first for outcome in outcomes if outcome.exact_first is not None]
    shown = [(page, outcome) for outcome in outcomes for page in outcome.hits[:FIRST]]
    return {
        "found": _mean(outcome.found for outcome in outcomes),
        "exact_first": _mean(map(float, compared)),
        "others": _mean(float(page in outcome.others) for page, outcome in shown),
    }


def friends_since(result: KindResult, earlier: Iterable[Mapping[str, Any]]) -> float | None:
    """False friends: the share of all hits that the earlier run did not have and that hold no writing of the query."""
    before = {(query["corpus"], query["query"]): query for query in earlier}
    shares = []
    for outcome in result.outcomes:
        if query := before.get((outcome.corpus, outcome.query)):
            had = frozenset(query["hits"])
            shares += [float(page in outcome.others and page not in had) for page in outcome.hits]
    return _mean(shares)


def as_json(results: Iterable[KindResult], engine: str) -> dict[str, Any]:
    """The figures and each query with its pages, by number; see `friends_since`."""
    return {
        "engine": engine,
        "kinds": {
            result.kind.slug: {
                "name": result.kind.name,
                **figures(result.outcomes),
                "queries": [_query(outcome) for outcome in result.outcomes],
            }
            for result in results
        },
    }


def _query(outcome: Outcome) -> dict[str, Any]:
    return {
        "corpus": outcome.corpus,
        "query": outcome.query,
        "found": round(outcome.found, 3),
        "exact_first": outcome.exact_first,
        "total": outcome.total,
        "suggestion": outcome.suggestion,
        "hits": list(outcome.hits),
        "others": [page for page in outcome.hits[:FIRST] if page in outcome.others],
    }


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else None


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
