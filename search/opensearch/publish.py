"""Publish a generation to a cluster: fill a new index and move the alias, or update the live index in place.

A new index is filled, counted, and made live by moving the alias, which is one step. In place, pages whose
hash differs are written and missing ones deleted, and a refresh at the end makes it all visible; the index is
marked as unfinished first, so that the next run repairs what an interrupted one leaves.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from zhsearch.index.errors import StoreError
from zhsearch.index.generations import Generation, SegmentEntry
from zhsearch.index.messages import counted_message
from zhsearch.search.opensearch.aliases import LiveIndex, clean_up, current_index, move_alias
from zhsearch.search.opensearch.bulk import CHUNK_ACTIONS, Action, delete_action, index_action, write
from zhsearch.search.opensearch.client import Client
from zhsearch.search.opensearch.documents import (
    ClusterDocument,
    copies_of,
    document_id,
    documents_of,
    located,
    mean_lengths_of,
    read_segment,
)
from zhsearch.search.opensearch.index_meta import IndexMeta, meta_of
from zhsearch.search.opensearch.lock import PublishLock
from zhsearch.search.opensearch.mapping import VERSION, index_body
from zhsearch.search.opensearch.term_dictionary import ensure_term_index, outdated_documents, term_actions

_MAX_DRIFT = 0.1  # of a mean length, relative; beyond it, all pages are weighted anew


@dataclass(frozen=True, slots=True)
class PublishResult:
    """The result of a run: the live index, and the numbers of documents written and deleted."""

    index: str
    written: int
    deleted: int
    seconds: float


def publish(
    client: Client, generation: Generation, lock: PublishLock, *, shards: int, keep: int, full: bool = False
) -> PublishResult:
    """Bring the cluster up to a generation; `keep` indexes remain, the live one included.

    The `lock` is renewed before every write. Raises StoreError; the alias is then where it was.
    """
    start = time.perf_counter()
    live = current_index(client)
    meta = None if full or live is None else _updatable_meta(live, generation)
    if live and meta and meta.generation == generation.id and not meta.unfinished:
        index, written, deleted = live.name, 0, 0
    elif live and meta:
        index = live.name
        _write_terms(client, generation, lock)
        written, deleted = _update(client, index, meta, generation, lock)
    else:
        _write_terms(client, generation, lock)
        index, deleted = f"{client.name}-{generation.id}-{time.time_ns() // 1_000_000:x}", 0
        written = _fill(client, index, generation, lock, shards)
        move_alias(client, index, before=live.name if live else None)
    lock.check()
    generations = set(clean_up(client, index, keep))
    term_index = ensure_term_index(client)
    outdated = map(delete_action, outdated_documents(client, generations))
    write(client, term_index, outdated, before=lock.check)
    return PublishResult(index, written, deleted, round(time.perf_counter() - start, 3))


def _updatable_meta(live: LiveIndex, generation: Generation) -> IndexMeta | None:
    """The `_meta` of an index that can be updated to a generation in place; None where it cannot be."""
    if live.version != VERSION:
        return None
    meta = live.meta()
    target = meta_of(generation, meta.means)
    if meta.signature != target.signature or meta.boosts != target.boosts:
        return None
    pairs = zip(meta.means, mean_lengths_of(generation), strict=True)
    return meta if all(abs(new - old) <= _MAX_DRIFT * max(old, 1.0) for old, new in pairs) else None


def _fill(client: Client, index: str, generation: Generation, lock: PublishLock, shards: int) -> int:
    """Fill a new index with all pages and return their number. Where that fails, the index is deleted."""
    meta = meta_of(generation, mean_lengths_of(generation))
    try:
        if not client.create_index(index, index_body(meta.to_json(), facets=meta.facets, shards=shards)):
            raise StoreError(
                "no node of OpenSearch at {hosts} has room for {index}. Are its disks full? Free space"
                " there, or add a node. Then: zhsearch reindex",
                hosts=client.hosts,
                index=index,
            )
        copies = copies_of(generation)
        documents = (
            document
            for segment in meta.segments
            for document in documents_of(generation, segment, meta.means, copies=copies.get(segment.name, {}))
        )
        written = write(client, index, map(_index_action, documents), before=lock.check)
        _refresh_and_count(client, index, meta.documents)
        lock.check()
    except BaseException:
        client.discard_index(index)
        raise
    # From here on the alias may point to the new index, which must not be deleted even if this run fails.
    return written


def _update(
    client: Client, index: str, meta: IndexMeta, generation: Generation, lock: PublishLock
) -> tuple[int, int]:
    """Write new and changed pages, delete missing ones; the numbers of both."""
    # An unfinished update may have written any of its pages, so nothing of the index is taken for known.
    published = {} if meta.unfinished else {segment.name: segment for segment in meta.segments}
    target = meta_of(generation, meta.means)
    lock.check()
    client.set_meta(index, replace(meta, unfinished=generation.id).to_json())
    copies, regrouped = copies_of(generation), _regrouped(meta, target)
    documents = (
        document
        for segment in target.segments
        for document in documents_of(
            generation,
            segment,
            meta.means,
            copies=copies.get(segment.name, {}),
            published=published.get(segment.name),
            regrouped=[page for name, page in regrouped if name == segment.name],
        )
    )
    changed = map(_index_action, _changed(client, index, documents))
    written = write(client, index, changed, before=lock.check)
    missing = map(delete_action, _missing(client, index, generation, published, target.segments))
    deleted = write(client, index, missing, before=lock.check)
    _refresh_and_count(client, index, target.documents)
    lock.check()
    client.set_meta(index, target.to_json())
    return written, deleted


def _regrouped(before: IndexMeta, target: IndexMeta) -> set[tuple[str, int]]:
    """The pages whose near copies have changed, as the names of segments and the pages' numbers there."""
    old, new = (
        {tuple(located(meta.segments, page) for page in group) for group in meta.near_copies or ()}
        for meta in (before, target)
    )
    return {page for group in old ^ new for page in group}


