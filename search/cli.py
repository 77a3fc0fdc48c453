"""`zhsearch`: a thin skin over the functions of both packages. Results on stdout, talk on stderr."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from index.build import Progress as Told
from index.build import StrictError, reindex
from index.errors import SettingsError, ZhsearchError
from index.records import Note, Report
from index.segment import get_segmenter
from index.settings import load_settings
from index.store import Generation, broken, live_id, open_live
from search.answer import answer
from search.pages import pieces
from search.parameters import SORTS, ParameterError, read_parameters
from search.serve import Server
from search.whoosh_engine import WhooshEngine

_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)


def _told(function: Callable[..., None]) -> Callable[..., None]:
    """Errors as sentences: exit 2 for wrong usage, 1 for what failed."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except (ParameterError, SettingsError) as error:
            _err.print(Text(f"zhsearch: {error}"), style="red", soft_wrap=True)
            sys.exit(2)
        except ZhsearchError as error:
            _err.print(Text(f"zhsearch: {error}"), style="red", soft_wrap=True)
            sys.exit(1)
        except KeyboardInterrupt:
            sys.exit(130)

    return run


_index = click.option("--index", type=click.Path(path_type=Path), help="Index folder. Default: .zhsearch")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhsearch")
def main() -> None:
    """Full-text search for Chinese static sites.

    Settings come from zhsearch.toml, ZHSEARCH_* variables and the options below, the last winning.
    """


@main.command("reindex")
@click.option(
    "--content", type=click.Path(path_type=Path), help="A site's root or content folder. Default: content"
)
@_index
@click.option("--full", is_flag=True, help="Analyse every post again.")
@click.option("--strict", is_flag=True, help="Fail, and publish nothing, if a post must be skipped.")
@_json
@_told
def reindex_command(
    content: Path | None, index: Path | None, full: bool, strict: bool, as_json: bool
) -> None:
    """Bring the index up to date with the content, and publish it."""
    settings = load_settings(flags={"content": content, "index": index})
    try:
        with _progress(show=not as_json) as progress:
            report = reindex(settings, full=full, strict=strict, progress=progress)
    except StrictError as error:
        _tell_notes("skipped", error.skipped)
        raise
    if as_json:
        _print_json(asdict(report))
    else:
        _tell_report(report)


@main.command("query", context_settings={"ignore_unknown_options": True})  # -word excludes, it is no option
@click.argument("text")
@click.option("--tag", multiple=True, help="Only pages with this tag; repeat for any of several.")
@click.option("--category", help="Only this category.")
@click.option("--lang", help="Only this language, such as zh-TW.")
@click.option("--from", "since", help="First year, month or day: 2025, 2025-02, 2025-02-13.")
@click.option("--to", "until", help="Last year, month or day, inclusive.")
@click.option("--sort", help=f"One of {', '.join(SORTS)}.")
@click.option("--page", help="Page of the results, from 1.")
@click.option("--per-page", help="Results on a page, up to 50.")
@_index
@_json
@_told
def query_command(
    text: str,
    tag: tuple[str, ...],
    category: str | None,
    lang: str | None,
    since: str | None,
    until: str | None,
    sort: str | None,
    page: str | None,
    per_page: str | None,
    index: Path | None,
    as_json: bool,
) -> None:
    """Search: words, "exact text", -without, a OR b, title:x, tag:x, category:x."""
    settings = load_settings(flags={"index": index})
    parameters = read_parameters(
        q=text,
        tag=tag,
        category=category,
        lang=lang,
        since=since,
        until=until,
        sort=sort,
        page=page,
        per_page=per_page,
    )
    engine = open_live(settings.index, WhooshEngine)
    found = answer(engine, parameters, get_segmenter(settings.segmenter, settings.cache))
    if as_json:
        _print_json(found)
    else:
        _tell_answer(found)


