"""One index of the cluster, asked: searches, how many pages match each of some queries, pages opened."""

import base64
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import orjson

from zhsearch.index.errors import CorruptIndexError, StoreError
from zhsearch.index.segment.docstore import StoredDocument
from zhsearch.search.cache import LruCache
from zhsearch.search.deadline import check_deadline
from zhsearch.search.opensearch.client import Client, ClusterBusyError
from zhsearch.search.opensearch.query_dsl import Dsl

Sources = Mapping[str, Mapping[str, Any]]
"""What is kept of pages, by their ids."""

OPENED = ("path", "url", "folded", "record")
"""What of it a page is opened from."""

_TOGETHER = 64  # queries in one request
_COUNTS_BYTES = 4_000_000
_COUNT_COST = 300  # bytes that a count takes beside its query


class ClusterIndex:
    """An index in the state of one generation. What it was asked is kept: counts, and at most `page_cache`
    bytes of pages."""

    def __init__(self, client: Client, name: str, *, page_cache: int) -> None:
        self._client = client
        self._name = name
        self._counts = LruCache[bytes, int](_COUNTS_BYTES)
        self._pages = LruCache[str, StoredDocument](page_cache)

    def search(self, body: Dsl, *, only: str | None = None) -> dict[str, Any]:
        """The response to a search, or `only` a part of it. Raises StoreError where a shard does not take
        part in it."""
        check_deadline()
        params = {"allow_partial_search_results": "false", "include_named_queries_score": "true"}
        params |= {"filter_path": only} if only else {}
        found: dict[str, Any] = self._client.ask(
            lambda raw: raw.search(index=self._name, body=body, params=params)
        )
        return found

    def searches(self, bodies: Sequence[Dsl]) -> list[dict[str, Any]]:
        """The responses to several searches, in one request."""
        check_deadline()
        return self._several(b"".join(b"{}\n" + orjson.dumps(body) + b"\n" for body in bodies))

    def counts(self, queries: Sequence[Dsl]) -> list[int]:
        """How many pages match each query."""
        check_deadline()
        keys = list(map(orjson.dumps, queries))
        known = {key: count for key in keys if (count := self._counts.get(key)) is not None}
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        for at in range(0, len(missing), _TOGETHER):
            some = missing[at : at + _TOGETHER]
            for key, count in zip(some, self._ask_counts(some), strict=True):
                known[key] = count
                self._counts.put(key, count, len(key) + _COUNT_COST)
        return [known[key] for key in keys]

    def _ask_counts(self, queries: Sequence[bytes]) -> list[int]:
        lines = b"".join(
            b'{}\n{"size":0,"track_total_hits":true,"query":' + query + b"}\n" for query in queries
        )
        return [int(one["hits"]["total"]["value"]) for one in self._several(lines)]

    def _several(self, lines: bytes) -> list[dict[str, Any]]:
        """The responses to what lines ask for. Raises BusyError where a shard does not take part."""
        found: list[dict[str, Any]] = self._client.ask(
            lambda raw: raw.msearch(index=self._name, body=lines.decode())
        )["responses"]
        for one in found:
            if "error" in one or one["_shards"]["failed"]:
                why = one.get("error") or one["_shards"]
                raise ClusterBusyError(f"OpenSearch cannot answer just now: {why}"[:400])
        return found

    def pages(self, ids: Sequence[str], sources: Sources = MappingProxyType({})) -> list[StoredDocument]:
        """The pages with some ids, opened; of some of them a search gave the `sources`."""
        found = {id_: page for id_ in ids if (page := self._pages.get(id_)) is not None}
        missing = {id_: sources.get(id_) for id_ in ids if id_ not in found}
        unknown = [id_ for id_, source in missing.items() if source is None]
        if unknown:
            params = {"_source_includes": ",".join(OPENED), "realtime": "false"}
            answer = self._client.ask(
                lambda raw: raw.mget(index=self._name, body={"ids": unknown}, params=params)
            )
            for doc in answer["docs"]:
                if not doc.get("found"):
                    raise StoreError("OpenSearch has another index by now; ask again")
                missing[doc["_id"]] = doc["_source"]
        for id_, source in missing.items():
            assert source is not None
            page = found[id_] = _opened(source)
            self._pages.put(id_, page, page.most_bytes)
        return [found[id_] for id_ in ids]


def _opened(source: Mapping[str, Any]) -> StoredDocument:
    try:
        record = base64.b64decode(source["record"])
        return StoredDocument(source["path"], source["url"], record, source["folded"].encode())
    except (KeyError, ValueError) as problem:
        raise CorruptIndexError("a page in OpenSearch", f"damaged ({problem})") from problem
