"""The index behind the alias, followed: a request gets one engine, the next that of a new generation."""

import logging
import time
from pathlib import Path
from threading import Lock

from zhsearch.index.errors import NoIndexError, StoreError
from zhsearch.search.engine.protocol import Engine
from zhsearch.search.opensearch.aliases import current_generation
from zhsearch.search.opensearch.client import Client
from zhsearch.search.opensearch.engine import OpenSearchEngine

_log = logging.getLogger(__name__)

_LOOK = 1.0  # seconds after which the alias is looked at again


class ClusterFollower:
    """Hands out the engine of the index behind the alias; asks once a second whether that is another by now,
    or another generation. `page_cache`: bytes of opened pages that an engine may keep.
    """

    def __init__(self, index: Path, client: Client, *, page_cache: int = 0) -> None:
        self.index = index
        self._client = client
        self._page_cache = page_cache
        self._engine: OpenSearchEngine | None = None
        self._looked = 0.0
        self._lock = Lock()

    def engine(self) -> Engine:
        """The engine to answer one request with. Raises NoIndexError or StoreError where there is none; where
        the cluster does not answer, the open one is handed out, whose request says so."""
        engine = self._engine
        if engine is not None and time.monotonic() - self._looked < _LOOK:
            return engine
        if not self._lock.acquire(blocking=engine is None):
            assert engine is not None
            return engine
        try:
            self._look()
            assert self._engine is not None
            return self._engine
        finally:
            self._lock.release()

    def is_corrupt(self) -> bool:
        """Nothing of ours can be damaged."""
        return False

    def warning(self, engine: Engine) -> str | None:
        """Nothing: one index answers, or none."""
        return None

    def watch(self) -> None:
        """Nothing: requests ask often enough, and nothing takes long to open."""

    def release(self) -> None:
        """Let go of the engine; the next request opens one again."""
        with self._lock:
            self._engine = None

    def _look(self) -> None:
        engine = self._engine
        if engine is not None and time.monotonic() - self._looked < _LOOK:
            return  # another request did
        try:
            if engine is None or current_generation(self._client) != (engine.name, engine.generation):
                self._engine = OpenSearchEngine(self._client, page_cache=self._page_cache)
        except NoIndexError:
            self._engine = None
            raise
        except StoreError as problem:
            if engine is None:
                raise
            _log.error("%s", problem)
        self._looked = time.monotonic()
