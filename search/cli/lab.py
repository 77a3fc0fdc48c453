"""`zhsearch lab`: look at a search, try words and weights, judge hits, in a browser on this machine."""

import signal
import webbrowser
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event

import click

from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import Command
from zhsearch.search.cli.language import _
from zhsearch.search.cli.output import echo_error, index_option, report_errors, setting_option
from zhsearch.search.lab import LabServer

JUDGED = "judged.jsonl"
"""The file of judged queries in the working folder, unless another is named."""


@click.command("lab", cls=Command, examples=("zhsearch lab", "zhsearch lab --judged questions.jsonl"))
@click.option("--port", type=click.IntRange(0, 65_535), default=0, help="Port. Default: a free one.")
@click.option(
    "--judged",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path(JUDGED),
    show_default=True,
    help="File of judged queries, which eval reads.",
)
@click.option("--no-browser", is_flag=True, help="Print the address, and open no browser.")
@setting_option("content")
@index_option
@report_errors
def command(port: int, judged: Path, no_browser: bool, content: Path | None, index: Path | None) -> None:
    """Open a page on the live index: see why hits are found, try changes, judge hits.

    It serves this machine alone, at an address that works once. Files change only when you write the changes.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)  # as Ctrl-C: a trial's copy of the index is deleted
    read_settings = partial(checked_settings, {"content": content, "index": index})
    with (
        LabServer(read_settings, Path.cwd(), judged.absolute(), port=port) as server,
        suppress(KeyboardInterrupt),
    ):
        click.echo(server.url)
        echo_error(_("The address works once. Stop with Ctrl-C."))
        if not no_browser:
            _open(server.url)
        Event().wait()


def _open(url: str) -> None:
    """Open a browser that has a window of its own; one of the terminal would take that."""
    with suppress(webbrowser.Error):
        browser = webbrowser.get()
        if type(browser) is not webbrowser.GenericBrowser:
            browser.open(url)
