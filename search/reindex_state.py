"""The state of `zhsearch reindex` runs, shared by all processes through files in the index folder.

`service/runs.json` has the outcome of the last run. `service/run.lock` is held by the process of a run that
was started on request, and `service/again` requests one more run after it. They are in the index folder
because every process that reindexes may write there.
"""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN, flock
from pathlib import Path
from time import monotonic, sleep
from typing import TypedDict, cast

import orjson

from zhsearch.index.errors import LockedError, ZhsearchError
from zhsearch.index.models import ReindexReport

_LOCK_ATTEMPTS = 3  # is_running() holds the lock for a moment
_LOCK_PAUSE_S = 0.02


class ReindexRuns(TypedDict):
    """Counts of runs that succeeded (`done`) and failed, and the outcome of the last one.

    `outcome` is done or failed, `ended` ISO 8601 in UTC, `indexed` and `skipped` numbers of posts.
    """

    done: int
    failed: int
    outcome: str
    ended: str
    seconds: float
    error: str | None
    generation: str | None
    indexed: int
    skipped: int


def service_folder(index: Path) -> Path:
    """The folder of files that are not index, created if it does not exist. Raises OSError."""
    folder = index / "service"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def last_run(index: Path) -> ReindexRuns | None:
    """Counts and the last outcome; None before the first run."""
    try:
        return cast(ReindexRuns, orjson.loads((index / "service/runs.json").read_bytes()))
    except (OSError, ValueError):
        return None


@contextmanager
def recorded_run(index: Path) -> Iterator[list[ReindexReport]]:
    """Record the outcome of the run in this block, which appends its report to the list.

    LockedError is not recorded: the other run records its own outcome. Nothing is recorded, and the run goes
    on, if the index folder cannot be written, or if there is none because the first run failed.
    """
    started = monotonic()
    reports: list[ReindexReport] = []
    try:
        yield reports
    except LockedError:
        raise
    except ZhsearchError as problem:
        if index.is_dir():
            _record(index, monotonic() - started, str(problem), None)
        raise
    _record(index, monotonic() - started, None, reports[-1] if reports else None)


def record_killed(index: Path, signal: int) -> None:
    """Record that the process of a run was killed, which it could not record itself."""
    _record(index, 0.0, f"it was killed by signal {signal}", None)


def _record(index: Path, seconds: float, error: str | None, report: ReindexReport | None) -> None:
    previous = last_run(index)
    done, failed = (previous["done"], previous["failed"]) if previous else (0, 0)
    runs: ReindexRuns = {
        "done": done + (error is None),
        "failed": failed + (error is not None),
        "outcome": "done" if error is None else "failed",
        "ended": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "error": error,
        "generation": report.generation if report else None,
        "indexed": report.indexed if report else 0,
        "skipped": len(report.skipped) if report else 0,
    }
    with suppress(OSError):
        folder = service_folder(index)
        (folder / "runs.new").write_bytes(orjson.dumps(runs))
        (folder / "runs.new").replace(folder / "runs.json")


def acquire_run_lock(index: Path) -> int | None:
    """The lock for a run that is started on request: a file descriptor for its process to inherit.

    None while such a run is active; another run is then requested after it. Raises OSError if the folder
    cannot be written.
    """
    folder = service_folder(index)
    again = folder / "again"
    descriptor = os.open(folder / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    if not _try_lock(descriptor):
        again.touch()
        # A process that releases the lock checks for `again` afterwards: either it sees it, or we get the
        # lock.
        if not _try_lock(descriptor):
            os.close(descriptor)
            return None
    again.unlink(missing_ok=True)
    return descriptor


def is_running(index: Path) -> bool:
    """Whether a run that was started on request is active."""
    try:
        descriptor = os.open(index / "service/run.lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        flock(descriptor, LOCK_SH | LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def claim_next_run(index: Path, descriptor: int) -> bool:
    """Claim the run that was requested meanwhile, or release the lock. Returns whether to run again."""
    flock(descriptor, LOCK_UN)
    again = index / "service/again"
    if again.exists() and _try_lock(descriptor):
        again.unlink(missing_ok=True)
        return True
    return False


def _try_lock(descriptor: int) -> bool:
    for _ in range(_LOCK_ATTEMPTS):
        with suppress(BlockingIOError):
            flock(descriptor, LOCK_EX | LOCK_NB)
            return True
        sleep(_LOCK_PAUSE_S)
    return False
