"""The name of an index in, the right to publish to it out: one process at a time, on whatever machine.

The right is a document of an index of its own, `<name>-lock`, which its holder writes anew every few seconds.
Clocks are not compared: who finds the document watches it, and takes it over if nobody has written it for as
long as a lease. Every write tells which version it replaces, so that of two one fails.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from zhsearch.index.errors import LockedError, NoIndexError, StoreError
from zhsearch.search.opensearch.client import Client, ConflictError

_LEASE = 30.0  # seconds
_RENEWED = 5.0  # seconds after which the holder writes it anew
_LOOK = 1.0  # seconds between looks of who waits
_ID = "lock"


class Lock:
    """The right to publish, held. Safe to share between threads."""

    def __init__(self, client: Client, version: dict[str, int], holder: dict[str, Any]) -> None:
        self._client = client
        self._version = version
        self._holder = holder
        self._writing = threading.Lock()

    def check(self) -> None:
        """Still held, as of now. Raises LockedError where another process took it over meanwhile."""
        with self._writing:
            try:
                self._version = _write(self._client, self._holder, self._version)
            except ConflictError as problem:
                version, holder = _read(self._client) or ({}, {})
                if holder.get("token") != self._holder["token"]:
                    raise LockedError(
                        f"publishing to {self._client.name} stood still for so long that another process"
                        " took over; nothing more was written. Try again: zhsearch reindex"
                    ) from problem
                self._version = version  # a write of ours that seemed to fail

    def release(self) -> None:
        """Let others have it."""
        with self._writing, suppress(StoreError):  # who took it over keeps it; what stays lapses
            self._client.change(
                lambda raw: raw.delete(index=_index_of(self._client), id=_ID, params=self._version)
            )


@contextmanager
def held(client: Client) -> Iterator[Lock]:
    """The lock for the name of a client. Raises LockedError where another process holds it."""
    holder = {
        "holder": f"process {os.getpid()} on {socket.gethostname()}",
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "token": token_hex(8),
    }
    _prepare(client)
    lock = Lock(client, _take(client, holder), holder)
    done = threading.Event()
    renewing = threading.Thread(target=_renew, args=(lock, done), daemon=True)
    renewing.start()
    try:
        yield lock
    finally:
        done.set()
        renewing.join()
        lock.release()


def forget(client: Client) -> None:
    """Remove the index for the lock."""
    client.change(
        lambda raw: raw.indices.delete(index=_index_of(client), params={"ignore_unavailable": "true"})
    )


def _renew(lock: Lock, done: threading.Event) -> None:
    while not done.wait(_RENEWED):
        with suppress(StoreError):  # who writes next is told
            lock.check()


def _take(client: Client, holder: dict[str, Any]) -> dict[str, int]:
    """Write the document first, or in the place of a holder that is no more; its version."""
    seen, since = None, time.monotonic()
    while True:
        try:
            return _write(client, holder, None)
        except ConflictError:
            found = _read(client)
        if found is None:
            continue  # given back in between
        version, other = found
        if other["token"] == holder["token"]:
            return version  # a write of ours that seemed to fail
        if seen is None:
            seen = version
        elif version != seen:
            raise LockedError(f"{client.name} is being published to by {_told(other)}. Wait for it")
        elif time.monotonic() - since > _LEASE:
            with suppress(ConflictError):  # another was faster; it is seen next
                return _write(client, holder, seen)
            seen, since = None, time.monotonic()
        time.sleep(_LOOK)


def _told(holder: dict[str, Any]) -> str:
    return f"{holder['holder']} since {holder['since']}"


def _read(client: Client) -> tuple[dict[str, int], dict[str, Any]] | None:
    """The version of the document, and it; None where there is none."""
    try:
        found = client.ask(lambda raw: raw.get(index=_index_of(client), id=_ID))
    except NoIndexError:
        return None
    return _version(found), found["_source"]


def _write(client: Client, holder: dict[str, Any], before: dict[str, int] | None) -> dict[str, int]:
    """Write the document, over a version or as the first. Raises ConflictError where another was faster."""
    params: dict[str, Any] = dict(before) if before else {"op_type": "create"}
    body = {**holder, "written": time.time()}
    return _version(
        client.change(lambda raw: raw.index(index=_index_of(client), id=_ID, body=body, params=params))
    )


def _version(answer: dict[str, Any]) -> dict[str, int]:
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}


def _prepare(client: Client) -> None:
    """Make the index for the lock if need be."""
    name = _index_of(client)
    if not client.ask(lambda raw: raw.indices.exists(index=name)):
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        body = {"settings": settings, "mappings": {"dynamic": False}}
        with suppress(ConflictError):
            client.change(lambda raw: raw.indices.create(index=name, body=body))


def _index_of(client: Client) -> str:
    return f"{client.name}-lock"
