"""`zhsearch serve`: run the search server until it is stopped."""

from pathlib import Path

import click

from zhsearch.index.settings import load_settings
from zhsearch.search.cli.output import echo_error, index_option, report_errors
from zhsearch.search.server.gunicorn_app import Server


@click.command("serve")
@click.option("--host", help="Address to listen on. Default: 127.0.0.1")
@click.option("--port", help="Port to listen on. Default: 8000")
@click.option("--workers", help="Worker processes. Default: 2")
@index_option
@report_errors
def command(host: str | None, port: str | None, workers: str | None, index: Path | None) -> None:
    """Serve the search page, the widget and the API."""
    flags = {"host": host, "port": port, "workers": workers, "index": index}
    server = Server(
        read_settings=lambda: load_settings(flags=flags),
        on_ready=lambda url: echo_error(f"zhsearch: {url}/search  (stop with Ctrl-C)"),
    )
    server.run()
