"""A published generation in, an index of the cluster like it out: a new one behind the alias, or in place.

A new index is filled, counted, and made live by moving the alias, which is one step. In place, pages whose
hash is another are written and those that are gone deleted, seen only after the refresh at the end; what the
index says of itself comes first and last, so that the next run mends what an interrupted one left.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from opensearchpy import helpers
from opensearchpy.exceptions import OpenSearchException

from zhsearch.index.errors import StoreError
from zhsearch.index.generations.manifest import SegmentEntry, decode_segments
from zhsearch.index.generations.store import Generation
from zhsearch.search.opensearch.aliases import clean_up, current_index, move_alias
from zhsearch.search.opensearch.bulk import CHUNK, Action, write
from zhsearch.search.opensearch.client import Client, ClusterBusyError
from zhsearch.search.opensearch.documents import (
    ClusterDocument,
    documents_of,
    id_of,
    read_segment,
    segmenter_of,
)
from zhsearch.search.opensearch.lock import Lock
from zhsearch.search.opensearch.mapping import VERSION, index_body
from zhsearch.search.opensearch.term_dictionary import documents_of_words, outdated, prepare

_KEPT = ("documents", "created", "signature", "lexicon", "boosts", "segments")
_DRIFT = 0.1  # of the mean lengths, after which pages are weighed anew


@dataclass(frozen=True, slots=True)
class Published:
    """What a run did in the cluster: documents written and deleted, and the index that is live now."""

    index: str
    written: int
    deleted: int
    seconds: float


def publish(
    client: Client, generation: Generation, lock: Lock, *, shards: int, keep: int, full: bool = False
) -> Published:
    """Bring the cluster up to a generation. Raises StoreError; the alias is then where it was. Whatever is
    written, the `lock` is held before."""
    start = time.perf_counter()
    live = current_index(client)
    base = None if full or live is None or not _can_follow(live[1], generation) else live
    if base and base[1]["generation"] == generation.id and "unfinished" not in base[1]:
        index, written, deleted = base[0], 0, 0
    elif base:
        index = base[0]
        _keep_words(client, generation, lock)
        written, deleted = _update(client, index, base[1], generation, lock)
    else:
        _keep_words(client, generation, lock)
        index, deleted = f"{client.name}-{generation.id}-{time.time_ns() // 1_000_000:x}", 0
        written = _fill(client, index, generation, lock, shards)
        move_alias(client, index, before=live[0] if live else None)
    lock.check()
    kept = clean_up(client, index, keep)
    write(client, prepare(client), map(_deleting, outdated(client, set(kept))), before=lock.check)
    return Published(index, written, deleted, round(time.perf_counter() - start, 3))


def _can_follow(meta: Mapping[str, Any], generation: Generation) -> bool:
    """Can an index be brought up to a generation in place?"""
    if meta.get("version") != VERSION or meta["signature"] != generation.manifest.signature:
        return False
    if meta["boosts"] != generation.manifest.boosts:
        return False
    pairs = zip(meta["means"], segmenter_of(generation), strict=True)
    return all(abs(new - old) <= _DRIFT * max(old, 1.0) for old, new in pairs)


def _meta(generation: Generation, means: list[float]) -> dict[str, Any]:
    manifest = generation.manifest
    kept = {name: value for name, value in manifest.as_json().items() if name in _KEPT}
    return {"version": VERSION, "generation": generation.id, "means": means, "bytes": manifest.bytes, **kept}


def _fill(client: Client, index: str, generation: Generation, lock: Lock, shards: int) -> int:
    """Make a new index of all pages; their number. What came of it is removed where it fails."""
    means = segmenter_of(generation)
    body = index_body(_meta(generation, means), shards=shards)
    try:
        made = client.change(lambda raw: raw.indices.create(index=index, body=body))
        if not made["shards_acknowledged"]:
            raise StoreError(f"no node of OpenSearch has room for {index}. Are its disks full?")
        documents = (
            document
            for segment in generation.manifest.segments
            for document in documents_of(generation, segment, means)
        )
        written = write(client, index, map(_indexing, documents), before=lock.check)
        _finish(client, index, generation)
        lock.check()
    except BaseException:
        _try_to(lambda: client.raw.indices.delete(index=index))
        raise
    # From here on the alias may be at the new index, whatever becomes of us: it is not ours to remove.
    return written


def _update(
    client: Client, index: str, meta: Mapping[str, Any], generation: Generation, lock: Lock
) -> tuple[int, int]:
    """Write what is new or other, delete what is gone."""
    unfinished = "unfinished" in meta  # then it may have anything of what that run wrote
    before = {} if unfinished else {segment.name: segment for segment in decode_segments(meta["segments"])}
    lock.check()
    _set_meta(client, index, {**meta, "unfinished": generation.id})
    now = generation.manifest.segments
    documents = (
        document
        for segment in now
        for document in documents_of(generation, segment, meta["means"], before=before.get(segment.name))
    )
    changed = _changed(client, index, documents)
    written = write(client, index, map(_indexing, changed), before=lock.check)
    gone = _gone(client, index, generation, before, now)
    deleted = write(client, index, map(_deleting, gone), before=lock.check)
    _finish(client, index, generation)
    lock.check()
    _set_meta(client, index, _meta(generation, meta["means"]))
    return written, deleted


def _keep_words(client: Client, generation: Generation, lock: Lock) -> None:
    """Write the words of a generation, before its pages are live."""
    name = prepare(client)
    write(client, name, documents_of_words(generation), before=lock.check)
    client.change(lambda raw: raw.indices.refresh(index=name))


def _set_meta(client: Client, index: str, meta: Mapping[str, Any]) -> None:
    """Let an index say of itself what it holds."""
    client.change(lambda raw: raw.indices.put_mapping(index=index, body={"_meta": meta}))


def _gone(
    client: Client,
    index: str,
    generation: Generation,
    before: Mapping[str, SegmentEntry],
    now: Sequence[SegmentEntry],
) -> list[str]:
    """The ids of pages that the index has and the generation has not."""
    kept = {segment.name for segment in now}
    if (
        before and kept >= before.keys()
    ):  # pages left that were marked as deleted since, unless they came back elsewhere
        live = {id_ for segment in now if segment.name not in before for id_ in _ids(generation, segment)}
        marked = [
            id_of(read_segment(generation, segment).string("path", page))
            for segment in now
            if segment.name in before
            for page in segment.deleted - before[segment.name].deleted
        ]
        return [id_ for id_ in marked if id_ not in live]
    wanted = {id_ for segment in now for id_ in _ids(generation, segment)}
    if not before:  # an unfinished run may have written pages that are not seen yet
        client.change(lambda raw: raw.indices.refresh(index=index))
    query = {"_source": False}
    return client.ask(
        lambda raw: [
            hit["_id"]
            for hit in helpers.scan(raw, index=index, query=query, size=5_000)
            if hit["_id"] not in wanted
        ]
    )


def _ids(generation: Generation, segment: SegmentEntry) -> Iterator[str]:
    part = read_segment(generation, segment)
    return (id_of(part.string("path", page)) for page in range(len(part)) if page not in segment.deleted)


def _changed(client: Client, index: str, documents: Iterable[ClusterDocument]) -> Iterator[ClusterDocument]:
    """Those that the index has with another hash, or not at all."""
    left = iter(documents)
    while batch := list(islice(left, CHUNK)):
        hashes = _hashes(client, index, [document.id for document in batch])
        yield from (document for document in batch if hashes.get(document.id) != document.hash)


def _hashes(client: Client, index: str, ids: list[str]) -> dict[str, str]:
    params = {"_source_includes": "hash"}
    found = client.ask(lambda raw: raw.mget(index=index, body={"ids": ids}, params=params))
    return {doc["_id"]: doc["_source"]["hash"] for doc in found["docs"] if doc.get("found")}


def _indexing(document: ClusterDocument) -> Action:
    return {"index": {"_id": document.id}}, document.source


def _deleting(id_: str) -> Action:
    return {"delete": {"_id": id_}}, None


def _finish(client: Client, index: str, generation: Generation) -> None:
    """Make what was written be seen, and compare its number with what it should be."""
    client.change(lambda raw: raw.indices.refresh(index=index))
    found = client.ask(lambda raw: raw.count(index=index))
    if found["_shards"]["failed"]:
        raise ClusterBusyError(f"OpenSearch: shards of {index} are missing")
    if found["count"] != generation.manifest.documents:
        raise StoreError(
            f"OpenSearch has {found['count']:,} pages in {index} instead of"
            f" {generation.manifest.documents:,}. Try again: zhsearch reindex --full"
        )


def _try_to(call: Any) -> None:
    try:
        call()
    except OpenSearchException:
        return
