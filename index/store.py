"""The index folder: generations, the lock, atomic publishing, clean-up. Knows files, not what is in them.

A generation is built in a folder that no reader looks at, synced, named after the hash of its manifest,
and made live by renaming one small file. A reader holds a shared lock on the manifest it opened;
clean-up needs the exclusive one.
"""

import contextlib
import fcntl
import hashlib
import json
import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from index.errors import LockedError, NoIndexError, StoreError

FORMAT = 4
MANIFEST = "manifest.json"
_BUILDING = ".building-"
_NAME = re.compile(r"[0-9]{6,}-[0-9a-f]{16}")
T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Generation:
    """A published, immutable index. `lock` is the open manifest: while it lives, nothing here is removed.

    `manifest` has all but what is remembered of each file, which only those who write have a use for.
    """

    id: str
    folder: Path
    manifest: Mapping[str, Any]
    lock: "ReadLock" = field(repr=False, compare=False)

    def files(self) -> dict[str, Any]:
        """What is remembered of each live file, by its path."""
        found: dict[str, Any] = json.loads((self.folder / MANIFEST).read_bytes())["files"]
        return found

    def verify(self) -> None:
        """Compare every file with its checksum; raises StoreError naming the first that differs."""
        for name, wanted in self.manifest["checksums"].items():
            try:
                found = checksum(self.folder / name)
            except OSError as problem:
                raise broken(self.folder / name, str(problem.strerror)) from problem
            if found != wanted:
                raise broken(self.folder / name, "its checksum differs")


