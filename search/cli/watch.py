"""`zhsearch reindex --watch`: a run after each batch of edits, until it is stopped."""

import datetime as dt
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from zhsearch.index.errors import LockedError, ZhsearchError
from zhsearch.index.messages import Message
from zhsearch.index.models import ReindexReport
from zhsearch.index.pipeline import Watcher
from zhsearch.search.cli.language import _
from zhsearch.search.cli.output import echo_error, print_json
from zhsearch.search.settings import Settings

_LOCK_RETRY_S = 1.0  # seconds until the next try while another process holds the write lock


def watch_loop(
    read: Callable[[], Settings],
    run: Callable[[Settings], ReindexReport],
    show: Callable[[ReindexReport], None],
    *,
    every: float,
    as_json: bool,
) -> None:
    """Run now, after each batch of edits, and at least every `every` seconds, because posts become due.

    Returns on SIGINT or SIGTERM, which also abort a run. A failed run is reported once per batch of edits and
    does not end the loop. A run without an edit is reported only if it published something.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with closing(Watcher()) as watch:
            _WatchLoop(watch, read, run, show, every=every, as_json=as_json).run_forever()
    except KeyboardInterrupt:
        echo_error(_("zhsearch: no longer watching"))


class _WatchLoop:
    """The state of a watch loop: problems that were reported, and the last generation."""

    def __init__(
        self,
        watch: Watcher,
        read: Callable[[], Settings],
        run: Callable[[Settings], ReindexReport],
        show: Callable[[ReindexReport], None],
        *,
        every: float,
        as_json: bool,
    ) -> None:
        self._watch = watch
        self._read = read
        self._run = run
        self._show = show
        self._every = every
        self._as_json = as_json
        self._reported: set[str] = set()
        self._generation = ""

    def run_forever(self) -> None:
        edited = True
        while True:
            try:
                self._run_once(edited=edited)
            except LockedError as problem:
                self._report_failure(Message("{problem}. Retrying", problem=problem))
                edited = self._watch.wait(_LOCK_RETRY_S) or edited
                continue
            except ZhsearchError as problem:
                self._report_failure(str(problem))
            if edited := self._watch.wait(self._every):
                self._reported = set()

    def _run_once(self, *, edited: bool) -> None:
        settings = self._read()
        if problem := self._watch.aim(settings, Path.cwd()):
            self._warn(
                Message(
                    "changes cannot be watched ({problem}): checking every {seconds:g} s instead",
                    problem=problem,
                    seconds=self._every,
                )
            )
        report = self._run(settings)
        if edited or report.generation != self._generation:
            if not self._as_json:
                echo_error(f"{dt.datetime.now():%H:%M:%S}")
            self._show(report)
        self._generation = report.generation
        self._reported = {text for text in self._reported if text.startswith("changes cannot")}

    def _report_failure(self, problem: str) -> None:
        if self._as_json and problem not in self._reported:
            print_json({"error": problem})
        self._warn(problem)

    def _warn(self, problem: str) -> None:
        if problem not in self._reported:
            self._reported.add(problem)
            echo_error(f"zhsearch: {_(problem)}", "red")
