"""`zhsearch rollback`: make an earlier generation the live one again."""

from pathlib import Path

import click

from zhsearch.index.generations.rollback import roll_back
from zhsearch.index.generations.store import Generation
from zhsearch.index.settings import load_settings
from zhsearch.search.backends import backend_of
from zhsearch.search.cli.output import index_option, json_option, print_json, report_errors
from zhsearch.search.embedded.engine import EmbeddedEngine


@click.command("rollback")
@click.option("--to", help="Generation to return to. Default: the one before the live one.")
@index_option
@json_option
@report_errors
def command(to: str | None, index: Path | None, as_json: bool) -> None:
    """Serve an earlier generation again; the next reindex starts from it."""
    settings = load_settings(flags={"index": index})
    name = roll_back(settings.index, _usable, to=to)
    backend_of(settings).publish(full=False)
    if as_json:
        print_json({"generation": name})
    else:
        click.secho(f"generation {name} is live again", bold=True)


def _usable(generation: Generation) -> Generation:
    """The generation, if this version can search it."""
    EmbeddedEngine(generation)
    return generation
