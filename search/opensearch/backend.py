"""Settings in, the engine on a cluster out, and what fills it from the index folder."""

import dataclasses
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.errors import NoIndexError, StoreError
from zhsearch.index.generations.store import Generation, open_current
from zhsearch.index.models import Document
from zhsearch.index.pipeline.temporary import index_documents
from zhsearch.search.engine.protocol import Engine
from zhsearch.search.opensearch.aliases import current_index, remove
from zhsearch.search.opensearch.client import Client
from zhsearch.search.opensearch.engine import OpenSearchEngine
from zhsearch.search.opensearch.follower import ClusterFollower
from zhsearch.search.opensearch.lock import Lock, held
from zhsearch.search.settings import Settings

_FILLING = 60.0  # seconds that a call of a run may take


class OpenSearchBackend:
    """See Backend."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def open(self) -> Engine:
        """See Backend."""
        return OpenSearchEngine(Client(self._settings))

    def follow(self) -> ClusterFollower:
        """See Backend."""
        return ClusterFollower(
            self._settings.index, Client(self._settings), page_cache=self._settings.page_cache_mb << 20
        )

    def publish(self, *, full: bool) -> None:
        """See Backend. Raises LockedError while another process publishes to the same name, anywhere."""
        settings = self._settings
        client = Client(settings, timeout=_FILLING)
        with held(client) as lock:  # before it is read what is live here: who waited publishes the newest
            generation = open_current(settings.index, _itself)
            try:
                _publish(client, generation, lock, settings, full=full)
            finally:
                generation.lock.close()

    def status(self, *, verify: bool) -> tuple[dict[str, Any], StoreError | None]:
        """See Backend. `verify` compares the number of pages with what was published."""
        client = Client(self._settings)
        live = current_index(client)
        if live is None or not live[1]:
            raise NoIndexError(f"no index {client.name} in OpenSearch yet. Make one: zhsearch reindex")
        name, meta = live
        health = client.ask(lambda raw: raw.cluster.health(index=name))
        stats = client.ask(lambda raw: raw.indices.stats(index=name, metric="store,docs"))
        documents = stats["_all"]["primaries"]["docs"]["count"]
        facts = {
            "generation": meta["generation"],
            "current": meta["generation"],
            "documents": documents,
            "created": meta["created"],
            "bytes": stats["_all"]["primaries"]["store"]["size_in_bytes"],
            "verified": verify,
            "index": name,
            "health": health["status"],
            "nodes": health["number_of_data_nodes"],
            "shards": health["active_primary_shards"],
            "signature": meta["signature"],
        }
        problem = None
        if health["status"] == "red":
            problem = StoreError(f"{name} is red: shards of it are on no node. Bring the missing nodes back")
        elif verify and documents != meta["documents"]:
            problem = StoreError(
                f"{name} has {documents:,} pages instead of {meta['documents']:,}."
                " Fill it: zhsearch reindex --full"
            )
        return facts, problem

    @contextmanager
    def temporary(self, documents: Iterable[Document], segmenter: Segmenter) -> Iterator[Engine]:
        """See Backend."""
        trial = dataclasses.replace(self._settings, opensearch_index=f"zhsearch-trial-{secrets.token_hex(4)}")
        client = Client(trial, timeout=_FILLING)
        with tempfile.TemporaryDirectory(prefix="zhsearch-eval-") as folder:
            index_documents(documents, Path(folder), segmenter)
            generation = open_current(Path(folder), _itself)
            try:
                with held(client) as lock:
                    _publish(client, generation, lock, trial, full=True)
                yield OpenSearchEngine(client)
            finally:
                remove(client)


def _publish(client: Client, generation: Generation, lock: Lock, settings: Settings, *, full: bool) -> None:
    """Loaded when it is called: who only asks has no use for it."""
    from zhsearch.search.opensearch.publish import publish  # noqa: PLC0415

    publish(
        client,
        generation,
        lock,
        shards=settings.opensearch_shards,
        keep=settings.keep_generations,
        full=full,
    )


def _itself(generation: Generation) -> Generation:
    return generation
