"""The indexes of one name, and the alias that moves between them in one step.

The live index is the write index of the alias. A cluster allows one such index, so that of two processes that
publish for the first time one fails; and the alias moves from the index where it was found, or not at all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhsearch.index.errors import LockedError, NoIndexError, StoreError
from zhsearch.search.opensearch.client import Client
from zhsearch.search.opensearch.index_meta import IndexMeta, read_meta
from zhsearch.search.opensearch.lock import delete_lock_index
from zhsearch.search.opensearch.term_dictionary import delete_term_index

_TWO_WRITE_INDEXES = "more than one write index"  # in the error of OpenSearch


@dataclass(frozen=True, slots=True)
class LiveIndex:
    """The index behind the alias, with its `_meta` as stored: another version may have written it."""

    name: str
    stored_meta: Mapping[str, Any]

    @property
    def version(self) -> str | None:
        """The VERSION of the zhsearch that created it."""
        return self.stored_meta.get("version")

    def meta(self) -> IndexMeta:
        """Its `_meta` as a record. Raises as `read_meta` does."""
        return read_meta(self.name, self.stored_meta)


def current_index(client: Client) -> LiveIndex | None:
    """The index behind the alias; None where there is none."""
    if not client.has_alias():
        return None
    name, meta = max(client.get_meta(client.name).items(), key=lambda item: item[0])
    return LiveIndex(name, meta)


def open_current_index(client: Client) -> LiveIndex:
    """The index behind the alias. Raises NoIndexError where there is none, or one without `_meta`."""
    live = current_index(client)
    if live is None or not live.stored_meta:
        raise client.no_index_error()
    return live


def current_generation(client: Client) -> tuple[str, str] | None:
    """The name of the index behind the alias, and its generation; None where its `_meta` has none."""
    metas = client.get_meta(client.name, key="generation")
    return next(((name, meta["generation"]) for name, meta in metas.items()), None)


def move_alias(client: Client, index: str, *, before: str | None) -> None:
    """Point the alias to an index, in one step. Raises LockedError where `before` is no longer its index."""
    actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": client.name, "is_write_index": True}}]
    if before:
        actions.insert(0, {"remove": {"index": before, "alias": client.name, "must_exist": True}})
    try:
        client.update_aliases(actions)
    except StoreError as problem:
        if not isinstance(problem, NoIndexError) and _TWO_WRITE_INDEXES not in str(problem):
            raise
        raise LockedError(
            "another process published to {client} at {hosts} in the meantime; its index stays live."
            " Try again: zhsearch reindex",
            client=client.name,
            hosts=client.hosts,
        ) from problem


def clean_up(client: Client, live: str, keep: int) -> list[str]:
    """Delete the indexes newer than the `live` one, which interrupted runs left, and the oldest, so that
    `keep` remain. Returns the generations of those that remain."""
    created = _created(client)
    newer = [name for name in created if created[name] > created[live]]
    older = [name for name in created if created[name] < created[live]]
    older.sort(key=created.__getitem__, reverse=True)
    for name in [*newer, *older[keep - 1 :]]:
        client.delete_index(name)
    return [generation for name in _created(client) if (generation := _generation_of(client, name))]


def delete_all(client: Client) -> None:
    """Delete every index of a name."""
    delete_term_index(client)
    for name in _created(client):
        client.delete_index(name)
    delete_lock_index(client)


def _generation_of(client: Client, name: str) -> str | None:
    generation: str | None = client.get_meta(name, key="generation").get(name, {}).get("generation")
    return generation


def _created(client: Client) -> dict[str, int]:
    """The creation time of each index of this name, in ms since 1970; other names may begin with ours."""
    ours = re.compile(re.escape(client.name) + "-[0-9]{6,}-[0-9a-f]{16}-[0-9a-f]+")
    created = client.creation_times(f"{client.name}-*")
    return {name: time for name, time in created.items() if ours.fullmatch(name)}
