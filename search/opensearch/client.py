"""A typed client: the calls to OpenSearch that this room makes, and nothing else of opensearch-py.

Reads are retried while the cluster is busy; writes are sent once. Errors are those of Connection.
"""

from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from opensearchpy import helpers

from zhsearch.index.errors import NoIndexError
from zhsearch.index.messages import Message
from zhsearch.search.opensearch.connection import (
    ClusterBusyError,
    ConflictError,
    Connection,
    no_index_error,
    reason_of,
)
from zhsearch.search.settings import Settings

Json = dict[str, Any]
"""A JSON object as OpenSearch sends or takes it."""

_SCAN_SIZE = 5_000  # documents in one response of a scan


class DocumentVersion(NamedTuple):
    """The version of a document, so that a write replaces that version or fails."""

    seq_no: int
    primary_term: int

    def params(self) -> Json:
        """The query parameters that make a write conditional on it."""
        return {"if_seq_no": self.seq_no, "if_primary_term": self.primary_term}


class IndexSize(NamedTuple):
    """The number of documents in the primary shards of an index, and their bytes."""

    documents: int
    bytes: int


class Client:
    """Calls to the cluster of some settings. Safe to share between threads.

    `name` is the alias that readers use, and the prefix of every index of ours. `timeout`: seconds that a
    call may take.
    """

    def __init__(self, settings: Settings, *, timeout: float = 10.0) -> None:
        self.name = settings.opensearch_index
        self._connection = Connection(settings, timeout=timeout)
        self.hosts = self._connection.hosts

    def no_index_error(self) -> NoIndexError:
        """The error where nothing was published to the name of this client yet."""
        return no_index_error(self.hosts, self.name)

    # Searches

    def search(self, index: str, body: Json, *, filter_path: str | None = None) -> Json:
        """The response to a search, or the parts of it that `filter_path` selects. Raises ClusterBusyError
        where a shard does not take part."""
        params = {"allow_partial_search_results": "false", "include_named_queries_score": "true"}
        params |= {"filter_path": filter_path} if filter_path else {}
        response: Json = self._connection.read(lambda raw: raw.search(index=index, body=body, params=params))
        return response

    def msearch(self, index: str, lines: bytes) -> list[Json]:
        """The responses to several searches, each of which is two `lines`: header and body. Raises
        ClusterBusyError where a shard does not take part in one."""
        body = lines.decode()
        responses: list[Json] = self._connection.read(lambda raw: raw.msearch(index=index, body=body))[
            "responses"
        ]
        for response in responses:
            if "error" in response:
                raise self._busy_error(index, reason_of(response["error"]))
            if response["_shards"]["failed"]:
                raise self._busy_error(index, Message("shards are on no node"))
        return responses

    def mget(
        self, index: str, ids: Sequence[str], fields: Sequence[str], *, realtime: bool = True
    ) -> dict[str, Json]:
        """Some fields of the documents that exist, by id; with `realtime` also those not refreshed yet.

        Raises ClusterBusyError where the shard of one is on no node.
        """
        params = {"_source_includes": ",".join(fields), "realtime": str(realtime).lower()}
        body = {"ids": list(ids)}
        documents = self._connection.read(lambda raw: raw.mget(index=index, body=body, params=params))["docs"]
        for document in documents:
            if "error" in document:
                raise self._busy_error(index, reason_of(document["error"]))
        return {document["_id"]: document["_source"] for document in documents if document.get("found")}

    def count(self, index: str) -> int:
        """The number of documents in an index. Raises ClusterBusyError where a shard is missing."""
        response = self._connection.read(lambda raw: raw.count(index=index))
        if response["_shards"]["failed"]:
            raise ClusterBusyError(
                "OpenSearch at {hosts}: shards of {index} are on no node. Bring the missing nodes back",
                hosts=self.hosts,
                index=index,
            )
        return int(response["count"])

    def ids_except(self, index: str, excluded: Container[str]) -> list[str]:
        """The ids of all documents of an index except the `excluded` ones."""
        query = {"_source": False}
        return self._connection.read(
            lambda raw: [
                hit["_id"]
                for hit in helpers.scan(raw, index=index, query=query, size=_SCAN_SIZE)
                if hit["_id"] not in excluded
            ]
        )

    # Documents

    def bulk(self, index: str, body: str, *, timeout: float) -> list[Json]:
        """The result of each action of a bulk request, of which the cluster may refuse some."""
        items: list[Json] = self._connection.write(
            lambda raw: raw.bulk(body=body, index=index, request_timeout=timeout)
        )["items"]
        return items

    def get_document(self, index: str, id_: str) -> tuple[DocumentVersion, Json] | None:
        """The version of a document, and the document; None where there is none."""
        try:
            document = self._connection.read(lambda raw: raw.get(index=index, id=id_))
        except NoIndexError:  # the status 404, which a missing document has as well
            return None
        return _version_of(document), document["_source"]

    def put_document(
        self, index: str, id_: str, body: Json, *, replaces: DocumentVersion | None
    ) -> DocumentVersion:
        """Write a document in the place of one version of it, or as the first. Raises ConflictError where
        another process was faster."""
        params = replaces.params() if replaces else {"op_type": "create"}
        return _version_of(
            self._connection.write(lambda raw: raw.index(index=index, id=id_, body=body, params=params))
        )

    def delete_document(self, index: str, id_: str, version: DocumentVersion) -> None:
        """Delete one version of a document. Raises ConflictError where it has another by now."""
        params = version.params()
        self._connection.write(lambda raw: raw.delete(index=index, id=id_, params=params))

    # Indexes

    def create_index(self, index: str, body: Json) -> bool:
        """Create an index; False where no node takes its shards. Raises ConflictError where it exists."""
        created = self._connection.write(lambda raw: raw.indices.create(index=index, body=body))
        return bool(created["shards_acknowledged"])

    def ensure_small_index(self, index: str, properties: Json) -> None:
        """Create an index of one shard unless it exists."""
        if self._connection.read(lambda raw: raw.indices.exists(index=index)):
            return
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        body = {"settings": settings, "mappings": {"dynamic": False, "properties": properties}}
        with suppress(ConflictError):
            self.create_index(index, body)

    def delete_index(self, index: str, *, ignore_missing: bool = False) -> None:
        """Delete an index. Raises NoIndexError where there is none, unless `ignore_missing`."""
        params = {"ignore_unavailable": str(ignore_missing).lower()}
        self._connection.write(lambda raw: raw.indices.delete(index=index, params=params))

    def discard_index(self, index: str) -> None:
        """Delete the index of a failed run; where that fails too, the next run cleans up."""
        self._connection.attempt(lambda raw: raw.indices.delete(index=index))

    def refresh(self, index: str) -> None:
        """Make everything written to an index visible to searches."""
        self._connection.write(lambda raw: raw.indices.refresh(index=index))

    def get_meta(self, target: str, *, key: str | None = None) -> dict[str, Json]:
        """The `_meta` of each index of an alias or name, or `key` of it alone.

        Raises NoIndexError where there is no such index.
        """
        params = {"filter_path": f"*.mappings._meta.{key}"} if key else {}
        mappings = self._connection.read(lambda raw: raw.indices.get_mapping(index=target, params=params))
        return {index: value["mappings"].get("_meta", {}) for index, value in mappings.items()}

    def set_meta(self, index: str, meta: Mapping[str, Any]) -> None:
        """Replace the `_meta` of an index."""
        body = {"_meta": dict(meta)}
        self._connection.write(lambda raw: raw.indices.put_mapping(index=index, body=body))

    def creation_times(self, pattern: str) -> dict[str, int]:
        """The creation time of each index that matches a pattern, in milliseconds since 1970."""
        params = {"filter_path": "*.settings.index.creation_date"}
        indexes = self._connection.read(lambda raw: raw.indices.get(index=pattern, params=params))
        return {index: int(value["settings"]["index"]["creation_date"]) for index, value in indexes.items()}

    def has_alias(self) -> bool:
        """Whether the alias of this client exists."""
        return bool(self._connection.read(lambda raw: raw.indices.exists_alias(name=self.name)))

    def update_aliases(self, actions: Sequence[Json]) -> None:
        """Add and remove aliases, all in one step or none."""
        body = {"actions": list(actions)}
        self._connection.write(lambda raw: raw.indices.update_aliases(body=body))

    def health(self, index: str) -> Json:
        """The health of the cluster as far as it concerns an index."""
        health: Json = self._connection.read(lambda raw: raw.cluster.health(index=index))
        return health

    def size(self, index: str) -> IndexSize:
        """The documents and bytes of an index, replicas not counted."""
        stats = self._connection.read(lambda raw: raw.indices.stats(index=index, metric="store,docs"))
        primaries = stats["_all"]["primaries"]
        return IndexSize(primaries["docs"]["count"], primaries["store"]["size_in_bytes"])

    def _busy_error(self, index: str, why: str) -> ClusterBusyError:
        return ClusterBusyError(
            "OpenSearch at {hosts} cannot search {index} just now ({why})",
            hosts=self.hosts,
            index=index,
            why=why,
        )


def _version_of(response: Json) -> DocumentVersion:
    return DocumentVersion(response["_seq_no"], response["_primary_term"])