@main.command("serve")
@click.option("--host", help="Address to listen on. Default: 127.0.0.1")
@click.option("--port", help="Port to listen on. Default: 8000")
@click.option("--workers", help="Worker processes. Default: 2")
@_index
@_told
def serve_command(host: str | None, port: str | None, workers: str | None, index: Path | None) -> None:
    """Serve the search page, the widget and the API."""
    settings = load_settings(flags={"host": host, "port": port, "workers": workers, "index": index})
    Server(settings, lambda url: _err.print(f"zhsearch: {url}/search  (stop with Ctrl-C)")).run()


@main.command("status")
@click.option("--verify", is_flag=True, help="Compare every file of the index with its checksum.")
@_index
@_json
@_told
def status_command(verify: bool, index: Path | None, as_json: bool) -> None:
    """Tell what the live index holds."""
    settings = load_settings(flags={"index": index})
    generation = open_live(settings.index, _checked)
    if verify:
        generation.verify()
    size = sum((generation.folder / name).stat().st_size for name in generation.manifest["checksums"])
    current = live_id(settings.index)
    facts = {
        "generation": generation.id,
        "current": current,
        "documents": generation.manifest["documents"],
        "created": generation.manifest["created"],
        "bytes": size,
        "verified": verify,
        "index": str(settings.index),
        "signature": generation.manifest["signature"],
    }
    if as_json:
        _print_json(facts)
    else:
        _tell_facts(facts)
    if current != generation.id:
        raise broken(
            settings.index / "generations" / str(current), f"it cannot be served; {generation.id} is instead"
        )


def _tell_facts(facts: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in facts.items():
        table.add_row(name, f"{value:,}" if type(value) is int else str(value))
    _out.print(table)


def _checked(generation: Generation) -> Generation:
    """The generation, if it can be searched."""
    WhooshEngine(generation)
    return generation


def _print_json(value: object) -> None:
    # Bytes: an ASCII terminal must not decide whether Chinese can be printed.
    click.echo(json.dumps(value, ensure_ascii=False, default=str).encode("utf-8"))


@contextmanager
def _progress(*, show: bool) -> Iterator[Told | None]:
    if not show:
        yield None
        return
    columns = (
        TextColumn("indexing"),
        BarColumn(),
        MofNCompleteColumn(),
        _Speed(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_err, transient=False) as bar:
        task = bar.add_task("indexing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Speed(ProgressColumn):
    """Posts a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} posts/s" if speed else "", style="dim")


def _tell_report(report: Report) -> None:
    _tell_notes("skipped", report.skipped)
    _tell_notes("mended", report.warnings)
    if report.rebuilt_because:
        _err.print(f"rebuilt: {report.rebuilt_because}")
    live = report.indexed + report.unchanged
    _out.print(f"{live} pages live in generation {report.generation}, {report.seconds:.1f} s", style="bold")
    _out.print(
        f"{report.indexed} indexed ({report.updated} of them updated), {report.unchanged} unchanged,"
        f" {report.deleted} deleted, {report.unpublished} unpublished, {len(report.skipped)} skipped"
    )


def _tell_notes(what: str, notes: tuple[Note, ...]) -> None:
    for note in notes:
        _err.print(Text(f"{what}: {note.path}: {note.reason}"), style="yellow", soft_wrap=True)


def _tell_answer(found: dict[str, Any]) -> None:
    note = ", most of the words" if found["relaxed"] else ""
    _out.print(f"{found['total']} pages{note}  ({found['took_ms']} ms)", style="dim")
    for result in found["results"]:
        title = Text()
        for piece, marked in pieces(result["title"], result["title_marks"]):
            title.append(piece, style="bold yellow" if marked else "bold")
        line = Text()
        for piece, marked in pieces(result["excerpt"], result["excerpt_marks"]):
            line.append(piece, style="yellow" if marked else "")
        section = result["section"]
        place = f"{result['url']}#{section['anchor']}" if section else result["url"]
        date = (result["date"] or "")[:10]
        _out.print(title, Text(f"  {date}  {', '.join(result['tags'])}", style="dim"), sep="")
        _out.print(Text(place, style="cyan"), soft_wrap=True)
        _out.print(line)
        _out.print()


if __name__ == "__main__":
    main()
