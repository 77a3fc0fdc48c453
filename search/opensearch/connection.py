"""A connection to a cluster with retries, a circuit breaker, and errors that name the hosts and the remedy.

While no node answers, calls fail at once: requests that each waited for a timeout would fill every thread.
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
from zhsearch.index.messages import Message
from zhsearch.search.settings import Settings

BUSY_STATUSES = (429, 502, 503, 504)
"""HTTP statuses after which the same call may succeed a moment later."""

_LOST_NODE = (
    "node_disconnected_exception",
    "node_not_connected_exception",
    "node_closed_exception",
    "connect_transport_exception",
    "receive_timeout_transport_exception",
    "send_request_transport_exception",
)
"""Errors with status 500 where a node is lost in the middle of a call; others may have the same shards."""

_MAX_TRIES = 3
_RETRY_PAUSE_S = 0.2  # before the second try of a read; twice that before the third
_MAX_FAILURES = 3  # without an answer, in a row; then the circuit opens
_OPEN_CIRCUIT_S = 2.0  # while the circuit is open, nothing is sent
_MAX_REASON_CHARS = 400
T = TypeVar("T")

logging.getLogger("opensearch").setLevel(logging.ERROR)  # our own errors report what fails


class ClusterBusyError(BackendUnavailableError):
    """The cluster has no room for a call just now, or a shard that the call needs is on no node."""


class ConflictError(StoreError):
    """A document or index exists already, or another process has written it in the meantime."""


class Connection:
    """Calls to the nodes that some settings name. Safe to share between threads.

    `timeout`: seconds that a call may take. Every call raises StoreError, or one of its kinds: NoIndexError,
    ConflictError, ClusterBusyError, BackendUnavailableError. Raises SettingsError where no host can be used.
    """

    def __init__(self, settings: Settings, *, timeout: float) -> None:
        self.hosts = ", ".join(settings.opensearch_hosts)
        self._index = settings.opensearch_index
        self._failures = 0
        self._open_until = 0.0
        if not all(settings.opensearch_hosts) or not settings.opensearch_hosts:
            raise SettingsError(
                "opensearch_hosts = {hosts!r} names no host. Set it to one, such as http://127.0.0.1:9200",
                hosts=self.hosts,
            )
        user, password = settings.opensearch_user, settings.opensearch_password
        try:
            self._nodes = OpenSearch(
                hosts=list(settings.opensearch_hosts),
                http_auth=(user, password) if user else None,
                timeout=timeout,
                max_retries=0,
                http_compress=False,
                pool_maxsize=max(10, settings.threads),
            )
        except (ImproperlyConfigured, ValueError) as problem:
            raise SettingsError(
                "opensearch_hosts = {hosts!r} cannot be used: {problem}. Write hosts as http://name:9200"
                " or https://name:9200",
                hosts=self.hosts,
                problem=problem,
            ) from problem

    def read(self, call: Callable[[OpenSearch], T]) -> T:
        """Make a call that changes nothing; while the cluster is busy, up to three times."""
        for tries_left in reversed(range(_MAX_TRIES)):
            try:
                return self._call(call)
            except ClusterBusyError:
                if not tries_left:
                    raise
                time.sleep(_RETRY_PAUSE_S * (_MAX_TRIES - tries_left))
        raise AssertionError

    def write(self, call: Callable[[OpenSearch], T]) -> T:
        """Make a call once, because it may have taken effect although it failed."""
        return self._call(call)

    def attempt(self, call: Callable[[OpenSearch], object]) -> None:
        """Make a call even while the circuit is open, and ignore its failure; for clean-up after an error."""
        try:
            call(self._nodes)
        except OpenSearchException:
            return

    def _call(self, call: Callable[[OpenSearch], T]) -> T:
        with self._translated_errors():
            return call(self._nodes)

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        """Raise errors of the library as ours, and update the circuit breaker."""
        if self._failures >= _MAX_FAILURES and time.monotonic() < self._open_until:
            raise BackendUnavailableError(
                "OpenSearch at {hosts} does not answer; it is tried again in a moment", hosts=self.hosts
            )
        try:
            yield
        except (NoConnectionError, ConnectionTimeout) as problem:
            self._failures += 1
            self._open_until = time.monotonic() + _OPEN_CIRCUIT_S
            in_time = not isinstance(problem, ConnectionTimeout)
            why = Message("cannot be reached") if in_time else Message("does not answer in time")
            raise BackendUnavailableError(
                "OpenSearch at {hosts} {why}. Is it running, and is opensearch_hosts right?",
                hosts=self.hosts,
                why=why,
            ) from problem
        except TransportError as problem:
            raise self._error_of(problem) from problem
        except OpenSearchException as problem:
            raise StoreError(
                "OpenSearch at {hosts}: {problem}", hosts=self.hosts, problem=problem
            ) from problem
        self._failures = 0

    def _error_of(self, problem: TransportError) -> StoreError:
        """The error of ours for a response with an error status."""
        status, reason = problem.status_code, _response_reason(problem)
        if "block_exception" in reason:
            return write_blocked_error(self.hosts, reason)
        if isinstance(problem, VersionConflictError) or "already_exists" in reason:
            return ConflictError("OpenSearch at {hosts}: {reason}", hosts=self.hosts, reason=reason)
        if status in (401, 403):
            return StoreError(
                "OpenSearch at {hosts} refuses the credentials ({status}). Set opensearch_user and"
                " opensearch_password, or grant the user access to the index",
                hosts=self.hosts,
                status=status,
            )
        if isinstance(problem, NotFoundError):  # deleted, or not created yet
            return no_index_error(self.hosts, self._index)
        if status in BUSY_STATUSES or reason.startswith(_LOST_NODE):
            return ClusterBusyError(
                "OpenSearch at {hosts} is too busy, or shards are on no node ({reason})",
                hosts=self.hosts,
                reason=reason,
            )
        return StoreError(
            "OpenSearch at {hosts} answers {status}: {reason}", hosts=self.hosts, status=status, reason=reason
        )


def no_index_error(hosts: str, index: str) -> NoIndexError:
    """The error where nothing was published to an index name yet."""
    return NoIndexError(
        "no index {index} in OpenSearch at {hosts} yet. Make one: zhsearch reindex", index=index, hosts=hosts
    )


def write_blocked_error(hosts: str, reason: str) -> StoreError:
    """The error where an index, or the whole cluster, is read-only."""
    return StoreError(
        "OpenSearch at {hosts} takes no writes: {reason}. Is a disk full? Free space there, or add"
        " a node; what is published stays searchable. Then: zhsearch reindex",
        hosts=hosts,
        reason=reason,
    )


def reason_of(error: dict[str, Any]) -> str:
    """The type and reason of an error object of the cluster, in one line."""
    return f"{error.get('type')}: {error.get('reason')}"[:_MAX_REASON_CHARS]


def _response_reason(problem: TransportError) -> str:
    info: Any = problem.info  # JSON of the cluster, or whatever a proxy sent
    try:
        error = info["error"]
        return reason_of((error.get("root_cause") or [error])[0])
    except (TypeError, KeyError, AttributeError, IndexError):
        return str(problem.error)[:_MAX_REASON_CHARS]
