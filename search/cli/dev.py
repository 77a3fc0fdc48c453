"""`zhsearch dev`: index, watch and serve a Hugo site while somebody writes it."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click

from zhsearch.index.errors import ZhsearchError
from zhsearch.index.models import ReindexReport
from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import Command
from zhsearch.search.cli.dev_server import DevServer, dev_settings, serve_for
from zhsearch.search.cli.dev_site import choose_port, describe_box, find_dev_site, origins_of
from zhsearch.search.cli.init import echo_init_result
from zhsearch.search.cli.lab import JUDGED
from zhsearch.search.cli.language import _
from zhsearch.search.cli.output import echo_error, report_errors
from zhsearch.search.cli.reindex import Runner
from zhsearch.search.cli.watch import watch_loop
from zhsearch.search.lab import LabServer
from zhsearch.search.settings import Settings
from zhsearch.search.widget import write_partials

_EVERY_S = 60.0  # seconds between runs without an edit, for posts that are due


@click.command("dev", cls=Command, examples=("zhsearch dev", "zhsearch dev --init --drafts"))
@click.option(
    "--content",
    type=click.Path(path_type=Path),
    help="The site's root or content folder. Default: the site that the working folder is in.",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    help="Port of the search. Default: the one in the site's partials, else 8000 or the next free one.",
)
@click.option(
    "--site-url",
    default="http://localhost:1313",
    show_default=True,
    help="Where `hugo server` shows the site: hits lead there, and its pages may call the search.",
)
@click.option("--drafts", "-D", is_flag=True, help="Index drafts too, as `hugo server -D` shows them.")
@click.option("--init", is_flag=True, help="Write the search box into the site first, as `init` does.")
@click.option("--server-of", type=int, hidden=True, help="Serve for this process.")
@report_errors
def command(
    content: Path | None, port: int | None, site_url: str, drafts: bool, init: bool, server_of: int | None
) -> None:
    """Index a Hugo site, follow every edit, and serve its search for `hugo server`.

    Run it in the site's root. It writes nothing there but the folder .zhsearch, unless --init is given.
    """
    origins = origins_of(site_url)
    if server_of is not None:
        assert content is not None
        assert port is not None
        serve_for(server_of, partial(dev_settings, content, port, origins, drafts=drafts))
        return
    site = find_dev_site(content)
    os.chdir(site.folder)  # zhsearch.toml and .zhsearch are there
    port = choose_port(port, checked_settings().port, site.root)
    url = f"http://127.0.0.1:{port}"
    if init:
        echo_init_result(write_partials(site.root, url, with_settings=False))
        click.echo()
    arguments = ["--content", str(site.content), "--port", str(port), "--site-url", site_url]
    server = DevServer([*arguments, *(["--drafts"] if drafts else [])])
    with server, ExitStack() as stack:
        read_settings = partial(dev_settings, site.content, port, origins, drafts=drafts)
        _Loop(site.root, server, read_settings, stack).run()
    if server.failure:
        raise ZhsearchError(server.failure)


class _Loop:
    """Runs that keep the index up to date, and a server and a lab that are started after the first of them.
    `stack` stops the lab."""

    def __init__(
        self, root: Path, server: DevServer, read_settings: Callable[[], Settings], stack: ExitStack
    ) -> None:
        self._root, self._server, self._read_settings, self._stack = root, server, read_settings, stack
        self._runner = Runner({}, full=False, strict=False, allow_empty=False, verbose=False, as_json=False)
        self._settings: Settings | None = None

    def run(self) -> None:
        watch_loop(self._read, self._run, self._show, every=_EVERY_S, as_json=False)

    def _read(self) -> Settings:
        if self._server.failure:  # in case that its signal was lost
            raise KeyboardInterrupt
        settings = self._read_settings()
        if self._settings not in (None, settings):
            self._server.reload()
        self._settings = settings
        return settings

    def _run(self, settings: Settings) -> ReindexReport:
        try:
            return self._runner.run(settings)
        except ZhsearchError:  # it is reported; an older index may serve, and the next edit may mend it
            self._start_server()
            raise

    def _show(self, report: ReindexReport) -> None:
        self._runner.show(report)
        self._start_server()

    def _start_server(self) -> None:
        assert self._settings
        if self._server.start():
            url = f"http://127.0.0.1:{self._settings.port}"
            hugo = "hugo server -D" if self._settings.drafts else "hugo server"
            site = self._settings.site_url
            echo_error("\n" + _("search  {url}", url=f"{url}/search"))
            echo_error(_("site    {site}  (run `{hugo}`)", site=site, hugo=hugo))
            lab = self._stack.enter_context(
                LabServer(self._read_settings, Path.cwd(), Path(JUDGED).absolute())
            )
            echo_error(_("lab     {url}  (works once)", url=lab.url))
            for line in describe_box(self._root, url):
                echo_error(line)
            echo_error("\n" + _("Every edit is indexed. Stop with Ctrl-C."))
