"""Searches in, how often each text was searched for out: counts alone, kept by all workers in one small file.

No address, no time of day, nothing of a reader but the text that was searched for, folded; long texts are
left out. What only a few searched for is told to no one (see `report`).
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

from zhsearch.index.analysis.folding import fold_plain
from zhsearch.search.reindex_state import service_folder

MAX_TEXT_CHARS = 64
"""Characters of a text that is counted. What is longer is likely to say more than what is searched for."""

MAX_TEXTS = 10_000
"""Texts in the file; of more, those that were searched for least are forgotten."""

_LEFT = 8_000  # texts that are left then, so that it is not done at every turn
_MOST_WAITING = 5_000  # texts of one process between two turns
_EVERY = 30  # seconds
_log = logging.getLogger(__name__)


class QueryCount(NamedTuple):
    """How often a text was searched for, and how often nothing was found."""

    searches: int
    without: int


class QueryLog:
    """Counts searches of this process; adds them to the index's file at the end and, where `turn` is called
    again and again, each half minute."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self._waiting: dict[str, QueryCount] = {}
        self._lock = Lock()
        self._owner = -1
        self._next = time.monotonic() + _EVERY
        self._told = False

    def record(self, text: str, total: int) -> None:
        """Count a search that found so many pages."""
        folded = " ".join(fold_plain(text).split())
        if not folded or len(folded) > MAX_TEXT_CHARS:
            return
        with self._lock:
            if self._owner != os.getpid():  # a worker just forked, which counts for itself
                self._owner, self._waiting = os.getpid(), {}
                atexit.register(self.flush)
            before = self._waiting.get(folded, QueryCount(0, 0))
            if before.searches or len(self._waiting) < _MOST_WAITING:
                self._waiting[folded] = QueryCount(before.searches + 1, before.without + (not total))

    def flush(self) -> None:
        """Add to the file what was counted since. Where it cannot be written, the log says so once."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        if not waiting or self._owner != os.getpid():
            return
        try:
            _add(self._index, waiting)
        except OSError as problem:
            if not self._told:
                _log.error("statistics cannot be written: %s", problem)
                self._told = True

    def flush_if_due(self) -> None:
        """Write, if it is time."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY
            self.flush()


def read_query_log(index: Path) -> tuple[str | None, dict[str, QueryCount]]:
    """The day that counting began and what was counted since; None where nothing was."""
    try:
        kept = orjson.loads((index / "service/queries.json").read_bytes())
        return kept["since"], {text: QueryCount(*counts) for text, counts in kept["queries"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return None, {}


def delete_query_log(index: Path) -> None:
    """Begin again."""
    with _locked(index):
        (index / "service/queries.json").unlink(missing_ok=True)


def _add(index: Path, more: Mapping[str, QueryCount]) -> None:
    with _locked(index):
        since, counts = read_query_log(index)
        for text, (searches, without) in more.items():
            before = counts.get(text, QueryCount(0, 0))
            counts[text] = QueryCount(before.searches + searches, before.without + without)
        if len(counts) > MAX_TEXTS:
            counts = dict(sorted(counts.items(), key=lambda one: -one[1].searches)[:_LEFT])
        since = since or dt.datetime.now(dt.UTC).date().isoformat()
        new = index / "service/queries.new"
        queries = {text: list(one) for text, one in counts.items()}
        new.write_bytes(orjson.dumps({"since": since, "queries": queries}))
        new.replace(index / "service/queries.json")


class _locked:  # noqa: N801  a context manager
    def __init__(self, index: Path) -> None:
        self._file = (service_folder(index) / "queries.lock").open("ab")

    def __enter__(self) -> None:
        flock(self._file, LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()
