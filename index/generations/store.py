"""The generations of an index folder: open, lock and verify them.

A reader holds a shared lock on the manifest that it opened; clean-up (see `writer`) needs the exclusive one.
A damaged generation is refused by name, and the newest intact one opened instead.
"""

import errno
import fcntl
import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from zhsearch.index.errors import CorruptIndexError, NoIndexError, ResourceExhaustedError, StoreError
from zhsearch.index.generations.manifest import (
    MANIFEST,
    Manifest,
    decode_files,
    decode_manifest,
)
from zhsearch.index.messages import system_message
from zhsearch.index.source import FileState

_NAME = re.compile(r"[0-9]{6,}-[0-9a-f]{16}")
EXHAUSTED_ERRNOS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EAGAIN})
"""Values of errno that mean a temporary lack of resources: the file itself may be intact."""

_MAX_CACHED_CHECKSUMS = 10_000
T = TypeVar("T")
_log = logging.getLogger(__name__)

ChecksumCache = dict[tuple[int, int, int, int], str]
"""Checksums of files that were read, by `file_identity`."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A published, immutable index. While `lock` is held, its files are not removed."""

    id: str
    folder: Path
    manifest: Manifest
    lock: "ReadLock" = field(repr=False, compare=False)

    def files(self) -> dict[str, FileState]:
        """Read the states of the content files with a live page, by path.

        They are read from disk at each call, because only a run needs them.
        """
        path = self.folder / MANIFEST
        return decode_files(path.read_bytes(), path)

    def verify(self, cache: ChecksumCache | None = None) -> None:
        """Compare every file with its checksum. Raises CorruptIndexError naming the first that differs,
        ResourceExhaustedError if a file cannot be read for lack of resources.

        Files with a checksum in `cache` are not read again; those that are read are added to it.
        """
        cache = {} if cache is None else cache
        if len(cache) > _MAX_CACHED_CHECKSUMS:
            cache.clear()
        for name, expected in (*self.manifest.checksums.items(), (MANIFEST, self.id)):
            path = self.folder / name
            try:
                identity = file_identity(path)
                actual = cache.get(identity) or (manifest_hash if name == MANIFEST else checksum)(path)
            except OSError as problem:
                raise unreadable_error(path, problem) from problem
            cache[identity] = actual
            if not expected.endswith(actual):
                raise CorruptIndexError(path, "its checksum differs")


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationState:
    """A published generation as `status` lists it. `rejected`: it was rolled back."""

    id: str
    live: bool
    rejected: bool


