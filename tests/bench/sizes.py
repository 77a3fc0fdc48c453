"""The tables of docs/benchmarks.md from results of `compare --json` at several sizes, smallest corpus first.

`python -m tests.bench.sizes FILE.json …` prints them in Markdown: `a / b` in each cell for the engines, and a column for
each size for the server.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .chart import ResultError, read_result, values_of
from .load import ROWS as LOAD
from .questions import ALL_KINDS, KINDS, OWN_KINDS
from .table import as_table, format_number

ROWS: Mapping[str, str] = {
    "index, posts/s": "index, posts/s",
    "peak memory while indexing, MB": "peak memory, all processes (PSS), MB",
    "index size / Markdown size": "index / Markdown",
    "query p50, ms": "query: ten titles and count, p50, ms",
    "query p95, ms": "p95",
    "query p99, ms": "p99",
    **{f"· {kind} p50, ms": f"{kind}, p50" for kind in KINDS},
    **{f"{kind} p50, ms": f"{kind}, p50" for kind in OWN_KINDS},
    "query with count and all facets p50, ms": "with facets, p50",
    "query with count and all facets p95, ms": "p95",
    "query with count and all facets p99, ms": "p99",
    "query with excerpts p50, ms": "with facets and excerpts, p50",
    "query with excerpts p95, ms": "p95",
    "query with excerpts p99, ms": "p99",
    "· two words p50, with excerpts, ms": "two words of a title with excerpts, p50",
    **{f"first query of a process: {kind}, ms": f"first query of a process: {kind}" for kind in ALL_KINDS},
    "cold start of one query, ms": "cold start of one query",
    "run with no change, s": "`reindex` with no change, s",
    "run with one changed post, s": "`reindex` with one changed post, s",
}
"""The rows of the table by the measures of the results."""


def lines_of(results: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """The table's lines, head first; a row without any figure is left out."""
    names = list(dict.fromkeys(peer["name"] for result in results for peer in result["peers"]))
    sizes = " / ".join(f"{result['corpus']['posts']:,}" for result in results)
    lines = [[f"{sizes} documents", *names]]
    for measure, title in ROWS.items():
        values = [values_of(result, measure) for result in results]
        if any(map(any, (value.values() for value in values))):
            lines.append([title, *(" / ".join(_cell(value.get(name)) for value in values) for name in names)])
    return lines


def served_lines_of(results: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """The lines about the first engine's server, head first; no other where it was not measured."""
    lines = [["served by two workers", *(f"{result['corpus']['posts']:,}" for result in results)]]
    for row in LOAD:
        values = [values_of(result, row.name).get(result["peers"][0]["name"]) for result in results]
        if any(values):
            lines.append([row.name.removeprefix("served: "), *map(_cell, values)])
    return lines


def _cell(value: Mapping[str, Any] | None) -> str:
    return format_number(value["median"]) if value else "–"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(prog="sizes", description="The table of several corpus sizes.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.json")
    try:
        results = [read_result(file) for file in parser.parse_args(arguments).files]
    except ResultError as error:
        print(f"sizes: {error}", file=sys.stderr)
        return 1
    results.sort(key=lambda result: int(result["corpus"]["posts"]))
    for lines in (lines_of(results), served_lines_of(results)):
        if lines[1:]:
            print(f"{as_table(lines)}\n")
    for name, why in {name: why for result in results for name, why in result["missing"].items()}.items():
        print(f"not measured: {name} ({why})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
