"""A follower of the alias, which gives each request the engine of the index behind it."""

import logging
import time
from pathlib import Path

from zhsearch.index.errors import NoIndexError, StoreError
from zhsearch.search.engine import Engine, EngineFollower
from zhsearch.search.opensearch.aliases import current_generation
from zhsearch.search.opensearch.client import Client
from zhsearch.search.opensearch.engine import OpenSearchEngine

_log = logging.getLogger(__name__)


class ClusterFollower(EngineFollower):
    """Checks once a second to which index and generation the alias points.

    Where the cluster does not answer, the open engine is handed out, and the request reports the error.
    `page_cache`: bytes of opened pages that an engine may cache.
    """

    def __init__(self, index: Path, client: Client, *, page_cache: int = 0) -> None:
        super().__init__(index)
        self._client = client
        self._page_cache = page_cache
        self._open_index: tuple[str, str] | None = None  # name and generation

    def is_corrupt(self) -> bool:
        """See Follower. No: none of our files are read."""
        return False

    def warning(self, engine: Engine) -> str | None:
        """See Follower. None: there is one index to serve, or none."""
        return None

    def watch(self) -> None:
        """See Follower. Nothing to do: an index opens fast enough for the request that needs it."""

    def _is_current(self) -> bool:
        return not self._is_due()

    def _update(self) -> None:
        if self._engine is not None and not self._is_due():
            return  # another request did
        try:
            if self._engine is None or current_generation(self._client) != self._open_index:
                engine = OpenSearchEngine(self._client, page_cache=self._page_cache)
                self._engine, self._open_index = engine, (engine.name, engine.generation)
        except NoIndexError:
            self._engine = None
            raise
        except StoreError as problem:
            if self._engine is None:
                raise
            _log.error("%s", problem)
        self._checked = time.monotonic()
