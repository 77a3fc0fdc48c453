"""`zhsearch rollback`: make an earlier generation the live one again."""

from pathlib import Path

import click

from zhsearch.index.generations.rollback import roll_back
from zhsearch.search.backends import backend_of
from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import Command
from zhsearch.search.cli.language import _
from zhsearch.search.cli.output import index_option, json_option, print_json, report_errors


@click.command(
    "rollback",
    cls=Command,
    examples=("zhsearch rollback", "zhsearch rollback --json"),
)
@click.option(
    "--to",
    help="Generation to return to. Default: the newest before the live one that was not rolled back.",
)
@index_option
@json_option
@report_errors
def command(to: str | None, index: Path | None, as_json: bool) -> None:
    """Serve an earlier generation again. The next reindex starts from it, and no rollback leads to those that
    were rolled back."""
    settings = checked_settings({"index": index})
    backend = backend_of(settings)
    name = roll_back(settings.index, backend.usable, to=to)
    backend.publish(full=False)
    if as_json:
        print_json({"generation": name})
    else:
        click.secho(_("generation {name} is live again", name=name), bold=True)
