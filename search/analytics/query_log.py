"""The counts of searches of one process, added to the file in the index folder now and then.

Texts are folded, and long ones are not counted; `zhsearch report` hides rare ones.
"""

import atexit
import datetime as dt
import logging
import os
import re
import time
from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from zhsearch.index.analysis import fold_keeping_blanks, simplify_characters
from zhsearch.search.analytics.search_counts import (
    TIME_LIMITS_S,
    DayCount,
    SearchCounts,
    TextCount,
    add_search_counts,
)

MAX_TEXT_CHARS = 64
"""Characters of the longest text that is counted. A longer one is likely to contain more than a query."""

FEW_HITS = 2
"""A search with so many hits, or one, found few."""

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_MAX_PENDING = 5_000  # texts of one process between two flushes
_FLUSH_INTERVAL_S = 30
_log = logging.getLogger(__name__)


class CountedSearch(NamedTuple):
    """What is counted of a search. `language` is the one asked for, empty for all; `seconds` is the time to
    answer."""

    text: str
    total: int
    relaxed: bool = False
    suggested: bool = False
    taken: bool = False
    language: str = ""
    seconds: float | None = None


class QueryLog:
    """Counts of this process, added to the file in the index folder by `flush_if_due` and at exit.

    `index_size` returns the number of pages and bytes of the index, (0, 0) where they are not known.
    """

    def __init__(self, index: Path, index_size: Callable[[], tuple[int, int]] = lambda: (0, 0)) -> None:
        self._index = index
        self._index_size = index_size
        self._pending = SearchCounts()
        self._lock = Lock()
        self._owner_pid = -1
        self._next_flush = time.monotonic() + _FLUSH_INTERVAL_S
        self._reported_error = False

    def record(self, search: CountedSearch) -> None:
        """Count a search. One without a text, which lists all pages, does not count."""
        printable = _CONTROLS.sub(" ", search.text)  # the owner's terminal would obey them
        folded = " ".join(simplify_characters(fold_keeping_blanks(printable).text).split())
        if not folded:
            return
        today = _today().isoformat()
        few = 0 < search.total <= FEW_HITS
        count = TextCount(1, not search.total, few, search.relaxed, today)
        with self._lock:
            if self._owner_pid != os.getpid():  # just forked: a worker counts for itself
                self._owner_pid, self._pending = os.getpid(), SearchCounts()
                atexit.register(self.flush)
            _count(self._pending.days.setdefault(today, DayCount()), search, count)
            texts = self._pending.texts
            if len(folded) <= MAX_TEXT_CHARS and (folded in texts or len(texts) < _MAX_PENDING):
                texts[folded] = texts.get(folded, TextCount()).plus(count)

    def flush(self) -> None:
        """Add the pending counts to the file. If it cannot be written, log the error once."""
        with self._lock:
            pending, self._pending = self._pending, SearchCounts()
        if not pending.days or self._owner_pid != os.getpid():
            return
        last = pending.days[max(pending.days)]
        last.pages, last.size = self._index_size()
        try:
            add_search_counts(self._index, pending, _today())
        except OSError as problem:
            with self._lock:  # counted with the next ones
                pending.add(self._pending, _today())
                self._pending = pending
            if not self._reported_error:
                _log.error("statistics cannot be written: %s", problem)
                self._reported_error = True

    def flush_if_due(self) -> None:
        """Flush, if the interval has passed."""
        if time.monotonic() >= self._next_flush:
            self._next_flush = time.monotonic() + _FLUSH_INTERVAL_S
            self.flush()


def _count(day: DayCount, search: CountedSearch, count: TextCount) -> None:
    """Add a search to its day."""
    day.searches += 1
    day.without += count.without
    day.few += count.few
    day.relaxed += count.relaxed
    day.suggested += search.suggested
    day.taken += search.taken
    if search.language:
        day.languages[search.language] = day.languages.get(search.language, 0) + 1
    if search.seconds is not None:
        day.times[bisect_left(TIME_LIMITS_S, search.seconds)] += 1


def _today() -> dt.date:
    """The day where the server is."""
    return dt.datetime.now().astimezone().date()
