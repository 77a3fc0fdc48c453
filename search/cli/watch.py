"""`zhsearch reindex --watch`: edits in, a run and a report for each batch of them, until it is stopped."""

import datetime as dt
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from zhsearch.index.errors import LockedError, ZhsearchError
from zhsearch.index.models import ReindexReport
from zhsearch.index.pipeline.watch import Watcher
from zhsearch.search.cli.output import echo_error, print_json
from zhsearch.search.settings import Settings

_AGAIN = 1.0  # seconds until the next try, where another process writes


def watch_loop(
    read: Callable[[], Settings],
    run: Callable[[Settings], ReindexReport],
    show: Callable[[ReindexReport], None],
    *,
    every: float,
    as_json: bool,
) -> None:
    """Run now, after each batch of edits, and after `every` seconds at the latest, when posts may have become
    due; returns on SIGINT or SIGTERM, which end a run as well.

    A run that fails is told, once for each edit, and does not end it. What time alone brought about is shown
    only if it is anything.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with closing(Watcher()) as watch:
            _Follower(watch, read, run, show, every=every, as_json=as_json).follow()
    except KeyboardInterrupt:
        echo_error("zhsearch: no longer watching")


class _Follower:
    """What a watching process remembers from one run to the next."""

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
        self._told: set[str] = set()
        self._generation = ""

    def follow(self) -> None:
        edited = True
        while True:
            try:
                self._once(edited=edited)
            except LockedError as problem:
                self._fail(f"{problem}; this one does")
                edited = self._watch.wait(_AGAIN) or edited
                continue
            except ZhsearchError as problem:
                self._fail(str(problem))
            if edited := self._watch.wait(self._every):
                self._told = set()

    def _once(self, *, edited: bool) -> None:
        settings = self._read()
        if problem := self._watch.aim(settings, Path.cwd()):
            self._warn(f"changes cannot be watched ({problem}): looking every {self._every:g} s instead")
        report = self._run(settings)
        if edited or report.generation != self._generation:
            if not self._as_json:
                echo_error(f"{dt.datetime.now():%H:%M:%S}")
            self._show(report)
        self._generation = report.generation
        self._told = {told for told in self._told if told.startswith("changes cannot")}

    def _fail(self, problem: str) -> None:
        if self._as_json and problem not in self._told:
            print_json({"error": problem})
        self._warn(problem)

    def _warn(self, problem: str) -> None:
        if problem not in self._told:
            self._told.add(problem)
            echo_error(f"zhsearch: {problem}", "red")
