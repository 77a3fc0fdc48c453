"""`zhsearch status`: size, age and signature of the live generation, and whether it is intact."""

from dataclasses import asdict
from pathlib import Path

import click

from zhsearch.index.generations import GenerationState, list_generations
from zhsearch.search.backends import backend_of
from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import Command, examples
from zhsearch.search.cli.output import index_option, json_option, print_json, report_errors, terminal_output


@click.command(
    "status",
    cls=Command,
    epilog=examples("zhsearch status", "zhsearch status --verify --json"),
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
    status = {**facts, "generations": list(map(_label, generations))}
    if as_json:
        print_json({**facts, "generations": list(map(asdict, generations))})
    elif rich := terminal_output():
        rich.show_status(status)
    else:
        width = max(map(len, status))
        for name, value in status.items():
            shown = ", ".join(value) if isinstance(value, list) else value
            click.echo(f"{name:{width}}  {f'{value:,}' if type(value) is int else shown}")
    if problem:
        raise problem


def _label(generation: GenerationState) -> str:
    mark = "live" if generation.live else "rolled back" if generation.rejected else ""
    return f"{generation.id} ({mark})" if mark else generation.id
