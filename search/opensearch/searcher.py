"""Searches, counts and page reads on one index of the cluster, with caches of counts and pages.

An index is searched in the state of one generation, so that counts and pages stay valid as long as it does.
"""

import base64
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import orjson

from zhsearch.index.errors import CorruptIndexError, StoreError
from zhsearch.index.segment import StoredDocument
from zhsearch.search.cache import LruCache
from zhsearch.search.deadline import check_deadline
from zhsearch.search.opensearch.client import Client
from zhsearch.search.opensearch.query_dsl import Dsl

Sources = Mapping[str, Mapping[str, Any]]
"""The stored fields of pages, by id."""

PAGE_FIELDS = ("path", "url", "folded", "record")
"""The stored fields that a page is opened from."""

_COUNTS_IN_REQUEST = 64
_COUNT_CACHE_BYTES = 4_000_000
_COUNT_OVERHEAD_BYTES = 300  # of an entry of the cache, beside its query


class ClusterIndex:
    """An index of the cluster in the state of one generation. Safe to share between threads.

    `page_cache`: bytes of opened pages that are cached.
    """

    def __init__(self, client: Client, name: str, *, page_cache: int) -> None:
        self._client = client
        self._name = name
        self._counts = LruCache[bytes, int](_COUNT_CACHE_BYTES)
        self._pages = LruCache[str, StoredDocument](page_cache)

    def search(self, body: Dsl, *, filter_path: str | None = None) -> dict[str, Any]:
        """The response to a search, or the parts of it that `filter_path` selects. Raises StoreError, such as
        ClusterBusyError where a shard does not take part."""
        check_deadline()
        return self._client.search(self._name, body, filter_path=filter_path)

    def msearch(self, bodies: Sequence[Dsl]) -> list[dict[str, Any]]:
        """The responses to several searches, in one request. Raises as `search` does."""
        check_deadline()
        lines = b"".join(b"{}\n" + orjson.dumps(body) + b"\n" for body in bodies)
        return self._client.msearch(self._name, lines)

    def counts(self, queries: Sequence[Dsl]) -> list[int]:
        """The number of pages that match each query, from the cache or in few requests."""
        check_deadline()
        keys = list(map(orjson.dumps, queries))
        known = {key: count for key in keys if (count := self._counts.get(key)) is not None}
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        for start in range(0, len(missing), _COUNTS_IN_REQUEST):
            batch = missing[start : start + _COUNTS_IN_REQUEST]
            for key, count in zip(batch, self._request_counts(batch), strict=True):
                known[key] = count
                self._counts.put(key, count, len(key) + _COUNT_OVERHEAD_BYTES)
        return [known[key] for key in keys]

    def _request_counts(self, queries: Sequence[bytes]) -> list[int]:
        lines = b"".join(
            b'{}\n{"size":0,"track_total_hits":true,"query":' + query + b"}\n" for query in queries
        )
        responses = self._client.msearch(self._name, lines)
        return [int(response["hits"]["total"]["value"]) for response in responses]

    def pages(self, ids: Sequence[str], sources: Sources = MappingProxyType({})) -> list[StoredDocument]:
        """The pages with some ids, opened; `sources` are those that a search has returned with its hits.

        Raises StoreError where a page was deleted in the meantime, CorruptIndexError where one is unreadable.
        """
        opened = {id_: page for id_ in ids if (page := self._pages.get(id_)) is not None}
        to_open = {id_: sources[id_] for id_ in ids if id_ not in opened and id_ in sources}
        to_fetch = list(dict.fromkeys(id_ for id_ in ids if id_ not in opened and id_ not in sources))
        if to_fetch:
            fetched = self._client.mget(self._name, to_fetch, PAGE_FIELDS, realtime=False)
            if len(fetched) < len(to_fetch):
                raise StoreError(
                    "{name} in OpenSearch has changed since the search. Search again", name=self._name
                )
            to_open |= fetched
        for id_, source in to_open.items():
            page = opened[id_] = self._open(id_, source)
            self._pages.put(id_, page, page.estimated_bytes)
        return [opened[id_] for id_ in ids]

    def _open(self, id_: str, source: Mapping[str, Any]) -> StoredDocument:
        try:
            record = base64.b64decode(source["record"])
            return StoredDocument(source["path"], source["url"], record, source["folded"].encode)
        except (KeyError, ValueError) as problem:
            where = f"the page {source.get('path', id_)} of {self._name} in OpenSearch"
            raise CorruptIndexError(
                where, "unreadable ({name}: {problem})", name=type(problem).__name__, problem=problem
            ) from problem
