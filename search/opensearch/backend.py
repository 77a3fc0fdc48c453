"""The OpenSearch backend: opens the engine on a cluster, and publishes the index folder to it."""

import dataclasses
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zhsearch.index.analysis import Segmenter
from zhsearch.index.errors import CorruptIndexError, StoreError
from zhsearch.index.generations import Generation, open_current, unreadable_error
from zhsearch.index.messages import counted_message
from zhsearch.index.models import Document
from zhsearch.index.pipeline import index_documents
from zhsearch.search.engine import Engine
from zhsearch.search.opensearch.aliases import delete_all, open_current_index
from zhsearch.search.opensearch.client import Client
from zhsearch.search.opensearch.documents import read_segment
from zhsearch.search.opensearch.engine import OpenSearchEngine
from zhsearch.search.opensearch.follower import ClusterFollower
from zhsearch.search.opensearch.lock import PublishLock, acquire
from zhsearch.search.settings import Settings

_PUBLISH_TIMEOUT_S = 60.0  # of a call while a run publishes


class OpenSearchBackend:
    """See Backend."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def check(self) -> None:
        """See Backend. The client refuses hosts that it cannot use."""
        Client(self._settings)

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
        client = Client(settings, timeout=_PUBLISH_TIMEOUT_S)
        # The lock comes first: a run that waited for it publishes the newest generation.
        with acquire(client) as lock:
            generation = open_current(settings.index, _unchanged)
            try:
                _publish(client, generation, lock, settings, full=full)
            finally:
                generation.lock.close()

    def status(self, *, verify: bool) -> tuple[dict[str, Any], StoreError | None]:
        """See Backend. `verify` compares the number of pages with that of the generation."""
        client = Client(self._settings)
        live = open_current_index(client)
        meta = live.meta()
        health = client.health(live.name)
        size = client.size(live.name)
        facts = {
            "generation": meta.generation,
            "current": meta.generation,
            "documents": size.documents,
            "created": meta.created,
            "bytes": size.bytes,
            "verified": verify,
            "index": live.name,
            "health": health["status"],
            "nodes": health["number_of_data_nodes"],
            "shards": health["active_primary_shards"],
            "signature": meta.signature,
        }
        where = f"{live.name} in OpenSearch at {client.hosts}"
        problem = None
        if health["status"] == "red":
            problem = StoreError(
                "{where} is red: shards of it are on no node. Bring the missing nodes back", where=where
            )
        elif verify and size.documents != meta.documents:
            problem = StoreError(
                counted_message(
                    "{where} has {count:,} page instead of {wanted:,}. Rebuild it: zhsearch reindex --full",
                    "{where} has {count:,} pages instead of {wanted:,}. Rebuild it: zhsearch reindex --full",
                    size.documents,
                    where=where,
                    wanted=meta.documents,
                )
            )
        return facts, problem

    def usable(self, generation: Generation) -> Generation:
        """See Backend. Whether its segments can be read, as publishing them does."""
        for segment in generation.manifest.segments:
            try:
                read_segment(generation, segment)
            except OSError as problem:
                raise unreadable_error(generation.folder / segment.name, problem) from problem
            except (ValueError, KeyError) as problem:
                raise CorruptIndexError(
                    generation.folder, "cannot be opened ({problem})", problem=problem
                ) from problem
        return generation

    @contextmanager
    def temporary(self, documents: Iterable[Document], segmenter: Segmenter) -> Iterator[Engine]:
        """See Backend."""
        name = f"zhsearch-trial-{secrets.token_hex(4)}"
        settings = dataclasses.replace(self._settings, opensearch_index=name)
        client = Client(settings, timeout=_PUBLISH_TIMEOUT_S)
        with tempfile.TemporaryDirectory(prefix="zhsearch-eval-") as folder:
            index_documents(documents, Path(folder), segmenter)
            generation = open_current(Path(folder), _unchanged)
            try:
                with acquire(client) as lock:
                    _publish(client, generation, lock, settings, full=True)
                yield OpenSearchEngine(client)
            finally:
                delete_all(client)


def _publish(
    client: Client, generation: Generation, lock: PublishLock, settings: Settings, *, full: bool
) -> None:
    """Publish a generation. The module is loaded on first use, because a search process does not need it."""
    from zhsearch.search.opensearch.publish import publish  # noqa: PLC0415

    publish(
        client,
        generation,
        lock,
        shards=settings.opensearch_shards,
        keep=settings.keep_generations,
        full=full,
    )


def _unchanged(generation: Generation) -> Generation:
    return generation
