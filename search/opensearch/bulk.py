"""Bulk writes with back-pressure: actions that a busy cluster rejects are sent again, within bounds.

Nothing is sent again to a cluster that is read-only, because waiting does not free space.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import orjson

from zhsearch.index.errors import BackendUnavailableError, StoreError
from zhsearch.search.opensearch.client import Client
from zhsearch.search.opensearch.connection import (
    BUSY_STATUSES,
    ClusterBusyError,
    reason_of,
    write_blocked_error,
)

Action = tuple[dict[str, Any], str | None]
"""The action line of the bulk API for a document, and the document as JSON (None for a deletion)."""

CHUNK_ACTIONS = 500
"""Actions in a request."""

_MAX_CHUNK_BYTES = 5_000_000  # of documents in a request, unless a single one has more
_BUSY_PAUSES_S = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)  # before rejected actions are sent again
_LOST_PAUSES_S = (1.0, 2.0, 4.0)  # the same where no node answers
_MAX_RETRY_S = 120.0  # after which a request is not sent again
_TIMEOUT_S = 60  # of a request


def index_action(id_: str, source: str) -> Action:
    """The action that writes a document, given as JSON."""
    return {"index": {"_id": id_}}, source


def delete_action(id_: str) -> Action:
    """The action that deletes a document."""
    return {"delete": {"_id": id_}}, None


def write(client: Client, index: str, actions: Iterable[Action], *, before: Callable[[], None]) -> int:
    """Send actions, any of which may be sent twice, and return their number.

    `before` is called before each request. Raises StoreError, which names the page that was refused or the
    remedy for the cluster.
    """
    written = 0
    for chunk in _chunks(actions):
        _send(client, index, chunk, before)
        written += len(chunk)
    return written


def _chunks(actions: Iterable[Action]) -> Iterator[list[Action]]:
    """The actions in lists of as many as a request may have."""
    chunk: list[Action] = []
    chunk_bytes = 0
    for action in actions:
        size = len(action[1].encode()) if action[1] else 0
        if chunk and (len(chunk) == CHUNK_ACTIONS or chunk_bytes + size > _MAX_CHUNK_BYTES):
            yield chunk
            chunk, chunk_bytes = [], 0
        chunk.append(action)
        chunk_bytes += size
    if chunk:
        yield chunk


def _send(client: Client, index: str, left: list[Action], before: Callable[[], None]) -> None:
    """Send a chunk, then the actions that the cluster rejected again, until none is left."""
    end = time.monotonic() + _MAX_RETRY_S
    tries = 0
    problem: BackendUnavailableError | None
    while left:
        try:
            before()
            left, problem = _send_once(client, index, left)
            pauses: Sequence[float] = _BUSY_PAUSES_S
        except BackendUnavailableError as caught:
            problem = caught
            pauses = _BUSY_PAUSES_S if isinstance(caught, ClusterBusyError) else _LOST_PAUSES_S
        if problem is None:
            return
        if tries >= len(pauses) or time.monotonic() + pauses[tries] > end:
            raise type(problem)(
                f"{problem}. It was tried {tries + 1} times. Once the cluster is healthy: zhsearch reindex"
            )
        time.sleep(pauses[tries])
        tries += 1


def _send_once(
    client: Client, index: str, actions: Sequence[Action]
) -> tuple[list[Action], ClusterBusyError | None]:
    """The actions that a busy cluster rejected, and the error for the last of them."""
    lines = [line for action, source in actions for line in (orjson.dumps(action).decode(), source) if line]
    items = client.bulk(index, "\n".join([*lines, ""]), timeout=_TIMEOUT_S)
    left: list[Action] = []
    problem = None
    for action, item in zip(actions, items, strict=True):
        (result,) = item.values()
        status = result.get("status", 500)
        if 200 <= status < 300 or (status == 404 and "delete" in item):  # deleted before
            continue
        reason = reason_of(result.get("error") or {})
        if "block_exception" in reason:
            raise write_blocked_error(client.hosts, reason)
        if status not in BUSY_STATUSES:
            raise StoreError(
                "OpenSearch at {hosts} did not take {document} into {index}: {reason}",
                hosts=client.hosts,
                document=_name_of(action),
                index=index,
                reason=reason,
            )
        problem = ClusterBusyError(
            "OpenSearch at {hosts} is too busy for {document} ({reason})",
            hosts=client.hosts,
            document=_name_of(action),
            reason=reason,
        )
        left.append(action)
    return left, problem


def _name_of(action: Action) -> str:
    """The path of the page that an action writes, or the id that it deletes."""
    ((_, target),) = action[0].items()
    path = orjson.loads(action[1]).get("path") if action[1] else None
    return str(path or target.get("_id"))
