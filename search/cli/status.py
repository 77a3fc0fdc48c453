"""`zhsearch status`: size, age and signature of the live generation, and whether it is intact."""

from pathlib import Path

import click

from zhsearch.search.backends import backend_of
from zhsearch.search.cli.output import index_option, json_option, print_json, report_errors, terminal_output
from zhsearch.search.settings import load_settings


@click.command("status")
@click.option("--verify", is_flag=True, help="Compare every file of the index with its checksum.")
@index_option
@json_option
@report_errors
def command(verify: bool, index: Path | None, as_json: bool) -> None:
    """Show the live index. Exits with 1 if an older generation serves in its place."""
    settings = load_settings(flags={"index": index})
    status, problem = backend_of(settings).status(verify=verify)
    if as_json:
        print_json(status)
    elif rich := terminal_output():
        rich.show_status(status)
    else:
        width = max(map(len, status))
        for name, value in status.items():
            click.echo(f"{name:{width}}  {f'{value:,}' if type(value) is int else value}")
    if problem:
        raise problem
