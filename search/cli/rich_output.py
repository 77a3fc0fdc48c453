"""Terminal output with rich: hits, reports, status, progress. Loaded only where there is a terminal."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from zhsearch.index.models import FileNotice, ReindexReport
from zhsearch.index.pipeline import Progress
from zhsearch.search.cli.left_out import left_out_counts
from zhsearch.search.cli.output import hit_url, score_line
from zhsearch.search.highlight import split_marks

_MAX_FACET_VALUES = 6


def show_hits(response: Mapping[str, Any]) -> None:
    """Print hits with their marks, then the facets."""
    console = Console(highlight=False)
    note = " with most of the words" if response["relaxed"] else ""
    pages = "page" if response["total"] == 1 else "pages"
    console.print(f"[bold]{response['total']:,}[/] {pages}{note} [dim]· {response['took_ms']} ms[/]")
    if response["suggestion"]:
        console.print(Text.assemble("did you mean ", (response["suggestion"], "bold yellow"), "?"))
    first = (response["page"] - 1) * response["per_page"] + 1
    for number, hit in enumerate(response["results"], first):
        console.print(Padding(_hit(number, hit), (1, 0, 0, 0)))
    if response["results"]:
        console.print()
        console.print(_facets(response["facets"]))


def show_status(status: Mapping[str, Any]) -> None:
    """Print the status of the live index, one value on each line."""
    table = _two_columns()
    for name, value in status.items():
        shown = f"{value:,}" if type(value) is int else str(value)
        if name == "bytes":
            shown = f"{value / 1e6:,.1f} MB"
        elif name == "created":
            shown = f"{value}  ({_age(str(value))})"
        elif name == "verified":
            shown = "every file matches its checksum" if value else "sizes only; --verify reads every file"
        elif isinstance(value, Mapping):
            shown = "\n".join(f"{key} {version}" for key, version in value.items())
        elif isinstance(value, list):
            shown = "\n".join(value)
        is_stale = name == "current" and value != status["generation"]
        table.add_row(name, Text(shown, "red" if is_stale else "bold" if name == "documents" else ""))
    Console(highlight=False).print(table)


def show_report(report: ReindexReport) -> None:
    """Print the counts of a run."""
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    reasons = left_out_counts(report)
    counts = {
        "live": report.indexed + report.unchanged,
        "indexed": report.indexed,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "deleted": report.deleted,
        "unpublished": report.unpublished - report.unpublished_reasons.get("hidden", 0),
        "skipped": len(report.skipped),
    }
    for name in counts:
        table.add_column(name, justify="right")
    styles = {"live": "bold green", "skipped": "yellow" if report.skipped else ""}
    table.add_row(*(Text(f"{count:,}", styles.get(name, "")) for name, count in counts.items()))
    console.print(table)
    if report.unpublished or len(reasons) > 1:
        console.print(Text(", ".join(reasons), "dim"))
    console.print(f"[dim]generation[/] {report.generation} [dim]· {report.seconds:.1f} s[/]")


def show_notices(label: str, notices: Sequence[FileNotice]) -> None:
    """Print files with the reason for each notice, on stderr."""
    if notices:
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column(label, style="yellow", overflow="fold")
        table.add_column("because", overflow="fold")
        for notice in notices:
            table.add_row(notice.path, notice.reason)
        Console(stderr=True, highlight=False).print(table)


def show_metrics(metrics: Mapping[str, float]) -> None:
    """Print the metrics of an evaluation."""
    table = _two_columns()
    for name, value in metrics.items():
        table.add_row(name, Text(f"{value:,}" if type(value) is int else f"{value:.4f}", "bold"))
    Console(highlight=False).print(table)


class _Speed(ProgressColumn):
    """Posts indexed per second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} posts/s" if speed else "", style="dim")


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar on stderr, as a callback for `reindex`; it stays visible after the run."""
    columns = (TextColumn("indexing"), BarColumn(), MofNCompleteColumn(), _Speed(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True, highlight=False)) as bar:
        task = bar.add_task("indexing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _hit(number: int, hit: Mapping[str, Any]) -> Table:
    labels = [label for label in ((hit["date"] or "")[:10], *(f"#{tag}" for tag in hit["tags"])) if label]
    lines = [_marked(hit["title"], hit["title_marks"], "bold"), Text("  ".join(labels), "dim")]
    lines += [_marked(hit["excerpt"], hit["excerpt_marks"], ""), Text(hit_url(hit), "cyan")]
    lines += [Text(score_line(detail), "dim") for detail in hit.get("explain", ())]
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="dim", min_width=2)
    table.add_column(overflow="fold")
    table.add_row(str(number), Group(*(line for line in lines if line)))
    return table


def _marked(text: str, marks: list[list[int]], style: str) -> Text:
    return Text.assemble(
        *(
            (piece, f"{style} black on yellow" if is_mark else style)
            for piece, is_mark in split_marks(text, marks)
        )
    )


def _facets(facets: Mapping[str, Sequence[Mapping[str, Any]]]) -> Table:
    table = _two_columns()
    for name, values in facets.items():
        matching = [value for value in values if value["count"]][:_MAX_FACET_VALUES]
        if matching and name != "month":
            texts = [Text.assemble(value["value"], (f" {value['count']}", "dim")) for value in matching]
            table.add_row(name, Text("   ").join(texts))
    return table


def _two_columns() -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    return table


def _age(created: str) -> str:
    then = dt.datetime.fromisoformat(created)
    seconds = (dt.datetime.now(then.tzinfo) - then).total_seconds()
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size:.0f} {unit} ago"
    return "just now"