class ReadLock:
    """A shared lock on a generation's manifest, released by `close` or when it is garbage-collected."""

    _descriptor = -1

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def close(self) -> None:
        """Release the lock."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __del__(self) -> None:
        # A snapshot is in use until its last request ends; only the garbage collector knows when.
        self.close()


def current_id(index: Path) -> str | None:
    """The name in CURRENT, None before the first generation. Raises CorruptIndexError if it is not the name
    of a generation."""
    path = index / "CURRENT"
    try:
        name = path.read_bytes().decode("ascii", "replace").strip()
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise unreadable_error(path, problem) from problem
    if not _NAME.fullmatch(name):
        raise CorruptIndexError(path, "{name!r} is not the name of a generation", name=name[:40])
    return name


def rejected_ids(index: Path) -> frozenset[str]:
    """The names in REJECTED: generations that were rolled back. None if the file cannot be read: a lost
    mark must not stop searches. Raises ResourceExhaustedError if the system lacks resources."""
    path = index / "REJECTED"
    try:
        names = path.read_bytes().decode("ascii", "replace").split()
    except OSError as problem:
        if problem.errno in EXHAUSTED_ERRNOS:
            raise unreadable_error(path, problem) from problem
        return frozenset()
    return frozenset(filter(_NAME.fullmatch, names))


def list_generations(index: Path, live: str | None) -> list[GenerationState]:
    """The published generations, oldest first, where `live` is the live one; none where there is no index."""
    rejected = rejected_ids(index)
    return [
        GenerationState(id=name, live=name == live, rejected=name in rejected and name != live)
        for name in generation_names(index)
    ]


def open_current(index: Path, load: Callable[[Generation], T]) -> T:
    """Load the live generation under a shared lock; if it is damaged, log it and load the newest intact one.
    Rejected ones come last.

    `load` raises StoreError if the generation is damaged. Raises NoIndexError before the first run,
    StoreError if no generation can be served, ResourceExhaustedError if the system lacks resources.
    """
    result, refused = find_current(index, load)
    for problem in refused.values():
        _log.error("%s; another generation serves instead", problem)
    return result


def find_current(index: Path, load: Callable[[Generation], T]) -> tuple[T, dict[str, StoreError]]:
    """Like `open_current`, but also returns the errors of the generations that were refused before, by name;
    CURRENT counts as one."""
    for _ in range(10):
        current, refused = _current(index)
        others = [name for name in reversed(generation_names(index)) if name != current]
        if current is None and not others:
            raise next(iter(refused.values()), _no_index_error(index))
        for name in _candidates(index, current, others):
            try:
                return load(open_generation(index, name)), refused
            except ResourceExhaustedError:
                raise
            except StoreError as problem:
                if name == current and _current(index)[0] != name:
                    break  # another was published and this one removed meanwhile
                # The traceback would hold the generation, and its lock, until the next garbage collection.
                problem.__traceback__ = problem.__cause__ = problem.__context__ = None
                refused[name] = problem
        else:
            raise next(iter(refused.values()))
    raise StoreError("{index} changes faster than it can be opened", index=index)


def _candidates(index: Path, current: str | None, others: list[str]) -> Iterator[str]:
    """The live generation, then the others in the order in which they may serve instead."""
    if current:
        yield current
    # Read only now: most often the live one serves. The sort is stable.
    yield from sorted(others, key=rejected_ids(index).__contains__)


def _current(index: Path) -> tuple[str | None, dict[str, StoreError]]:
    """The name in CURRENT, and the error if there are generations and it names none."""
    path = index / "CURRENT"
    try:
        name = current_id(index)
    except CorruptIndexError as problem:
        return None, {path.name: problem}
    return name, {} if name or not generation_names(index) else {
        path.name: CorruptIndexError(path, "it is missing")
    }


def open_generation(index: Path, name: str) -> Generation:
    """Open and lock one generation. Raises StoreError naming the file that is damaged or cannot be read."""
    folder = index / "generations" / name
    path = folder / MANIFEST
    try:
        lock = ReadLock(path)
        data = path.read_bytes()  # fails if it was removed while we waited for the lock
    except OSError as problem:
        raise unreadable_error(path, problem) from problem
    if not name.endswith("-" + digest(data)):
        raise CorruptIndexError(path, "its checksum differs")
    manifest = decode_manifest(data, path)
    _check_sizes(folder, manifest)
    return Generation(name, folder, manifest, lock)


def _check_sizes(folder: Path, manifest: Manifest) -> None:
    for name, expected in manifest.sizes.items():
        path = folder / name
        try:
            actual = path.stat().st_size
        except OSError as problem:
            raise CorruptIndexError(path, system_message(problem)) from problem
        if actual != expected:
            raise CorruptIndexError(
                path, "{actual:,} bytes instead of {expected:,}", actual=actual, expected=expected
            )


def generation_names(index: Path) -> list[str]:
    """The names of the published generations, oldest first."""
    try:
        folders = list((index / "generations").iterdir())
    except OSError as problem:
        if problem.errno in EXHAUSTED_ERRNOS:
            raise unreadable_error(index, problem) from problem
        return []
    return sorted(folder.name for folder in folders if _NAME.fullmatch(folder.name))


def unreadable_error(path: Path, problem: OSError) -> StoreError:
    """The error for a file of the index that cannot be read: damage, or a temporary lack of resources."""
    if problem.errno in EXHAUSTED_ERRNOS:
        return ResourceExhaustedError(
            "{path} cannot be read: {problem}. Try again in a moment",
            path=path,
            problem=system_message(problem),
        )
    return CorruptIndexError(path, system_message(problem))


def checksum(path: Path) -> str:
    """The hash of a file, in hexadecimal digits (BLAKE2b, 16 bytes)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def manifest_hash(path: Path) -> str:
    """The hash of a manifest, which a generation's name ends with."""
    return digest(path.read_bytes())


def file_identity(path: Path) -> tuple[int, int, int, int]:
    """What identifies the content of a file: device, inode, size (bytes), modification time (nanoseconds)."""
    stat = path.stat()
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns


def digest(data: bytes) -> str:
    """The hash of short data, in hexadecimal digits (BLAKE2b, 8 bytes)."""
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def _no_index_error(index: Path) -> NoIndexError:
    return NoIndexError("no index in {index} yet. Make one: zhsearch reindex --index {index}", index=index)