def _write_terms(client: Client, generation: Generation, lock: PublishLock) -> None:
    """Write the terms of a generation, before its pages are live."""
    index = ensure_term_index(client)
    write(client, index, term_actions(generation), before=lock.check)
    client.refresh(index)


def _missing(
    client: Client,
    index: str,
    generation: Generation,
    published: Mapping[str, SegmentEntry],
    segments: Iterable[SegmentEntry],
) -> list[str]:
    """The ids of the documents in the index that the generation lacks."""
    by_name = {segment.name: segment for segment in segments}
    if published and by_name.keys() >= published.keys():
        # Only pages that were marked as deleted since are missing, unless a new segment has them again.
        added = [segment for name, segment in by_name.items() if name not in published]
        live = {id_ for segment in added for id_ in _live_ids(generation, segment)}
        deleted = (
            id_
            for name, before in published.items()
            for id_ in _ids(generation, by_name[name], by_name[name].deleted - before.deleted)
        )
        return [id_ for id_ in deleted if id_ not in live]
    wanted = {id_ for segment in by_name.values() for id_ in _live_ids(generation, segment)}
    if not published:  # an unfinished run may have written pages that no search sees yet
        client.refresh(index)
    return client.ids_except(index, wanted)


def _live_ids(generation: Generation, segment: SegmentEntry) -> Iterator[str]:
    return _ids(generation, segment, (page for page in range(segment.pages) if page not in segment.deleted))


def _ids(generation: Generation, segment: SegmentEntry, pages: Iterable[int]) -> Iterator[str]:
    reader = read_segment(generation, segment)
    return (document_id(reader.string("path", page)) for page in pages)


def _changed(client: Client, index: str, documents: Iterable[ClusterDocument]) -> Iterator[ClusterDocument]:
    """The documents that the index has with another hash, or not at all."""
    left = iter(documents)
    while batch := list(islice(left, CHUNK_ACTIONS)):
        indexed = client.mget(index, [document.id for document in batch], ["hash"])
        for document in batch:
            if document.id not in indexed or indexed[document.id]["hash"] != document.hash:
                yield document


def _index_action(document: ClusterDocument) -> Action:
    return index_action(document.id, document.source)


def _refresh_and_count(client: Client, index: str, wanted: int) -> None:
    """Make what was written visible. Raises StoreError where the index has not as many pages as `wanted`."""
    client.refresh(index)
    count = client.count(index)
    if count != wanted:
        raise StoreError(
            counted_message(
                "OpenSearch at {hosts} has {count:,} page in {index} instead of {wanted:,}. Try again:"
                " zhsearch reindex --full",
                "OpenSearch at {hosts} has {count:,} pages in {index} instead of {wanted:,}. Try again:"
                " zhsearch reindex --full",
                count,
                hosts=client.hosts,
                index=index,
                wanted=wanted,
            )
        )
