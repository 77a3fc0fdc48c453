"""The base class of followers, which replaces the open engine without making requests wait."""

import time
from abc import ABC, abstractmethod
from pathlib import Path
from threading import Lock

from zhsearch.search.engine.protocol import Engine

CHECK_SECONDS = 1.0
"""Seconds after which storage is checked again for changes."""


class EngineFollower(ABC):
    """Hands out the open engine while it is current, and otherwise has one request update it.

    That request opens the new engine under a lock; the others meanwhile get the old one. Only where none is
    open do they wait. A request uses one engine from start to end; the old one is freed when its last
    request ends.
    """

    def __init__(self, index: Path) -> None:
        self.index = index
        self._engine: Engine | None = None
        self._checked = 0.0
        """When storage was last checked, in seconds of `time.monotonic`."""
        self._lock = Lock()

    def engine(self) -> Engine:
        """The engine for one request. Raises NoIndexError or StoreError where none can be opened and none is
        open; an update that fails is logged, and the open engine goes on serving."""
        engine = self._engine
        if engine is not None and self._is_current():
            return engine
        if not self._lock.acquire(blocking=engine is None or self._must_wait()):
            assert engine is not None
            return engine  # another request updates it
        try:
            self._update()
            assert self._engine is not None
            return self._engine
        finally:
            self._lock.release()

    def release(self) -> None:
        """Drop the engine; the next request opens one again."""
        with self._lock:
            self._engine = None

    def _is_due(self) -> bool:
        """Whether CHECK_SECONDS have passed since storage was checked."""
        return time.monotonic() - self._checked >= CHECK_SECONDS

    def _must_wait(self) -> bool:
        """Whether a request waits for an update that another makes."""
        return False

    @abstractmethod
    def _is_current(self) -> bool:
        """Whether the open engine may answer without an update. Every request calls it: it must be fast."""

    @abstractmethod
    def _update(self) -> None:
        """Open the current engine unless it is open; called under the lock, perhaps after another request has
        done so. Raises where none is open afterwards."""
