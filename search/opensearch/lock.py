"""A distributed publish lock: one process at a time publishes to an index name, from whatever machine.

The lock is a document in an index of its own, `<name>-lock`, which its holder rewrites every few seconds.
Clocks are not compared: a process that finds the document watches it, and takes the lock over if nobody has
rewritten it for the length of a lease. Every write states which version it replaces; of two, one fails.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from zhsearch.index.errors import LockedError, StoreError
from zhsearch.search.opensearch.client import Client, DocumentVersion
from zhsearch.search.opensearch.connection import ConflictError

_LEASE_S = 30.0
_RENEWAL_S = 5.0  # between two writes of the holder
_POLL_S = 1.0  # between two reads of a process that waits
_ID = "lock"


@dataclass(frozen=True, slots=True)
class _Holder:
    """The holder of the lock, as error messages name it, since when, and a token that no other holder has."""

    holder: str
    since: str
    token: str


class PublishLock:
    """The publish lock while this process holds it. Safe to share between threads."""

    def __init__(self, client: Client, version: DocumentVersion, holder: _Holder) -> None:
        self._client = client
        self._version = version
        self._holder = holder
        self._writing = threading.Lock()

    def check(self) -> None:
        """Renew the lock. Raises LockedError where another process has taken it over."""
        with self._writing:
            try:
                self._version = _write(self._client, self._holder, replaces=self._version)
            except ConflictError as problem:
                current = _read(self._client)
                if current is None or current[1].token != self._holder.token:
                    raise LockedError(
                        "publishing to {client} at {hosts} paused for so long that another process took over;"
                        " nothing more was written. Try again: zhsearch reindex",
                        client=self._client.name,
                        hosts=self._client.hosts,
                    ) from problem
                self._version = current[0]  # a write of ours that seemed to fail

    def release(self) -> None:
        """Release the lock, so that another process can take it at once."""
        with self._writing, suppress(StoreError):  # if it was taken over it stays so; otherwise it lapses
            self._client.delete_document(_index_name(self._client), _ID, self._version)


@contextmanager
def acquire(client: Client) -> Iterator[PublishLock]:
    """Hold the lock for the name of a client. Raises LockedError where another process holds it."""
    holder = _Holder(
        holder=f"process {os.getpid()} on {socket.gethostname()}",
        since=datetime.now(UTC).isoformat(timespec="seconds"),
        token=token_hex(8),
    )
    client.ensure_small_index(_index_name(client), {})
    lock = PublishLock(client, _take(client, holder), holder)
    done = threading.Event()
    renewal = threading.Thread(target=_renew, args=(lock, done), daemon=True)
    renewal.start()
    try:
        yield lock
    finally:
        done.set()
        renewal.join()
        lock.release()


def delete_lock_index(client: Client) -> None:
    """Delete the index that the lock is in."""
    client.delete_index(_index_name(client), ignore_missing=True)


def _renew(lock: PublishLock, done: threading.Event) -> None:
    while not done.wait(_RENEWAL_S):
        with suppress(StoreError):  # the next write of the run raises it
            lock.check()


def _take(client: Client, holder: _Holder) -> DocumentVersion:
    """Create the document, or replace that of a holder whose lease is over. Raises LockedError."""
    seen, since = None, time.monotonic()
    while True:
        try:
            return _write(client, holder, replaces=None)
        except ConflictError:
            current = _read(client)
        if current is None:
            continue  # released in between
        version, other = current
        if other.token == holder.token:
            return version  # a write of ours that seemed to fail
        if seen is None:
            seen = version
        elif version != seen:
            raise LockedError(
                "{client} at {hosts} is being published to by {holder} since {since}. Wait for it, then"
                " try again: zhsearch reindex",
                client=client.name,
                hosts=client.hosts,
                holder=other.holder,
                since=other.since,
            )
        elif time.monotonic() - since > _LEASE_S:
            with suppress(ConflictError):  # another was faster; its version is seen next
                return _write(client, holder, replaces=seen)
            seen, since = None, time.monotonic()
        time.sleep(_POLL_S)


def _read(client: Client) -> tuple[DocumentVersion, _Holder] | None:
    """The version of the document, and its holder; None where nobody holds the lock."""
    document = client.get_document(_index_name(client), _ID)
    if document is None:
        return None
    version, source = document
    return version, _Holder(str(source["holder"]), str(source["since"]), str(source["token"]))


def _write(client: Client, holder: _Holder, *, replaces: DocumentVersion | None) -> DocumentVersion:
    """Write the document over one version, or as the first. Raises ConflictError where another was faster."""
    body: dict[str, Any] = {**asdict(holder), "written": time.time()}
    return client.put_document(_index_name(client), _ID, body, replaces=replaces)


def _index_name(client: Client) -> str:
    return f"{client.name}-lock"
