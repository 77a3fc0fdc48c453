"""`zhsearch serve`: run the search server until it is stopped."""

from pathlib import Path

import click

from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import Command
from zhsearch.search.cli.language import _
from zhsearch.search.cli.output import echo_error, index_option, report_errors, setting_option
from zhsearch.search.server import Server


@click.command(
    "serve",
    cls=Command,
    examples=("zhsearch serve", "zhsearch serve --port 8001 --workers 1"),
)
@setting_option("host")
@setting_option("port")
@setting_option("workers")
@index_option
@report_errors
def command(host: str | None, port: str | None, workers: str | None, index: Path | None) -> None:
    """Serve the search page, the widget and the API."""
    flags = {"host": host, "port": port, "workers": workers, "index": index}

    def echo_ready(url: str) -> None:
        echo_error(_("zhsearch: {url}/search  (stop with Ctrl-C)", url=url))
        if problem := server.index_problem():
            echo_error(f"zhsearch: {_(str(problem))}", "yellow")
            echo_error(_("zhsearch: until then, searches get the answer 503"), "yellow")

    server = Server(read_settings=lambda: checked_settings(flags), on_ready=echo_ready)
    server.run()
