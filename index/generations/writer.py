"""Write an index: the write lock, atomic publishing, clean-up.

A generation is built in a folder that no reader opens, synced, named after the hash of its manifest, and made
live by renaming one small file.
"""

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from zhsearch.index.errors import LockedError, NoIndexError, ResourceExhaustedError, StoreError
from zhsearch.index.generations.manifest import MANIFEST, FileState, Manifest, encode_manifest
from zhsearch.index.generations.store import (
    ChecksumCache,
    Generation,
    checksum,
    current_id,
    digest,
    find_current,
    generation_names,
    open_generation,
    rejected_ids,
)

_BUILDING = ".building-"


@dataclass(slots=True)
class IndexWriter:
    """What the one process that may change an index works with; made by `open_writer`.

    `live` is the generation to build upon, whose checksums are right: that in CURRENT or, where that one is
    damaged, the newest whole one. `refused` are those passed over (generations, or CURRENT), with their
    errors.
    """

    index: Path
    live: Generation | None
    refused: Mapping[str, StoreError]

    @contextlib.contextmanager
    def new_folder(self) -> Iterator[Path]:
        """A folder to build in, removed on failure."""
        folder = self.index / "generations" / f"{_BUILDING}{os.getpid()}-{time.time_ns()}"
        try:
            folder.mkdir(parents=True)  # in here: an interrupt may come as soon as it is there
            yield folder
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def publish(
        self,
        folder: Path,
        manifest: Manifest,
        files: Mapping[str, FileState],
        *,
        known_checksums: Mapping[str, str],
    ) -> str:
        """Sync and name what was built in `folder`, and make it live. Returns the generation's id.

        The manifest's `sizes` and `checksums` are set here. `files` is what is remembered of the content
        files. `known_checksums` were taken from what was meant to be written, or compared with it; the other
        files are read for theirs.
        """
        names = sorted(path.name for path in folder.iterdir())
        checksums = {name: known_checksums.get(name) or checksum(folder / name) for name in names}
        sizes = {name: (folder / name).stat().st_size for name in names}
        data = encode_manifest(replace(manifest, sizes=sizes, checksums=checksums), files)
        _write(folder / MANIFEST, data)
        for name in names:
            _sync(folder / name)
        _sync(folder)
        number = 1 + max((int(name.split("-")[0]) for name in generation_names(self.index)), default=0)
        generation = f"{number:06d}-{digest(data)}"
        folder.rename(folder.with_name(generation))
        _sync(self.index / "generations")
        open_generation(self.index, generation).lock.close()
        self.make_live(generation)
        return generation

    def make_live(self, generation: str) -> None:
        """Name a generation in CURRENT. Readers see the old name or the new one, whatever is killed in
        between."""
        self._replace("CURRENT", generation)

    def set_rejected(self, names: Set[str]) -> None:
        """Name the rejected generations in REJECTED; only those that exist, so that it does not grow."""
        self._replace(
            "REJECTED", "".join(f"{name}\n" for name in generation_names(self.index) if name in names)
        )

    def _replace(self, name: str, text: str) -> None:
        """Replace a small file of the index folder: after a crash it has the old text or the new one."""
        file = self.index / name
        _write(file.with_name(f"{name}.new"), text.encode())
        file.with_name(f"{name}.new").replace(file)
        _sync(self.index)

    def clean_up(self, *, keep: int) -> None:
        """Remove what dead writers left, and all but the newest `keep` whole generations; none that someone
        reads. Rejected ones go first, since no rollback leads to them. Damaged ones stay until there is a new
        one."""
        current = _current_id(self.index)
        rejected = rejected_ids(self.index) - {current}
        whole = [name for name in generation_names(self.index) if name not in self.refused]
        whole.sort(key=lambda name: (name not in rejected, name))
        retained = {current, *whole[-keep:]}
        if current is None or current in self.refused:
            retained |= self.refused.keys()
        elif self.live and self.live.id not in retained:
            self.live.lock.close()  # the new generation no longer needs the one that it was built upon
        for name in ("CURRENT.new", "REJECTED.new"):
            (self.index / name).unlink(missing_ok=True)
        for folder in (self.index / "generations").iterdir():
            if folder.name.startswith(_BUILDING):
                shutil.rmtree(folder, ignore_errors=True)
            elif folder.name not in retained:
                _remove_unread(folder)


@contextlib.contextmanager
def open_writer(index: Path, seen: ChecksumCache | None = None) -> Iterator[IndexWriter]:
    """Take the write lock, and compare the live generation with its checksums (see `Generation.verify`).

    Raises LockedError while another process holds the lock, which ends with the process; StoreError where
    the folder cannot be written.
    """
    try:
        _make_folder(index / "generations")
        lock = (index / "write.lock").open("a+")
    except OSError as problem:
        raise StoreError(
            f"{index} cannot be written: {problem.strerror}. Choose another --index DIR"
        ) from problem
    with lock:
        _acquire(lock, index)
        live, refused = _whole_generation(index, {} if seen is None else seen)
        try:
            yield IndexWriter(index, live, refused)
        except OSError as problem:
            raise StoreError(
                f"writing {problem.filename or index} failed: {problem.strerror}."
                " The index in use is untouched"
            ) from problem
        finally:
            if live:
                live.lock.close()


def _acquire(lock: TextIO, index: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "?"
        raise LockedError(
            f"{index} is being written by process {holder}. Wait for it, then try again"
        ) from None
    with contextlib.suppress(OSError):  # for error messages only; a full disk is reported where it matters
        os.ftruncate(lock.fileno(), 0)
        os.write(lock.fileno(), str(os.getpid()).encode())


def _whole_generation(index: Path, seen: ChecksumCache) -> tuple[Generation | None, dict[str, StoreError]]:
    """The generation to build upon: the live one or, where it is damaged, the newest whole one; and the
    errors of those that are damaged, by name."""
    refused: dict[str, StoreError] = {}

    def verified(generation: Generation) -> Generation:
        try:
            generation.verify(seen)
        except ResourceExhaustedError:
            raise
        except StoreError as problem:
            refused[generation.id] = problem
            raise
        return generation

    try:
        live, others = find_current(index, verified)
    except NoIndexError:
        return None, {}
    except ResourceExhaustedError:
        raise
    except StoreError as problem:
        return None, refused or {"CURRENT": problem}
    return live, {**others, **refused}


def _current_id(index: Path) -> str | None:
    with contextlib.suppress(StoreError):
        return current_id(index)
    return None


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, synced, so that they survive a loss of power."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)


def _remove_unread(folder: Path) -> None:
    """Remove a generation that no one reads."""
    try:
        with (folder / MANIFEST).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except FileNotFoundError:  # half removed before
        shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return  # someone reads it, or whether anyone does cannot be found out


def link(source: Path, target: Path) -> None:
    """Make a hard link to a file that never changes, or a copy where the file system has no links."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


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
