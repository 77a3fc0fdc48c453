"""`zhsearch serve`: run the search server until it is stopped."""

from pathlib import Path

import click

from zhsearch.search.cli.language import _
from zhsearch.search.cli.output import echo_error, index_option, report_errors, setting_option
from zhsearch.search.server import Server
from zhsearch.search.settings import load_settings


@click.command("serve")
@setting_option("host")
@setting_option("port")
@setting_option("workers")
@index_option
@report_errors
def command(host: str | None, port: str | None, workers: str | None, index: Path | None) -> None:
    """Serve the search page, the widget and the API."""
    flags = {"host": host, "port": port, "workers": workers, "index": index}
    server = Server(
        read_settings=lambda: load_settings(flags=flags),
        on_ready=lambda url: echo_error(_("zhsearch: {url}/search  (stop with Ctrl-C)", url=url)),
    )
    server.run()
