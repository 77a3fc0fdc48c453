"""Actions in, written to an index in bulk; what the cluster has no room for is sent again, within bounds.

A cluster that refuses writes until someone makes room is not asked again: waiting does not help.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import orjson

from zhsearch.index.errors import BackendUnavailableError, StoreError
from zhsearch.search.opensearch.client import Client, ClusterBusyError, blocked

Action = tuple[dict[str, Any], str | None]
"""What to do with a document, and it as JSON."""

CHUNK = 500
"""Actions in a request."""

_CHUNK_BYTES = 5_000_000  # or so many bytes
_BUSY_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)  # seconds before what there was no room for is sent again
_LOST_PAUSES = (1.0, 2.0, 4.0)  # the same where no node answers
_PATIENCE = 120.0  # seconds after which a request is not sent again, however often it was
_TIMEOUT = 60  # seconds of a request
_TRY_AGAIN = (429, 502, 503, 504)


def write(client: Client, index: str, actions: Iterable[Action], *, before: Callable[[], None]) -> int:
    """Send actions, each of which may be done twice; their number. `before` is called before each request.
    Raises StoreError, which names the page that was refused or says what to do about the cluster."""
    done = 0
    for chunk in _chunks(actions):
        _send(client, index, chunk, before)
        done += len(chunk)
    return done


def _chunks(actions: Iterable[Action]) -> Iterator[list[Action]]:
    """As many together as a request may have."""
    chunk: list[Action] = []
    size = 0
    for action in actions:
        own = len(action[1].encode()) if action[1] else 0
        if chunk and (len(chunk) == CHUNK or size + own > _CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(action)
        size += own
    if chunk:
        yield chunk


def _send(client: Client, index: str, left: list[Action], before: Callable[[], None]) -> None:
    """Send a chunk, and what of it is not taken again, until all is taken."""
    end = time.monotonic() + _PATIENCE
    tries = 0
    problem: BackendUnavailableError | None
    while left:
        try:
            before()
            left, problem = _once(client, index, left)
            pauses: Sequence[float] = _BUSY_PAUSES
        except BackendUnavailableError as caught:
            problem = caught
            pauses = _BUSY_PAUSES if isinstance(caught, ClusterBusyError) else _LOST_PAUSES
        if problem is None:
            return
        if tries >= len(pauses) or time.monotonic() + pauses[tries] > end:
            raise type(problem)(f"{problem}. It was tried {tries + 1} times: zhsearch reindex tries again")
        time.sleep(pauses[tries])
        tries += 1


def _once(
    client: Client, index: str, actions: Sequence[Action]
) -> tuple[list[Action], ClusterBusyError | None]:
    """The actions that the cluster had no room for, and what it says of them."""
    lines = [line for action, source in actions for line in (orjson.dumps(action).decode(), source) if line]
    body = "\n".join([*lines, ""])
    answer = client.change(lambda raw: raw.bulk(body=body, index=index, request_timeout=_TIMEOUT))
    left: list[Action] = []
    problem = None
    for action, item in zip(actions, answer["items"], strict=True):
        (result,) = item.values()
        status = result.get("status", 500)
        if 200 <= status < 300 or (status == 404 and "delete" in item):  # deleted before
            continue
        error = result.get("error") or {}
        why = f"{error.get('type')}: {error.get('reason')}"[:400]
        if "block_exception" in why:
            raise blocked(client.hosts, why)
        if status not in _TRY_AGAIN:
            raise StoreError(f"OpenSearch did not take {_name_of(action)}: {why}")
        problem = ClusterBusyError(f"OpenSearch at {client.hosts} is too busy for {_name_of(action)} ({why})")
        left.append(action)
    return left, problem


def _name_of(action: Action) -> str:
    """How the person who reads an error knows a document."""
    ((_, facts),) = action[0].items()
    path = orjson.loads(action[1]).get("path") if action[1] else None
    return str(path or facts.get("_id"))
