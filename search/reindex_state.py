"""Runs of `zhsearch reindex` in, one small file of what became of them out, for every process to read.

Beside it lie what a request for a run needs: a lock that the running process holds, and a mark that one more
run is wanted. All of it is in the index folder, which who reindexes may write to.
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

_TRIES = 3  # for a lock that someone may only look at


class ReindexRuns(TypedDict):
    """How many runs were done and how many failed; of the last, how it ended and when, what it took in
    seconds, and its error or what it indexed."""

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
    """Where the server and the runs keep what is no index, made if need be. Raises OSError."""
    folder = index / "service"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def last_run(index: Path) -> ReindexRuns | None:
    """What became of the runs; None before the first."""
    try:
        return cast(ReindexRuns, orjson.loads((index / "service/runs.json").read_bytes()))
    except (OSError, ValueError):
        return None


@contextmanager
def recorded_run(index: Path) -> Iterator[list[ReindexReport]]:
    """Note what becomes of a run; put its report into the list. An index that cannot be written to is no
    reason to fail, nor is another run at work, which will tell of itself."""
    began = monotonic()
    reports: list[ReindexReport] = []
    try:
        yield reports
    except LockedError:
        raise
    except ZhsearchError as problem:
        _note(index, monotonic() - began, str(problem), None)
        raise
    _note(index, monotonic() - began, None, reports[-1] if reports else None)


def record_killed(index: Path, signal: int) -> None:
    """Note that a run was killed, of which it could not tell itself."""
    _note(index, 0.0, f"it was killed by signal {signal}", None)


def _note(index: Path, seconds: float, error: str | None, report: ReindexReport | None) -> None:
    before = last_run(index)
    done, failed = (before["done"], before["failed"]) if before else (0, 0)
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
    """The lock of a run that is to be started on request: a descriptor for its process to inherit. None where
    one is running, which is then told to run once more. Raises OSError where the folder cannot be written."""
    folder = service_folder(index)
    mark = folder / "again"
    descriptor = os.open(folder / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    if not _locked(descriptor):
        mark.touch()
        # Whoever lets the lock go looks for the mark after that: either they see it, or we have the lock.
        if not _locked(descriptor):
            os.close(descriptor)
            return None
    mark.unlink(missing_ok=True)
    return descriptor


def is_running(index: Path) -> bool:
    """Is a run at work that was started on request?"""
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


def is_wanted_again(index: Path, descriptor: int) -> bool:
    """Called by the process that was started on request when its run has ended: shall it run once more?"""
    flock(descriptor, LOCK_UN)
    mark = index / "service/again"
    if mark.exists() and _locked(descriptor):
        mark.unlink(missing_ok=True)
        return True
    return False


def _locked(descriptor: int) -> bool:
    for _ in range(_TRIES):
        with suppress(BlockingIOError):
            flock(descriptor, LOCK_EX | LOCK_NB)
            return True
        sleep(0.02)
    return False
