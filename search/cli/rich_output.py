"""Terminal output with rich: hits, reports, status, progress. Loaded only where there is a terminal."""

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
from zhsearch.search.cli.language import _, listed
from zhsearch.search.cli.left_out import left_out_counts
from zhsearch.search.cli.output import found_line, hit_url, score_line, versions_line
from zhsearch.search.highlight import split_marks

_MAX_FACET_VALUES = 6


def show_hits(response: Mapping[str, Any]) -> None:
    """Print hits with their marks, then the facets."""
    console = Console(highlight=False)
    console.print(Text.assemble((found_line(response), "bold"), (f" · {response['took_ms']} ms", "dim")))
    if response["suggestion"]:
        before, _mark, after = _("did you mean {suggestion}?", suggestion="\0").partition("\0")
        console.print(Text.assemble(before, (response["suggestion"], "bold yellow"), after))
    first = (response["page"] - 1) * response["per_page"] + 1
    for number, hit in enumerate(response["results"], first):
        console.print(Padding(_hit(number, hit), (1, 0, 0, 0)))
    if response["results"]:
        console.print()
        console.print(_facets(response["facets"]))


def show_status(rows: Sequence[tuple[str, list[str]]]) -> None:
    """Print the status of the live index, one fact on each line."""
    table = _two_columns()
    for label, values in rows:
        table.add_row(label, Text("\n".join(values)))
    Console(highlight=False).print(table)


def show_report(report: ReindexReport) -> None:
    """Print the counts of a run."""
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    reasons = left_out_counts(report)
    counts = {
        _("live"): report.indexed + report.unchanged,
        _("indexed"): report.indexed,
        _("updated"): report.updated,
        _("unchanged"): report.unchanged,
        _("deleted"): report.deleted,
        _("unpublished"): report.unpublished - report.unpublished_reasons.get("hidden", 0),
        _("skipped"): len(report.skipped),
    }
    for name in counts:
        table.add_column(name, justify="right")
    styles = {_("live"): "bold green", _("skipped"): "yellow" if report.skipped else ""}
    table.add_row(*(Text(f"{count:,}", styles.get(name, "")) for name, count in counts.items()))
    console.print(table)
    if report.unpublished or len(reasons) > 1:
        console.print(Text(listed(reasons), "dim"))
    console.print(f"[dim]{_('generation')}[/] {report.generation} [dim]· {report.seconds:.1f} s[/]")


def show_notices(label: str, notices: Sequence[FileNotice]) -> None:
    """Print files with the reason for each notice, on stderr."""
    if notices:
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column(label, style="yellow", overflow="fold")
        table.add_column(_("because"), overflow="fold")
        for notice in notices:
            table.add_row(Text(notice.path), Text(_(notice.reason)))
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
        return Text(_("{speed:,.0f} posts/s", speed=speed) if speed else "", style="dim")


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar on stderr, as a callback for `reindex`.

    It appears with the first file, stays visible after the run, and is removed where the run fails.
    """
    columns = (TextColumn(_("indexing")), BarColumn(), MofNCompleteColumn(), _Speed(), TimeRemainingColumn())
    started = False
    # Drawn by this thread alone: beside another one, a run cannot fork its processes.
    bar = Bar(*columns, console=Console(stderr=True, highlight=False), auto_refresh=False)
    task = bar.add_task("", total=None)

    def update(done: int, total: int) -> None:
        nonlocal started
        bar.update(task, completed=done, total=total, refresh=started)
        if total and not started:
            started = True
            bar.start()

    try:
        yield update
    except BaseException:
        bar.live.transient = True
        raise
    finally:
        if started:
            bar.stop()


def _hit(number: int, hit: Mapping[str, Any]) -> Table:
    labels = [label for label in ((hit["date"] or "")[:10], *(f"#{tag}" for tag in hit["tags"])) if label]
    lines = [_marked(hit["title"], hit["title_marks"], "bold"), Text("  ".join(labels), "dim")]
    lines += [_marked(hit["excerpt"], hit["excerpt_marks"], "")]
    if hit["missing"]:
        words = Text(" ").join(Text(word, "strike") for word in hit["missing"])
        lines.append(Text.assemble((_("missing: "), "dim"), words))
    lines += [Text(hit_url(hit), "cyan")]
    if hit["version_count"]:
        lines.append(Text(versions_line(hit), "dim"))
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
    labels = {"tag": _("tag"), "category": _("category"), "lang": _("lang"), "year": _("year")}
    table = _two_columns()
    for name, values in facets.items():
        matching = [value for value in values if value["count"]][:_MAX_FACET_VALUES]
        if matching and name != "month":
            texts = [Text.assemble(value["value"], (f" {value['count']}", "dim")) for value in matching]
            table.add_row(labels.get(name, name), Text("   ").join(texts))
    return table


def _two_columns() -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    return table
