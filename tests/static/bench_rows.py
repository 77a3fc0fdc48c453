"""The results of the benchmark of static searches as a table, and as JSON that tests.bench.chart draws."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from statistics import median, quantiles
from typing import Any

from tests.bench.table import Machine, as_table
from tests.static.bench_tools import SHOWN
from tests.static.bench_visits import Cost, Result


def table(results: Sequence[Result]) -> str:
    """The results as a table in Markdown, a tool a column; two values are median and 95th percentile."""
    lines = [
        ["", *(each.name for each in results)],
        ["index, s", *(f"{each.index_seconds:.1f}" for each in results)],
        ["files / MB", *(f"{each.files:,} / {each.bytes / 1e6:.1f}" for each in results)],
    ]
    for columns in zip(*map(_measures, results), strict=True):
        lines.append([columns[0][0], *(_middle(values, digits) for _, values, digits in columns)])
    lines.append(
        [f"post among the first {SHOWN}", *(f"{sum(each.found) / len(each.found):.1%}" for each in results)]
    )
    return as_table(lines)


def as_json(results: Sequence[Result], posts: int, origin: str, machine: Machine) -> dict[str, Any]:
    """The results as plain values with every sample and every response."""
    return {
        "corpus": {"posts": posts, "origin": origin},
        "machine": asdict(machine),
        "rows": [
            {"measure": name, "peers": {each.name: _spread(_values(each, name)) for each in results}}
            for name in _names(results[0])
        ],
        "results": [asdict(result) for result in results],
    }


def _measures(result: Result) -> Iterator[tuple[str, Sequence[float], int]]:
    """Name, values and number of decimals of each measure."""
    yield from _cost("first answer", result.first)
    yield from _cost("next new query", result.next)
    yield "query seen before, ms", result.warm_ms, 1
    yield "memory of scripts after a visit, MB", [each / 1e6 for each in result.heap], 0


def _cost(name: str, cost: Cost) -> Iterator[tuple[str, Sequence[float], int]]:
    yield f"{name}, kB", [each / 1e3 for each in cost.bytes], 0
    yield f"{name}, requests", cost.requests, 0
    yield f"{name}, ms", cost.ms, 0


def _names(result: Result) -> list[str]:
    return [name for name, _, _ in _measures(result)]


def _values(result: Result, name: str) -> Sequence[float]:
    return next(values for each, values, _ in _measures(result) if each == name)


def _middle(values: Sequence[float], digits: int) -> str:
    return f"{median(values):,.{digits}f} / {_high(values):,.{digits}f}"


def _high(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def _spread(values: Sequence[float]) -> dict[str, Any] | None:
    """None where nothing was needed: a logarithmic axis has no zero."""
    if not any(values):
        return None
    return {"median": median(values), "p95": _high(values), "samples": list(values)}
