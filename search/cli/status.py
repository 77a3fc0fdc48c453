"""`zhsearch status`: size, age and signature of the live generation, and whether it is intact."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from zhsearch.index.generations import GenerationState, list_generations
from zhsearch.search.backends import backend_of
from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import Command
from zhsearch.search.cli.language import _, count_of
from zhsearch.search.cli.output import (
    index_option,
    json_option,
    padded,
    print_json,
    report_errors,
    terminal_output,
)

_LABEL_COLUMNS = 13


@click.command(
    "status",
    cls=Command,
    examples=("zhsearch status", "zhsearch status --verify --json"),
)
@click.option("--verify", is_flag=True, help="Compare every file of the index with its checksum.")
@index_option
@json_option
@report_errors
def command(verify: bool, index: Path | None, as_json: bool) -> None:
    """Show the live index. Exits with 1 if an older generation serves in its place."""
    settings = checked_settings({"index": index})
    facts, problem = backend_of(settings).status(verify=verify)
    generations = list_generations(settings.index, facts["current"])
    if as_json:
        print_json({**facts, "generations": list(map(asdict, generations))})
    elif rich := terminal_output():
        rich.show_status(list(status_rows(facts, generations)))
    else:
        for label, values in status_rows(facts, generations):
            click.echo(f"{padded(label, _LABEL_COLUMNS)}{', '.join(values)}")
    if problem:
        raise problem


def status_rows(
    facts: Mapping[str, Any], generations: Sequence[GenerationState]
) -> Iterator[tuple[str, list[str]]]:
    """(label, values) of each fact that there is, as text for people."""
    labels = {
        "generation": _("generation"),
        "current": _("current"),
        "documents": _("documents"),
        "created": _("created"),
        "bytes": _("size"),
        "verified": _("checked"),
        "index": _("index"),
        "health": _("health"),
        "nodes": _("nodes"),
        "shards": _("shards"),
        "signature": _("made with"),
    }
    for name, value in facts.items():
        if value is not None:
            yield labels.get(name, name), list(_values(name, value))
    if generations:
        yield _("generations"), list(map(_label, generations))


def _values(name: str, value: Any) -> Iterator[str]:
    if name == "bytes":
        yield f"{value / 1e6:,.1f} MB"
    elif name == "created":
        yield f"{value}  ({_age(str(value))})"
    elif name == "verified":
        yield (
            _("every file matches its checksum")
            if value
            else _("only the sizes of files; --verify reads every file")
        )
    elif isinstance(value, Mapping):
        names = {"built in": _("built in")}
        yield from (f"{part} {names.get(version, version)}" for part, version in value.items() if version)
    else:
        yield f"{value:,}" if type(value) is int else str(value)


def _age(created: str) -> str:
    then = dt.datetime.fromisoformat(created)
    minutes = int((dt.datetime.now(then.tzinfo) - then).total_seconds()) // 60
    if minutes >= 2 * 24 * 60:
        return count_of("{count} day ago", "{count} days ago", minutes // (24 * 60))
    if minutes >= 2 * 60:
        return count_of("{count} hour ago", "{count} hours ago", minutes // 60)
    if minutes >= 2:
        return count_of("{count} minute ago", "{count} minutes ago", minutes)
    return _("just now")


def _label(generation: GenerationState) -> str:
    if generation.live:
        return _("{name} (live)", name=generation.id)
    return _("{name} (rolled back)", name=generation.id) if generation.rejected else generation.id
