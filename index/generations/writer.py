"""The writer of an index: atomic publishing, clean-up.

A generation is built in a folder that no reader opens, synced, named after the hash of its manifest, and goes
live when one small file is renamed.
"""

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path

from zhsearch.index.errors import NoIndexError, ResourceExhaustedError, StoreError
from zhsearch.index.generations.durable import sync
from zhsearch.index.generations.manifest import MANIFEST, Manifest, encode_manifest
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
from zhsearch.index.generations.write_lock import write_lock
from zhsearch.index.messages import system_message
from zhsearch.index.source import FileState

_BUILDING = ".building-"
_FILES = {"CURRENT", "REJECTED", "generations", "service", "write.lock"}
_GITIGNORE = "# The index of zhsearch, which is built from the content.\n*\n"


@dataclass(slots=True)
class IndexWriter:
    """Write access to an index, which one process has at a time; created by `open_writer`.

    `live` is the generation to build upon, with verified checksums: that in CURRENT or, if it is damaged, the
    newest intact one. `refused` are the errors of those that were skipped, by name (generations, or CURRENT).
    """

    index: Path
    live: Generation | None
    refused: Mapping[str, StoreError]

    @contextlib.contextmanager
    def new_folder(self) -> Iterator[Path]:
        """A new folder to build a generation in; it is removed on failure."""
        folder = self.index / "generations" / f"{_BUILDING}{os.getpid()}-{time.time_ns()}"
        try:
            folder.mkdir(parents=True)  # within `try`: an interrupt may come as soon as it exists
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
        """Sync and name the generation built in `folder`, and make it live. Returns its id.

        The manifest's `sizes` and `checksums` are set here. `files` are the states of the content files by
        path. `known_checksums` were computed while files were written, or were verified; the other files are
        read to compute theirs.
        """
        names = sorted(path.name for path in folder.iterdir())
        checksums = {name: known_checksums.get(name) or checksum(folder / name) for name in names}
        sizes = {name: (folder / name).stat().st_size for name in names}
        data = encode_manifest(replace(manifest, sizes=sizes, checksums=checksums), files)
        _write(folder / MANIFEST, data)
        for name in names:
            sync(folder / name)
        sync(folder)
        number = 1 + max((int(name.split("-")[0]) for name in generation_names(self.index)), default=0)
        generation = f"{number:06d}-{digest(data)}"
        folder.rename(folder.with_name(generation))
        sync(self.index / "generations")
        open_generation(self.index, generation).lock.close()
        _hide_from_git(self.index)
        self.make_live(generation)
        return generation

    def make_live(self, generation: str) -> None:
        """Name a generation in CURRENT, atomically: readers see the old name or the new one."""
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
        sync(self.index)

    def clean_up(self, *, keep: int) -> None:
        """Remove what killed writers left, and all but the newest `keep` intact generations.

        Rejected ones go first, since no rollback leads to them. A generation with a reader stays, and so do
        damaged ones until a new one is live.
        """
        current = _current_id(self.index)
        rejected = rejected_ids(self.index) - {current}
        intact = [name for name in generation_names(self.index) if name not in self.refused]
        intact.sort(key=lambda name: (name not in rejected, name))
        retained = {current, *intact[-keep:]}
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
def open_writer(index: Path, cache: ChecksumCache | None = None) -> Iterator[IndexWriter]:
    """Take the write lock, and verify the live generation (`cache` as in `Generation.verify`).

    Where there was no folder, none is left if the block raises. Raises LockedError while another process
    holds the lock, which ends with that process; StoreError if the folder cannot be written.
    """
    missing = [folder for folder in (index, *index.parents) if not folder.exists()]
    with write_lock(index):
        try:
            with _open_writer(index, {} if cache is None else cache) as writer:
                yield writer
        except BaseException:
            if missing:
                _remove_empty(index, missing)
            raise


@contextlib.contextmanager
def _open_writer(index: Path, cache: ChecksumCache) -> Iterator[IndexWriter]:
    live, refused = _intact_generation(index, cache)
    try:
        yield IndexWriter(index, live, refused)
    except OSError as problem:
        raise StoreError(
            "writing {filename} failed: {problem}. The index in use is untouched",
            filename=problem.filename or index,
            problem=system_message(problem),
        ) from problem
    finally:
        if live:
            live.lock.close()


def _remove_empty(index: Path, folders: Iterable[Path]) -> None:
    """Remove an index without generations, and the folders that were made for it, the innermost first."""
    with contextlib.suppress(OSError):
        (index / "generations").rmdir()
        (index / "write.lock").unlink()
        for folder in folders:
            folder.rmdir()


def _hide_from_git(index: Path) -> None:
    """Write a .gitignore for the folder, unless it has one or other files than those of an index."""
    with contextlib.suppress(OSError):  # not worth a failed run
        names = {entry.name for entry in index.iterdir()}
        if names <= _FILES:
            (index / ".gitignore").write_text(_GITIGNORE, encoding="utf-8")


def _intact_generation(index: Path, cache: ChecksumCache) -> tuple[Generation | None, dict[str, StoreError]]:
    """The generation to build upon: the live one or, if it is damaged, the newest intact one; and the errors
    of those that are damaged, by name."""
    refused: dict[str, StoreError] = {}

    def verified(generation: Generation) -> Generation:
        try:
            generation.verify(cache)
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


def _remove_unread(folder: Path) -> None:
    """Remove a generation unless a reader has it open."""
    try:
        with (folder / MANIFEST).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except FileNotFoundError:  # partly removed before
        shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return  # it has a reader, or its manifest cannot be opened


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
