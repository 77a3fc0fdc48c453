"""The connections that the event loop watches: for which events, and how long each may stay in its state."""

import time
from collections.abc import Callable, Iterator
from selectors import EVENT_READ, EVENT_WRITE, BaseSelector
from typing import Any

from zhsearch.search.server.connection import Connection, State


class Polled:
    """The connections that wait in the event loop. The one that has waited longest is first.

    A connection that is removed stays registered with the poller, until `watch` says otherwise: it usually
    comes back, and each change is a system call.
    """

    def __init__(self, poller: BaseSelector, on_event: Callable[[Connection], None]) -> None:
        """`on_event` is called when the socket of a connection is readable or writable, and after an error,
        also for a connection that was removed."""
        self._poller = poller
        self._on_event = on_event
        self._connections: dict[Connection, None] = {}

    def __contains__(self, connection: Connection) -> bool:
        return connection in self._connections

    def __iter__(self) -> Iterator[Connection]:
        """All connections, also if some are removed meanwhile."""
        return iter(list(self._connections))

    def add(self, connection: Connection, state: State, seconds: float, since: float = 0.0) -> None:
        """Add a connection at the end, and watch its socket. `seconds` is the longest time in this state,
        from now or `since`."""
        connection.state, connection.deadline = state, (since or time.monotonic()) + seconds
        self._connections.pop(connection, None)
        self._connections[connection] = None
        self.watch(connection, EVENT_WRITE if state is State.WRITING else EVENT_READ)

    def remove(self, connection: Connection) -> None:
        """Remove a connection, if it is there; its socket is still watched."""
        self._connections.pop(connection, None)

    def watch(self, connection: Connection, events: int) -> None:
        """Watch the socket of a connection for these events, 0 for none."""
        if events == connection.polled_for:
            return
        if not events:
            self._poller.unregister(connection.wire)
        elif connection.polled_for:
            self._poller.modify(connection.wire, events, self._callback(connection))
        else:
            self._poller.register(connection.wire, events, self._callback(connection))
        connection.polled_for = events

    def expired(self, now: float) -> list[Connection]:
        """The connections whose deadline has passed."""
        return [connection for connection in self._connections if connection.deadline <= now]

    def cap_idle(self, deadline: float) -> None:
        """Let connections without a request end by a deadline."""
        for connection in self._connections:
            if connection.state is State.IDLE:
                connection.deadline = min(connection.deadline, deadline)

    def _callback(self, connection: Connection) -> Callable[[Any], None]:
        """What gunicorn's loop calls, with the socket."""
        return lambda _: self._on_event(connection)
