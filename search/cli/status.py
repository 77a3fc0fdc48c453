"""`zhsearch status`: an index folder in, what its live generation holds out."""

from pathlib import Path

import click

from zhsearch.search.backends import backend_of
from zhsearch.search.cli.output import index_option, json_option, print_json, report_errors, tables
from zhsearch.search.settings import load_settings


@click.command("status")
@click.option("--verify", is_flag=True, help="Compare every file of the index with its checksum.")
@index_option
@json_option
@report_errors
def command(verify: bool, index: Path | None, as_json: bool) -> None:
    """Tell what the live index holds; fails where an older generation serves instead of it."""
    settings = load_settings(flags={"index": index})
    facts, problem = backend_of(settings).status(verify=verify)
    if as_json:
        print_json(facts)
    elif rich := tables():
        rich.show_status(facts)
    else:
        width = max(map(len, facts))
        for name, value in facts.items():
            click.echo(f"{name:{width}}  {f'{value:,}' if type(value) is int else value}")
    if problem:
        raise problem
