"""Calls in, what OpenSearch answers out, or a StoreError that says what is the matter and what to do.

While the cluster does not answer, only one call in a while tries it: who asks meanwhile is told at once.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConflictError as VersionConflictError
from opensearchpy.exceptions import ConnectionError as NoConnectionError
from opensearchpy.exceptions import (
    ConnectionTimeout,
    ImproperlyConfigured,
    NotFoundError,
    OpenSearchException,
    TransportError,
)

from zhsearch.index.errors import BackendUnavailableError, NoIndexError, SettingsError, StoreError
from zhsearch.search.settings import Settings

_TRIES = 3
_PAUSE = 0.2  # seconds before the second try of what may be tried again, twice that before the third
_BUSY = (429, 502, 503, 504)
_FAILURES = 3  # in a row, after which nothing is tried
_REST = 2.0  # seconds
T = TypeVar("T")

logging.getLogger("opensearch").setLevel(logging.ERROR)  # what fails is told by our own errors


class Client:
    """Speaks with the cluster of some settings; safe to share between threads.

    `timeout`: seconds that a call may take.
    """

    def __init__(self, settings: Settings, *, timeout: float = 10.0) -> None:
        self.name = settings.opensearch_index
        self.hosts = ", ".join(settings.opensearch_hosts)
        if not all(settings.opensearch_hosts) or not settings.opensearch_hosts:
            raise SettingsError(
                f"opensearch_hosts = {self.hosts!r} names no host, such as http://127.0.0.1:9200."
            )
        user, password = settings.opensearch_user, settings.opensearch_password
        try:
            self.raw = OpenSearch(
                hosts=list(settings.opensearch_hosts),
                http_auth=(user, password) if user else None,
                timeout=timeout,
                max_retries=0,
                http_compress=False,
                pool_maxsize=max(10, settings.threads),
            )
        except (ImproperlyConfigured, ValueError) as problem:
            raise SettingsError(f"opensearch_hosts = {self.hosts!r} cannot be used: {problem}.") from problem
        self._failed = 0
        self._rests_until = 0.0

    def ask(self, call: Callable[[OpenSearch], T]) -> T:
        """The answer to a call that changes nothing, tried again a few times where the cluster is busy."""
        for left in reversed(range(_TRIES)):
            try:
                with self._errors_told():
                    return call(self.raw)
            except ClusterBusyError:
                if not left:
                    raise
                time.sleep(_PAUSE * (_TRIES - left))
        raise AssertionError

    def change(self, call: Callable[[OpenSearch], T]) -> T:
        """The answer to a call that is made once."""
        with self._errors_told():
            return call(self.raw)

    @contextmanager
    def _errors_told(self) -> Iterator[None]:
        if self._failed >= _FAILURES and time.monotonic() < self._rests_until:
            raise BackendUnavailableError(
                f"OpenSearch at {self.hosts} does not answer; it is tried again in a moment"
            )
        try:
            yield
        except (NoConnectionError, ConnectionTimeout) as problem:
            self._failed += 1
            self._rests_until = time.monotonic() + _REST
            why = "does not answer in time" if isinstance(problem, ConnectionTimeout) else "cannot be reached"
            raise BackendUnavailableError(
                f"OpenSearch at {self.hosts} {why}. Is it running, and is opensearch_hosts right?"
            ) from problem
        except TransportError as problem:
            raise self._told(problem) from problem
        except OpenSearchException as problem:
            raise StoreError(f"OpenSearch at {self.hosts}: {problem}") from problem
        self._failed = 0

    def _told(self, problem: TransportError) -> StoreError:
        status = problem.status_code
        if "block_exception" in reason_of(problem):
            return blocked(self.hosts, reason_of(problem))
        if isinstance(problem, VersionConflictError) or "already_exists" in reason_of(problem):
            return ConflictError(f"OpenSearch at {self.hosts}: {reason_of(problem)}")
        if status in (401, 403):
            return StoreError(
                f"OpenSearch at {self.hosts} refuses the credentials ({status})."
                " Set opensearch_user and opensearch_password, or give the user the right to the index"
            )
        if isinstance(problem, NotFoundError):  # removed, or not made yet
            return NoIndexError(f"no index {self.name} in OpenSearch yet. Make one: zhsearch reindex")
        if status in _BUSY:
            return ClusterBusyError(
                f"OpenSearch at {self.hosts} is too busy or not whole ({reason_of(problem)})"
            )
        return StoreError(f"OpenSearch at {self.hosts} answers {status}: {reason_of(problem)}")


class ClusterBusyError(BackendUnavailableError):
    """The cluster has no room for a call just now, or a shard that it needs is nowhere."""


class ConflictError(StoreError):
    """What was to be written is there already, or was written by another meanwhile."""


def blocked(hosts: str, why: str) -> StoreError:
    """What to say where an index, or the whole cluster, takes no writes."""
    return StoreError(
        f"OpenSearch at {hosts} takes no writes: {why}. Is a disk full? Make room there, or add a node;"
        " what is published goes on being found. Then: zhsearch reindex"
    )


def reason_of(problem: TransportError) -> str:
    """What an error of the cluster says, in a line."""
    info: Any = problem.info
    try:
        error = info["error"]
        cause = (error.get("root_cause") or [error])[0]
        return f"{cause.get('type')}: {cause.get('reason')}"[:400]
    except (TypeError, KeyError, AttributeError, IndexError):
        return str(problem.error)[:400]