class ReadLock:
    """A shared lock on a generation's manifest, let go by `close` or with the last reader that holds it."""

    _descriptor = -1

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def close(self) -> None:
        """Let the lock go."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __del__(self) -> None:
        # A snapshot ends when its last request does, which only the collector knows.
        self.close()


def live_id(index: Path) -> str | None:
    """The name in CURRENT, None before the first generation. One small read."""
    try:
        return (index / "CURRENT").read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as problem:
        raise StoreError(f"{index / 'CURRENT'} cannot be read: {problem}") from problem


def open_live(index: Path, use: Callable[["Generation"], T]) -> T:
    """`use` of the live generation, under a shared lock; where it is broken, of the newest older one that is
    whole, and the log says so.

    `use` raises StoreError where the generation is broken. Raises NoIndexError before the first run,
    StoreError when nothing servable is left.
    """
    for _ in range(10):
        name = live_id(index)
        if name is None:
            raise NoIndexError(f"no index in {index} yet. Make one: zhsearch reindex --index {index}")
        try:
            return use(open_generation(index, name))
        except StoreError as problem:
            if live_id(index) != name:
                continue  # published and cleaned up between two of our steps
            for older in reversed(_names(index)):
                if older != name:
                    with contextlib.suppress(StoreError):
                        found = use(open_generation(index, older))
                        _log.error("%s; generation %s serves instead", problem, older)
                        return found
            raise problem
    raise StoreError(f"{index} changes faster than it can be opened")


def open_generation(index: Path, name: str) -> Generation:
    """Open and lock one generation; raises StoreError naming what does not fit."""
    folder = index / "generations" / name
    path = folder / MANIFEST
    try:
        lock = ReadLock(path)
        data = path.read_bytes()  # fails where it was removed while we waited for the lock
    except OSError as problem:
        raise broken(path, str(problem.strerror)) from problem
    if not name.endswith("-" + _digest(data)):
        raise broken(path, "its checksum differs")
    # Within a string the quotes would be escaped, so that this is the key.
    head, last, _ = data.partition(b', "files": {')
    manifest = json.loads(head + b"}" if last else data)
    if manifest.get("format") != FORMAT:
        raise broken(path, f"format {manifest.get('format')}, this version reads {FORMAT}")
    for file, size in manifest["sizes"].items():
        try:
            found = (folder / file).stat().st_size
        except OSError as problem:
            raise broken(folder / file, str(problem.strerror)) from problem
        if found != size:
            raise broken(folder / file, f"{found:,} bytes instead of {size:,}")
    return Generation(name, folder, manifest, lock)


@dataclass(slots=True)
class Writer:
    """The one process that may change an index; made by `writing`."""

    index: Path
    live: Generation | None

    @property
    def fell_back(self) -> bool:
        """Is `live` an older generation, because the one that CURRENT names is broken?"""
        return self.live is not None and self.live.id != live_id(self.index)

    @contextlib.contextmanager
    def new_folder(self) -> Iterator[Path]:
        """A folder to build in, removed on failure."""
        folder = self.index / "generations" / f"{_BUILDING}{os.getpid()}-{time.time_ns()}"
        folder.mkdir(parents=True)
        try:
            yield folder
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def publish(self, folder: Path, manifest: dict[str, Any], *, known: Mapping[str, str]) -> str:
        """Sync and name what was built in `folder`, and make it live. Returns its id.

        `known` are checksums of files that were taken from what was meant to be written, or compared with
        it; the others are read for theirs.
        """
        names = sorted(path.name for path in folder.iterdir())
        sums = {name: known.get(name) or checksum(folder / name) for name in names}
        sizes = {name: (folder / name).stat().st_size for name in names}
        manifest = {"format": FORMAT, "sizes": sizes, "checksums": sums, **manifest}
        manifest["files"] = manifest.pop("files")  # last: readers stop there
        data = json.dumps(manifest, ensure_ascii=False).encode()
        _write(folder / MANIFEST, data)
        for name in names:
            _sync(folder / name)
        _sync(folder)
        number = 1 + max((int(name.split("-")[0]) for name in _names(self.index)), default=0)
        generation = f"{number:06d}-{_digest(data)}"
        folder.rename(folder.with_name(generation))
        _sync(self.index / "generations")
        open_generation(self.index, generation).lock.close()
        _write(self.index / "CURRENT.new", generation.encode())
        (self.index / "CURRENT.new").replace(self.index / "CURRENT")
        _sync(self.index)
        return generation

    def clean_up(self, *, keep: int) -> None:
        """Remove what dead writers left and all but the newest `keep` generations, if no one reads them."""
        names = _names(self.index)
        live = live_id(self.index)
        kept = {live, *names[-keep:]}
        for folder in (self.index / "generations").iterdir():
            if folder.name.startswith(_BUILDING):
                shutil.rmtree(folder, ignore_errors=True)
            elif folder.name not in kept:
                _remove_unread(folder)


@contextlib.contextmanager
def writing(index: Path, use: Callable[[Generation], Generation]) -> Iterator[Writer]:
    """Take the write lock. Raises LockedError while another process has it; a dead one never does.

    `use` raises StoreError where a generation cannot be built upon.
    """
    try:
        (index / "generations").mkdir(parents=True, exist_ok=True)
        lock = (index / "write.lock").open("a+")
    except OSError as problem:
        raise StoreError(
            f"{index} cannot be written: {problem.strerror}. Choose another --index DIR"
        ) from problem
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "?"
            raise LockedError(
                f"{index} is being written by process {holder}. Wait for it, then try again"
            ) from None
        with contextlib.suppress(OSError):  # only told to others; a full disk is named where it matters
            os.ftruncate(lock.fileno(), 0)
            os.write(lock.fileno(), str(os.getpid()).encode())
        try:
            live = open_live(index, use)
        except StoreError:
            live = None  # nothing to build upon: a full run mends it
        try:
            yield Writer(index, live)
        except OSError as problem:
            raise StoreError(
                f"writing {problem.filename or index} failed: {problem.strerror}."
                " The index in use is untouched"
            ) from problem
        finally:
            if live:
                live.lock.close()


def _names(index: Path) -> list[str]:
    """Published generations, oldest first."""
    try:
        folders = list((index / "generations").iterdir())
    except OSError:
        return []
    return sorted(folder.name for folder in folders if _NAME.fullmatch(folder.name))


def _remove_unread(folder: Path) -> None:
    try:
        with (folder / MANIFEST).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)


def link(source: Path, target: Path) -> None:
    """A hard link to a file that never changes, or a copy where links cannot be had."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def checksum(path: Path) -> str:
    """The hash of a file, in hexadecimal digits (BLAKE2b, 16 bytes)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def broken(path: Path, why: str) -> StoreError:
    """The error of an index file that does not fit, with the remedy."""
    return StoreError(f"{path}: {why}. Rebuild it: zhsearch reindex --full")
