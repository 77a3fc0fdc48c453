"""The live generation, followed: each request gets one engine, the next one that of a new generation."""

import logging
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock

from zhsearch.index.errors import CorruptIndexError, ResourceExhaustedError, StoreError
from zhsearch.index.generations.manifest import MANIFEST
from zhsearch.index.generations.store import (
    ChecksumCache,
    Generation,
    current_id,
    file_identity,
    open_current,
)
from zhsearch.search.embedded.engine import EmbeddedEngine
from zhsearch.search.engine.protocol import Engine

_log = logging.getLogger(__name__)

_LOOK = 1.0  # seconds after which the files of the open generation are looked at again
_AGAIN = 2.0  # seconds after which a generation is tried again that there was no room to open
_MOMENT = 10.0  # seconds in which an answer out of files that were damaged may fail
Identity = tuple[int, int, int, int]


class EmbeddedFollower:
    """Hands out the engine of the live generation of one index folder.

    One `stat` of CURRENT a request tells whether to move over. The first request that sees a new generation
    opens it, while the old one answers others; but in a server where nobody asks, that is done before (see
    `watch`). A request keeps the engine that it was given; the old one goes when its last request does.
    `page_cache`: bytes of opened pages that an engine may keep.

    What is opened was compared with its checksums; files that were compared before, as those that a new
    generation shares with the last, are not read again. The files are mapped, so that a byte written into
    one shows in the next answer: each second a `stat` of each tells whether to compare again.
    """

    def __init__(self, index: Path, *, page_cache: int = 0) -> None:
        self.index = index
        self._current = index / "CURRENT"
        self._page_cache = page_cache
        self._engine: Engine | None = None
        self._stamp: Identity | None = None
        self._files: dict[Path, Identity | None] = {}
        self._looked = 0.0
        self._damaged = -_MOMENT
        self._again = 0.0
        self._watched = self._early = False
        self._compared: ChecksumCache = {}
        self._lock = Lock()

    def engine(self) -> Engine:
        """The engine to answer one request with.

        Raises NoIndexError or StoreError where there is nothing servable; where a new generation cannot be
        opened, the open one goes on serving and what is wrong with the new one is logged. Where there is only
        no room to open it just now, it is tried again.
        """
        now, engine = time.monotonic(), self._engine
        stamp = _identity(self._current)
        if engine is not None and now - self._looked < _LOOK and (stamp == self._stamp or now < self._again):
            return engine
        if not self._lock.acquire(blocking=engine is None or self._early):
            assert engine is not None
            return engine  # another request moves over; this one need not wait for it
        try:
            if now - self._looked >= _LOOK:
                self._look(now)
            if self._engine is None or (stamp != self._stamp and now >= self._again):
                self._move(stamp)
            assert self._engine is not None
            return self._engine
        finally:
            self._lock.release()

    def watch(self) -> None:
        """Called in a thread of a server's worker, once a second: opens a new generation that no request has
        seen yet. Who asks meanwhile waits for it, since whoever asks after a run gets what that made."""
        self._watched = True
        if self._engine is None or _identity(self._current) == self._stamp or self._lock.locked():
            return
        self._early = True
        try:
            with suppress(StoreError):
                self.engine()
        finally:
            self._early = False

    def is_corrupt(self) -> bool:
        """Were files of the open generation damaged a moment ago? Then what went wrong is their doing."""
        self._looked = 0.0
        with suppress(StoreError):
            self.engine()
        return time.monotonic() - self._damaged < _MOMENT

    def warning(self, engine: Engine) -> str | None:
        """What is wrong with the live generation, where another answers."""
        current = None
        with suppress(StoreError):
            current = current_id(self.index)
        if current == engine.generation:
            return None
        return f"CURRENT names {current}, which cannot be served; an older generation is"

    def release(self) -> None:
        """Let go of the engine and of the lock on its generation; the next request opens one again."""
        with self._lock:
            self._engine = self._stamp = None

    def _look(self, now: float) -> None:
        """Open again what changed since it was opened, if it is still whole."""
        self._looked = now
        if any(_identity(file) != before for file, before in self._files.items()):
            self._stamp = None

    def _move(self, stamp: Identity | None) -> None:
        try:
            self._engine = open_current(self.index, self._open)
        except (ResourceExhaustedError, MemoryError) as problem:
            if self._engine is None:
                raise
            self._again = time.monotonic() + _AGAIN
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
        is_this = engine is not None and generation.id == engine.generation
        names = (*generation.manifest.sizes, MANIFEST)
        files = {file: _identity(file) for file in (generation.folder / name for name in names)}
        try:
            generation.verify(self._compared)
        except CorruptIndexError:
            if is_this:
                self._engine = None  # rather no answer than one out of damaged files
                self._damaged = time.monotonic()
            raise
        if engine is None or not is_this or files != self._files:
            engine = EmbeddedEngine(generation, page_cache=self._page_cache)
            if self._watched:
                engine.warm()  # or whoever first misspells a word makes many wait
        self._files = files
        return engine


def _identity(file: Path) -> Identity | None:
    with suppress(OSError):
        return file_identity(file)
    return None
