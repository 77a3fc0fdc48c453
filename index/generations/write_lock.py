"""The write lock of an index, which one process has at a time, and which ends with it."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from zhsearch.index.errors import LockedError, StoreError
from zhsearch.index.generations.durable import make_folder
from zhsearch.index.messages import system_message

_held: list[TextIO] = []  # by this process


@contextlib.contextmanager
def write_lock(index: Path) -> Iterator[None]:
    """Hold the write lock of an index; its folder is made if it does not exist."""
    path = index / "write.lock"
    while True:
        try:
            make_folder(index / "generations")
            lock = path.open("a+")
        except OSError as problem:
            raise StoreError(
                "{index} cannot be written: {problem}. Choose another --index DIR",
                index=index,
                problem=system_message(problem),
            ) from problem
        with lock:
            _acquire(lock, index)
            if _is_at(lock, path):
                _held.append(lock)
                try:
                    yield
                finally:
                    _held.remove(lock)
                return


def _is_at(file: TextIO, path: Path) -> bool:
    """Whether an open file is still the one at its path: a first run that failed removes its lock."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def drop_write_locks() -> None:
    """In a forked process: close the write locks, which end with the process that took them."""
    for lock in _held:
        lock.close()


def _acquire(lock: TextIO, index: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        if holder := lock.read().strip():
            raise LockedError(
                "{index} is being written by process {holder}. Wait for it, then try again",
                index=index,
                holder=holder,
            ) from None
        raise LockedError(
            "{index} is being written by another process. Wait for it, then try again", index=index
        ) from None
    with contextlib.suppress(OSError):  # for error messages only; a full disk is reported where it matters
        os.ftruncate(lock.fileno(), 0)
        os.write(lock.fileno(), str(os.getpid()).encode())
