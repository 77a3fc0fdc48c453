"""The live generation, followed: each request gets one engine, the next one that of a new generation."""

import logging
from pathlib import Path
from threading import Lock

from index.errors import StoreError
from index.store import Generation, open_live
from search.engine import Engine
from search.whoosh_engine import WhooshEngine

_log = logging.getLogger(__name__)


class Live:
    """Hands out the engine of the live generation of one index folder.

    One `stat` of CURRENT a request tells whether to move over. A request keeps the engine that it was
    given; the old one goes when its last request does. `page_cache`: bytes of opened pages that an engine may
    keep.
    """

    def __init__(self, index: Path, *, page_cache: int = 0) -> None:
        self._index = index
        self._current = index / "CURRENT"
        self._page_cache = page_cache
        self._engine: Engine | None = None
        self._seen: tuple[int, int] | None = None
        self._lock = Lock()

    def engine(self) -> Engine:
        """The engine to answer one request with.

        Raises NoIndexError or StoreError where there is nothing servable; as long as an older generation is
        open, it goes on serving and what is wrong with the new one is logged.
        """
        stamp = self._stamp()
        if self._engine is not None and stamp == self._seen:
            return self._engine
        with self._lock:
            if self._engine is None or stamp != self._seen:
                self._move(stamp)
            assert self._engine is not None
            return self._engine

    def release(self) -> None:
        """Let go of the engine and of the lock on its generation; the next request opens one again."""
        with self._lock:
            self._engine = self._seen = None

    def _move(self, stamp: tuple[int, int] | None) -> None:
        try:
            self._engine = open_live(self._index, self._open)
        except StoreError as problem:
            if self._engine is None:
                raise
            _log.error("%s; still serving generation %s", problem, self._engine.generation)
        self._seen = stamp

    def _open(self, generation: Generation) -> Engine:
        if self._engine is not None and generation.id == self._engine.generation:
            return self._engine
        return WhooshEngine(generation, page_cache=self._page_cache)

    def _stamp(self) -> tuple[int, int] | None:
        try:
            stat = self._current.stat()
        except OSError:
            return None
        return stat.st_ino, stat.st_mtime_ns
