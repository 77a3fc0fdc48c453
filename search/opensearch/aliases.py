"""A name in, the indexes that were made for it out: the one behind the alias, which moves in one step.

The live index is the one the alias writes to. A cluster allows one such index, so that of two processes that
publish for the first time one fails; and the alias is moved from the index where it was found, or not at all.
"""

import re
from typing import Any

from zhsearch.index.errors import LockedError, NoIndexError, StoreError
from zhsearch.search.opensearch import lock
from zhsearch.search.opensearch import term_dictionary as words
from zhsearch.search.opensearch.client import Client

_TWO = "more than one write index"


def current_index(client: Client) -> tuple[str, dict[str, Any]] | None:
    """The index behind the alias and what it says of itself; None where there is none."""
    if not client.ask(lambda raw: raw.indices.exists_alias(name=client.name)):
        return None
    found = client.ask(lambda raw: raw.indices.get_mapping(index=client.name))
    name = max(found)
    return name, found[name]["mappings"].get("_meta", {})


def current_name(client: Client) -> tuple[str, str] | None:
    """The index behind the alias and its generation; None where there is none."""
    params = {"filter_path": "*.mappings._meta.generation"}
    found = client.ask(lambda raw: raw.indices.get_mapping(index=client.name, params=params))
    return next(((name, one["mappings"]["_meta"]["generation"]) for name, one in found.items()), None)


def move_alias(client: Client, index: str, *, before: str | None) -> None:
    """Let the alias be at an index, in one step. Raises LockedError where it is not where it was `before`."""
    actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": client.name, "is_write_index": True}}]
    if before:
        actions.insert(0, {"remove": {"index": before, "alias": client.name, "must_exist": True}})
    try:
        client.change(lambda raw: raw.indices.update_aliases(body={"actions": actions}))
    except StoreError as problem:
        if not isinstance(problem, NoIndexError) and _TWO not in str(problem):
            raise
        raise LockedError(
            f"another process published to {client.name} meanwhile; it stays as that one left it."
            " Try again: zhsearch reindex"
        ) from problem


def clean_up(client: Client, live: str, keep: int) -> list[str]:
    """Remove what interrupted runs left, which is newer than the live index, and of the older ones all but
    the newest, so that `keep` are there with the live one. The generations that are left."""
    made = _indexes(client)
    newer = [name for name in made if made[name] > made[live]]
    older = sorted((name for name in made if made[name] < made[live]), key=made.__getitem__, reverse=True)
    for name in [*newer, *older[keep - 1 :]]:
        client.change(lambda raw, name=name: raw.indices.delete(index=name))  # type: ignore[misc]
    return [generation for name in _indexes(client) if (generation := _generation_of(client, name))]


def remove(client: Client) -> None:
    """Remove every index of a name."""
    words.forget(client)
    for name in _indexes(client):
        client.change(lambda raw, name=name: raw.indices.delete(index=name))  # type: ignore[misc]
    lock.forget(client)


def _generation_of(client: Client, name: str) -> str | None:
    found = client.ask(lambda raw: raw.indices.get_mapping(index=name))
    generation: str | None = found[name]["mappings"].get("_meta", {}).get("generation")
    return generation


def _indexes(client: Client) -> dict[str, int]:
    """The indexes that were filled for this name, and when each was made; other names may begin with ours."""
    params = {"filter_path": "*.settings.index.creation_date"}
    found = client.ask(lambda raw: raw.indices.get(index=f"{client.name}-*", params=params))
    ours = re.compile(re.escape(client.name) + "-[0-9]{6,}-[0-9a-f]{16}-[0-9a-f]+")
    return {
        name: int(value["settings"]["index"]["creation_date"])
        for name, value in found.items()
        if ours.fullmatch(name)
    }
