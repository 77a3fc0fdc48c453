"""A follower of the live generation of an index folder."""

import logging
import time
from contextlib import suppress
from pathlib import Path

from zhsearch.index.errors import CorruptIndexError, ResourceExhaustedError, StoreError
from zhsearch.index.generations import (
    MANIFEST,
    ChecksumCache,
    Generation,
    current_id,
    file_identity,
    open_current,
)
from zhsearch.search.embedded.engine import EmbeddedEngine
from zhsearch.search.engine import Engine, EngineFollower

_log = logging.getLogger(__name__)

_RETRY_SECONDS = 2.0  # until a generation is tried again that there were no resources to open
_CORRUPT_SECONDS = 10.0  # after damage was found, in which answers from those files may fail

FileIdentity = tuple[int, int, int, int]


class EmbeddedFollower(EngineFollower):
    """Follows CURRENT in an index folder. `page_cache`: bytes of opened pages that an engine may cache.

    One `stat` of CURRENT for each request shows whether a new generation is live. The first request that sees
    it opens it while the old one answers the others; in a server without requests, `watch` does so.

    Files are compared with their checksums before they are served, and not again while they are unchanged, as
    are those that generations share. Because they are mapped, a byte written into one shows in the next
    answer: once a second a `stat` of each shows whether to compare again.
    """

    def __init__(self, index: Path, *, page_cache: int = 0) -> None:
        super().__init__(index)
        self._current = index / "CURRENT"
        self._page_cache = page_cache
        self._stamp: FileIdentity | None = None  # of CURRENT, when the open generation was opened
        self._files: dict[Path, FileIdentity | None] = {}  # of the open generation
        self._retry_at = 0.0
        self._corrupt_at = -_CORRUPT_SECONDS
        self._is_watched = self._opens_early = False
        self._checksums: ChecksumCache = {}

    def watch(self) -> None:
        """See Follower. Requests wait meanwhile: one that is sent after a reindex gets what it published."""
        self._is_watched = True
        if self._engine is None or _identity(self._current) == self._stamp or self._lock.locked():
            return
        self._opens_early = True
        try:
            with suppress(StoreError):
                self.engine()
        finally:
            self._opens_early = False

    def is_corrupt(self) -> bool:
        """See Follower. Files are checked again first: damage may be the cause of the error."""
        self._checked = 0.0
        with suppress(StoreError):
            self.engine()
        return time.monotonic() - self._corrupt_at < _CORRUPT_SECONDS

    def warning(self, engine: Engine) -> str | None:
        """See Follower."""
        current = None
        with suppress(StoreError):
            current = current_id(self.index)
        if current == engine.generation:
            return None
        return f"CURRENT names {current}, which cannot be served; an older generation is served instead"

    def release(self) -> None:
        """Drop the engine and the lock on its generation; the next request opens one again."""
        with self._lock:
            self._engine = self._stamp = None

    def _must_wait(self) -> bool:
        return self._opens_early

    def _is_current(self) -> bool:
        stamp = _identity(self._current)
        return not self._is_due() and (stamp == self._stamp or time.monotonic() < self._retry_at)

    def _update(self) -> None:
        stamp = _identity(self._current)  # before the generation is opened, or a change meanwhile is missed
        if self._is_due():
            self._check_files()
        if self._engine is None or (stamp != self._stamp and time.monotonic() >= self._retry_at):
            self._open_live(stamp)

    def _check_files(self) -> None:
        """Make `_update` verify and open the generation again where one of its files has changed."""
        self._checked = time.monotonic()
        if any(_identity(file) != before for file, before in self._files.items()):
            self._stamp = None

    def _open_live(self, stamp: FileIdentity | None) -> None:
        try:
            self._engine = open_current(self.index, self._open)
        except (ResourceExhaustedError, MemoryError) as problem:
            if self._engine is None:
                raise
            self._retry_at = time.monotonic() + _RETRY_SECONDS
            _log.error(
                "%s; still serving generation %s", str(problem) or "no memory", self._engine.generation
            )
            return
        except StoreError as problem:
            if self._engine is None:
                raise
            _log.error("%s; still serving generation %s", problem, self._engine.generation)
        self._stamp = stamp

    def _open(self, generation: Generation) -> Engine:
        engine = self._engine
        is_open = engine is not None and generation.id == engine.generation
        names = (*generation.manifest.sizes, MANIFEST)
        files = {file: _identity(file) for file in (generation.folder / name for name in names)}
        try:
            generation.verify(self._checksums)
        except CorruptIndexError:
            if is_open:
                self._engine = None  # no answer is better than one from damaged files
                self._corrupt_at = time.monotonic()
            raise
        if engine is None or not is_open or files != self._files:
            engine = EmbeddedEngine(generation, page_cache=self._page_cache)
            if self._is_watched:
                engine.warm()  # otherwise the first request to misspell a word makes others wait
        self._files = files
        return engine


def _identity(file: Path) -> FileIdentity | None:
    with suppress(OSError):
        return file_identity(file)
    return None
