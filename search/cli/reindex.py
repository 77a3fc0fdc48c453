"""`zhsearch reindex`: a site in, a published generation and a report out."""

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import asdict
from pathlib import Path

import click

from zhsearch.index.errors import LockedError, ZhsearchError
from zhsearch.index.generations.store import ChecksumCache
from zhsearch.index.hugo.site import load_site
from zhsearch.index.models import FileNotice, ReindexReport
from zhsearch.index.pipeline.reindex import Progress, StrictError, reindex
from zhsearch.search.backends import backend_of
from zhsearch.search.cli.output import (
    echo_error,
    index_option,
    json_option,
    print_json,
    report_errors,
    setting_option,
    tables,
)
from zhsearch.search.reindex_state import is_wanted_again, recorded_run
from zhsearch.search.settings import Settings, load_settings

_NICE = 10  # readers who search meanwhile go first
_WAIT = 1  # seconds until another run is looked for again


@click.command("reindex")
@setting_option("content")
@index_option
@click.option("--full", is_flag=True, help="Analyse every post again.")
@click.option("--strict", is_flag=True, help="Fail, and publish nothing, if a post must be skipped.")
@click.option("--watch", is_flag=True, help="Go on, and follow every edit, until stopped (Ctrl-C).")
@click.option(
    "--every",
    type=click.FloatRange(min=0.1),
    default=60,
    show_default=True,
    help="With --watch: seconds after which to look without an edit, for posts whose day has come.",
)
@json_option
@click.option("--on-request", type=int, hidden=True, help="The lock that a server started this run with.")
@report_errors
def command(
    content: Path | None,
    index: Path | None,
    full: bool,
    strict: bool,
    watch: bool,
    every: float,
    as_json: bool,
    on_request: int | None,
) -> None:
    """Bring the index up to date with the content, and publish it."""
    seen: ChecksumCache = {}
    quiet = as_json

    def read() -> Settings:
        return load_settings(flags={"content": content, "index": index})

    def run(settings: Settings) -> ReindexReport:
        nonlocal full, quiet
        with _progress(show=not quiet) as progress, recorded_run(settings.index) as reports:
            report = reindex(settings, full=full, strict=strict, progress=progress, seen=seen)
            backend_of(settings).publish(full=full)
            reports.append(report)
        full, quiet = False, True  # what follows takes no time
        return report

    def show(report: ReindexReport) -> None:
        if as_json:
            print_json(asdict(report))
        else:
            _tell_report(report)

    settings = read()
    with suppress(OSError):  # where a sandbox forbids even that
        os.nice(_NICE)
    if on_request is not None:
        _run_on_request(lambda: show(run(settings)), settings.index, on_request)
        return
    if watch:
        load_site(
            settings.content, settings.environment
        )  # what is wrong from the beginning is no edit that may be mended
        from zhsearch.search.cli.watch import watch_loop  # noqa: PLC0415  watchfiles is for --watch alone

        watch_loop(read, run, show, every=every, as_json=as_json)
        return
    try:
        show(run(settings))
    except StrictError as error:
        _tell_notes("skipped", error.skipped)
        raise


def _run_on_request(run: Callable[[], None], index: Path, lock: int) -> None:
    """Run until no more is asked for. Someone else's run is waited for: it may have read a file too early."""
    while True:
        failed = None
        try:
            run()
        except LockedError:
            time.sleep(_WAIT)
            continue
        except ZhsearchError as error:
            failed = error
        if not is_wanted_again(index, lock):
            if failed:
                raise failed
            return
        if failed:
            echo_error(f"zhsearch: {failed}", "red")


def _progress(*, show: bool) -> AbstractContextManager[Progress | None]:
    if not show:
        return nullcontext()
    from zhsearch.search.cli.progress import progress_bar  # noqa: PLC0415  rich takes a moment

    return progress_bar()


def _tell_report(report: ReindexReport) -> None:
    _tell_notes("skipped", report.skipped)
    _tell_notes("note", report.warnings)
    if report.rebuilt_because:
        echo_error(f"everything was analysed again ({report.rebuilt_because})")
    if rich := tables():
        rich.show_report(report)
        return
    live = report.indexed + report.unchanged
    click.secho(f"{live} pages live in generation {report.generation}, {report.seconds:.1f} s", bold=True)
    click.echo(
        f"{report.indexed} indexed ({report.updated} of them updated), {report.unchanged} unchanged,"
        f" {report.deleted} deleted, {report.unpublished} unpublished, {len(report.skipped)} skipped"
    )


def _tell_notes(what: str, notes: tuple[FileNotice, ...]) -> None:
    if rich := tables():
        rich.show_notes(what, notes)
        return
    for note in notes:
        echo_error(f"{what}: {note.path}: {note.reason}", "yellow")
