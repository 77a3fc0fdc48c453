"""Query statistics: counts by query text, of all workers, in one small file of the index folder.

For privacy nothing else is stored: no address, no time of day. Texts are folded, long ones are not counted,
and `zhsearch report` hides rare ones.
"""

import atexit
import datetime as dt
import logging
import os
import time
from collections.abc import Mapping
from fcntl import LOCK_EX, flock
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import orjson

from zhsearch.index.analysis import fold_keeping_blanks, simplify_characters
from zhsearch.search.reindex_state import service_folder

MAX_TEXT_CHARS = 64
"""Characters of the longest text that is counted. A longer one is likely to contain more than a query."""

MAX_TEXTS = 10_000
"""Maximum number of texts in the file; beyond it the least frequent are dropped."""

_TEXTS_AFTER_DROP = 8_000  # fewer than MAX_TEXTS, so that not every flush drops some
_MAX_PENDING = 5_000  # texts of one process between two flushes
_FLUSH_INTERVAL_S = 30
_log = logging.getLogger(__name__)


class QueryCount(NamedTuple):
    """The number of searches for a text, and how many of them were without hits."""

    searches: int
    without: int


class QueryLog:
    """Counts of this process, added to the file in the index folder by `flush_if_due` and at exit."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self._pending: dict[str, QueryCount] = {}
        self._lock = Lock()
        self._owner_pid = -1
        self._next_flush = time.monotonic() + _FLUSH_INTERVAL_S
        self._reported_error = False

    def record(self, text: str, total: int) -> None:
        """Count a search for a text that had `total` hits."""
        folded = " ".join(simplify_characters(fold_keeping_blanks(text).text).split())
        if not folded or len(folded) > MAX_TEXT_CHARS:
            return
        with self._lock:
            if self._owner_pid != os.getpid():  # just forked: a worker counts for itself
                self._owner_pid, self._pending = os.getpid(), {}
                atexit.register(self.flush)
            before = self._pending.get(folded, QueryCount(0, 0))
            if before.searches or len(self._pending) < _MAX_PENDING:
                self._pending[folded] = QueryCount(before.searches + 1, before.without + (not total))

    def flush(self) -> None:
        """Add the pending counts to the file. If it cannot be written, log the error once."""
        with self._lock:
            pending, self._pending = self._pending, {}
        if not pending or self._owner_pid != os.getpid():
            return
        try:
            _add(self._index, pending)
        except OSError as problem:
            if not self._reported_error:
                _log.error("statistics cannot be written: %s", problem)
                self._reported_error = True

    def flush_if_due(self) -> None:
        """Flush, if the interval has passed."""
        if time.monotonic() >= self._next_flush:
            self._next_flush = time.monotonic() + _FLUSH_INTERVAL_S
            self.flush()


def read_query_log(index: Path) -> tuple[str | None, dict[str, QueryCount]]:
    """The day on which counting began (None if it has not) and the counts since."""
    try:
        stored = orjson.loads((index / "service/queries.json").read_bytes())
        return stored["since"], {text: QueryCount(*counts) for text, counts in stored["queries"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return None, {}


def delete_query_log(index: Path) -> None:
    """Delete all counts."""
    with _locked(index):
        (index / "service/queries.json").unlink(missing_ok=True)


def _add(index: Path, pending: Mapping[str, QueryCount]) -> None:
    with _locked(index):
        since, counts = read_query_log(index)
        for text, (searches, without) in pending.items():
            before = counts.get(text, QueryCount(0, 0))
            counts[text] = QueryCount(before.searches + searches, before.without + without)
        if len(counts) > MAX_TEXTS:
            counts = dict(sorted(counts.items(), key=lambda item: -item[1].searches)[:_TEXTS_AFTER_DROP])
        since = since or dt.datetime.now(dt.UTC).date().isoformat()
        new_file = index / "service/queries.new"
        queries = {text: list(count) for text, count in counts.items()}
        new_file.write_bytes(orjson.dumps({"since": since, "queries": queries}))
        new_file.replace(index / "service/queries.json")


class _locked:  # noqa: N801  a context manager
    def __init__(self, index: Path) -> None:
        self._file = (service_folder(index) / "queries.lock").open("ab")

    def __enter__(self) -> None:
        flock(self._file, LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()
