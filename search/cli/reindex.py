"""`zhsearch reindex`: bring the index up to date and report what the run did."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import click

from zhsearch.index.errors import LockedError, ZhsearchError
from zhsearch.index.generations import ChecksumCache
from zhsearch.index.models import FileNotice, ReindexReport
from zhsearch.index.pipeline import Progress, StrictError, open_source, reindex
from zhsearch.search.backends import backend_of
from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import Command
from zhsearch.search.cli.language import _, count_of, listed, speak_english
from zhsearch.search.cli.left_out import echo_left_out, left_out_counts
from zhsearch.search.cli.output import (
    echo_error,
    echo_problem,
    index_option,
    json_option,
    print_json,
    report_errors,
    setting_option,
    terminal_output,
)
from zhsearch.search.reindex_state import claim_next_run, recorded_run
from zhsearch.search.settings import Settings

_NICE = 10  # scheduling priority: searches go first
_LOCK_RETRY_S = 1  # seconds until the write lock is tried again


def run_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a run, for the commands that start one."""
    flag = partial(click.option, is_flag=True)
    options = (
        setting_option("content"),
        setting_option("html"),
        index_option,
        flag("--full", help="Analyse every post again, changed or not."),
        flag("--strict", help="Fail, and publish nothing, if a post must be skipped."),
        flag("--allow-empty", help="Publish an index without pages, too, if none is found."),
        flag("-v", "--verbose", help="List each page that is left out, with the reason."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(
    "reindex",
    cls=Command,
    examples=("zhsearch reindex", "zhsearch reindex --content . -v", "zhsearch reindex --watch"),
)
@run_options
@click.option("--watch", is_flag=True, help="Keep running and index every edit, until stopped (Ctrl-C).")
@click.option(
    "--every",
    type=click.FloatRange(min=0.1),
    default=60,
    show_default=True,
    help="With --watch: seconds between runs without an edit, for posts that are due.",
)
@json_option
@click.option(
    "--on-request",
    type=int,
    hidden=True,
    help="Descriptor of the lock that the server passed on.",
)
@report_errors
def command(
    content: Path | None,
    html: Path | None,
    index: Path | None,
    full: bool,
    strict: bool,
    allow_empty: bool,
    verbose: bool,
    watch: bool,
    every: float,
    as_json: bool,
    on_request: int | None,
) -> None:
    """Bring the index up to date with the content, and publish it."""
    if on_request is not None:
        speak_english()  # into the server's log
    flags = {"content": content, "html": html, "index": index}
    runner = Runner(
        flags, full=full, strict=strict, allow_empty=allow_empty, verbose=verbose, as_json=as_json
    )
    settings = runner.read()
    with suppress(OSError):  # some sandboxes forbid it
        os.nice(_NICE)
    if on_request is not None:
        _run_on_request(lambda: runner.show(runner.run(settings)), settings.index, on_request)
    elif watch:
        open_source(settings)  # an invalid one ends the command at the start
        from zhsearch.search.cli.watch import watch_loop  # noqa: PLC0415  watchfiles is for --watch alone

        watch_loop(runner.read, runner.run, runner.show, every=every, as_json=as_json)
    else:
        runner.show(run_once(runner, settings))


def run_once(runner: "Runner", settings: Settings) -> ReindexReport:
    """Run, and list the posts that were skipped where that is an error."""
    try:
        return runner.run(settings)
    except StrictError as error:
        _echo_notices(_("skipped"), error.skipped)
        raise


class Runner:
    """Runs of one command: reads the settings, runs, shows the report. With --watch all three are repeated,
    but only the first run may be a full one and shows its progress."""

    def __init__(
        self,
        flags: Mapping[str, object],
        *,
        full: bool,
        strict: bool,
        allow_empty: bool,
        verbose: bool,
        as_json: bool,
    ) -> None:
        self._flags = flags
        self._full, self._strict, self._allow_empty = full, strict, allow_empty
        self._verbose, self._as_json = verbose, as_json
        self._shows_progress = not as_json
        self._checksums: ChecksumCache = {}

    def read(self) -> Settings:
        """The settings as they are now, command-line options first."""
        return checked_settings(self._flags)

    def run(self, settings: Settings) -> ReindexReport:
        """Index and publish once; the run is recorded in the index folder, however it ends."""
        full = self._full
        with _progress(show=self._shows_progress) as progress, recorded_run(settings.index) as reports:
            report = reindex(
                settings,
                full=full,
                strict=self._strict,
                allow_empty=self._allow_empty,
                progress=progress,
                checksum_cache=self._checksums,
            )
            backend_of(settings).publish(full=full)
            reports.append(report)
        self._full = self._shows_progress = False
        return report

    def show(self, report: ReindexReport) -> None:
        """Print a report as text or JSON."""
        if self._as_json:
            print_json(asdict(self.wanted(report)))
        else:
            _echo_report(self.wanted(report))

    def wanted(self, report: ReindexReport) -> ReindexReport:
        """A report as far as it was asked for."""
        return report if self._verbose else replace(report, left_out=())


def _run_on_request(run: Callable[[], None], index: Path, lock: int) -> None:
    """Run until no request is left.

    While another process runs, wait and then run all the same: it may have read a file before the requested
    edit.
    """
    while True:
        failed = None
        try:
            run()
        except LockedError:
            time.sleep(_LOCK_RETRY_S)
            continue
        except ZhsearchError as error:
            failed = error
        if not claim_next_run(index, lock):
            if failed:
                raise failed
            return
        if failed:
            echo_problem(failed)


def _progress(*, show: bool) -> AbstractContextManager[Progress | None]:
    if not (show and sys.stderr.isatty()):
        return nullcontext()
    from zhsearch.search.cli.rich_output import progress_bar  # noqa: PLC0415  rich loads slowly

    return progress_bar()


def _echo_report(report: ReindexReport) -> None:
    _echo_notices(_("skipped"), report.skipped)
    _echo_notices(_("note"), report.warnings)
    echo_left_out(report.left_out)
    if report.rebuilt_because:
        echo_error(_("everything was analysed again ({reason})", reason=report.rebuilt_because))
    if rich := terminal_output():
        rich.show_report(report)
        return
    live = report.indexed + report.unchanged
    summary = count_of(
        "{count} page live in generation {generation}, {seconds:.1f} s",
        "{count} pages live in generation {generation}, {seconds:.1f} s",
        live,
        generation=report.generation,
        seconds=report.seconds,
    )
    click.secho(summary, bold=True)
    counts = _(
        "{indexed} indexed ({updated} of them updated), {unchanged} unchanged, {deleted} deleted,"
        " {left_out}, {skipped} skipped",
        indexed=report.indexed,
        updated=report.updated,
        unchanged=report.unchanged,
        deleted=report.deleted,
        left_out=listed(left_out_counts(report)),
        skipped=len(report.skipped),
    )
    click.echo(counts)


def _echo_notices(label: str, notices: tuple[FileNotice, ...]) -> None:
    if rich := terminal_output():
        rich.show_notices(label, notices)
        return
    for notice in notices:
        echo_error(f"{label}: {notice.path}: {_(notice.reason)}", "yellow")
