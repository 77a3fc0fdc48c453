"""A gunicorn worker with threads that buffers requests and responses in its event loop.

The loop reads from all clients and writes to them, and never waits for one. A thread gets a request when all
of it has arrived, and leaves the response to the loop if the client does not take it at once. So no slow
client holds up a thread.

It overrides internals of gunicorn's gthread worker. The version is pinned, and a test compares their source.
"""

import socket
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from gunicorn.http.errors import NoMoreData, ParseException

from zhsearch.search.http import InFlight
from zhsearch.search.server.connection import Connection, State
from zhsearch.search.server.lifecycle import ProcessWorker
from zhsearch.search.server.rejections import (
    INTERNAL_ERROR,
    OUT_OF_MEMORY,
    RejectedRequest,
    rejection_of,
)

FIRST_BYTE_TIMEOUT_S = 10
"""Seconds that a new connection may be silent."""

REQUEST_TIMEOUT_S = 15
"""Seconds from the first byte of a request to its last."""

RESPONSE_TIMEOUT_S = 60
"""Seconds that a client may take for a response."""

_LINGER_TIMEOUT_S = 2
_SWEEP_INTERVAL_S = 1.0  # between two checks for deadlines that have passed
_ACCEPT_DELAY_S = 0.0002  # for each connection that the worker already has
_MAX_ACCEPT_DELAYS = 5
_MAX_BUFFERED_BYTES = 64 << 20  # of incomplete requests, in all connections


class Worker(ProcessWorker):
    """One worker process. A connection is either in the event loop or dispatched to a thread."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._in_flight: InFlight = self.app.in_flight
        self._polled: dict[Connection, None] = {}  # in the event loop; the one that waits longest is first
        self._dispatched: dict[Connection, Future[None]] = {}
        self._buffered_bytes = 0  # of connections in the event loop
        self._last_sweep = 0.0
        self._last_warning = 0.0

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Called by gunicorn for each turn of the loop. Without memory for it the worker finishes its
        requests and is replaced."""
        if self.quit_deadline is not None:
            timeout = min(timeout, self._close_for_quit(self.quit_deadline))
        try:
            super().wait_for_and_dispatch_events(timeout)
        except MemoryError:
            self.end_gracefully("no memory")

    def _close_for_quit(self, deadline: float) -> float:
        """Close the connections that have no request in flight, and all of them after the deadline.

        Returns the seconds for which the loop may wait for the others.
        """
        seconds_left = max(deadline - time.monotonic(), 0.0)
        for connection in list(self._polled):
            if connection.state is not State.WRITING or not seconds_left:
                self._close(connection)
        if not seconds_left:
            self.nr_conns = 0  # requests that a thread still has end with the process
        return seconds_left if self.nr_conns else 0.0

    def accept(self, listener: socket.socket) -> None:
        """Called by gunicorn when a client connects."""
        if self.cfg.workers > 1:
            # Every worker is woken. The one with the fewest connections should be the first to accept.
            time.sleep(min(self.nr_conns, _MAX_ACCEPT_DELAYS) * _ACCEPT_DELAY_S)
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # another worker was faster, or the client disconnected
        except OSError as error:  # out of descriptors, for example
            if (now := time.monotonic()) - self._last_warning > 1:
                self._last_warning = now
                self.log.warning("connections cannot be accepted: %s", error)
            if not self._evict_oldest():
                time.sleep(0.05)
            return
        self.nr_conns += 1
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(client, address, listener.getsockname())
        self._poll(connection, State.IDLE, FIRST_BYTE_TIMEOUT_S)
        self._on_readable(connection)  # the request may have arrived with the connection
        if self.nr_conns >= self.worker_connections:
            self._evict_oldest()

    def handle(self, connection: Connection) -> None:
        """Called in a thread: answer a whole request."""
        connection.keep_alive = False
        try:
            request = next(connection.take_request(self.cfg))
            connection.keep_alive = self.handle_request(request, connection)
            response = connection.sock.take()
        except (ParseException, NoMoreData) as error:
            connection.sock.take()
            response = rejection_of(error).response()
        except RejectedRequest as rejection:
            response = rejection.response()
        except MemoryError:
            connection.sock.take()
            response = OUT_OF_MEMORY
        except Exception as error:
            if not isinstance(error, StopIteration):  # a response that broke off is logged already
                self.log.exception("a request failed outside the app")
            connection.sock.take()
            response = OUT_OF_MEMORY if isinstance(error.__context__, MemoryError) else INTERNAL_ERROR
        connection.write(response)

    def finish_request(self, connection: Connection, future: Future[None]) -> None:
        """Called by gunicorn, in the loop, when a thread has finished with a connection."""
        if self._dispatched.get(connection) is not future:
            return  # the sweep was faster; the connection may have its next request in a thread by now
        del self._dispatched[connection]
        self._in_flight.count -= 1
        if future.cancelled() or future.exception():
            self._close(connection)
        elif connection.is_flushed():
            self._next_request(connection)
        else:
            self._poll(connection, State.WRITING, RESPONSE_TIMEOUT_S)

    def murder_pending(self) -> None:
        """Called by gunicorn after each turn of the loop: end the connections whose deadline has passed."""
        now = time.monotonic()
        if now - self._last_sweep < _SWEEP_INTERVAL_S:
            return
        self._last_sweep = now
        for connection, future in [item for item in self._dispatched.items() if item[1].done()]:
            self.finish_request(connection, future)  # its callback failed for lack of memory
        for connection in [connection for connection in self._polled if connection.deadline <= now]:
            if connection.state is State.READING:
                detail = f"The request was not complete after {REQUEST_TIMEOUT_S} s"
                self._reject(connection, RejectedRequest(408, "Request Timeout", detail))
            else:
                self._close(connection)

    def murder_keepalived(self, force: bool = False) -> None:
        """Called by gunicorn, with `force` at the end: close every connection that is in the event loop."""
        if force:
            for connection in list(self._polled):
                self._close(connection)

    def _cap_keepalive(self, deadline: float) -> None:
        """Called by gunicorn when it shuts down: idle connections end by then."""
        self._last_sweep = 0.0
        for connection in self._polled:
            if connection.state is State.IDLE:
                connection.deadline = min(connection.deadline, deadline)

    def _poll(self, connection: Connection, state: State, seconds: float) -> None:
        """Put a connection into the event loop; `seconds` is the longest time in this state."""
        connection.state, connection.deadline = state, time.monotonic() + seconds
        self._polled[connection] = None
        self._buffered_bytes += connection.buffered_bytes()
        if state is State.WRITING:
            self.poller.register(connection.wire, EVENT_WRITE, partial(self._on_writable, connection))
        else:
            self.poller.register(connection.wire, EVENT_READ, partial(self._on_readable, connection))

    def _stop_polling(self, connection: Connection) -> None:
        del self._polled[connection]
        self._buffered_bytes -= connection.buffered_bytes()
        self.poller.unregister(connection.wire)

    def _on_readable(self, connection: Connection, _: Any = None) -> None:
        if connection not in self._polled:
            return  # it was closed earlier in this turn of the loop
        try:
            if connection.state is State.LINGERING:
                connection.discard_input()
                return
            count = connection.read()
            self._buffered_bytes += count
            if connection.has_request():
                self._stop_polling(connection)
                self._dispatch(connection)
            elif self._buffered_bytes > _MAX_BUFFERED_BYTES:
                raise RejectedRequest(
                    503, "Too busy", "Too many large requests at once. Try again in a second"
                )
            elif count and connection.state is State.IDLE:
                self._stop_polling(connection)
                self._poll(connection, State.READING, REQUEST_TIMEOUT_S)
        except RejectedRequest as rejection:
            self._reject(connection, rejection)
        except (OSError, EOFError, MemoryError):
            self._close(connection)

    def _on_writable(self, connection: Connection, _: Any = None) -> None:
        if connection not in self._polled:
            return
        try:
            if connection.flush():
                self._stop_polling(connection)
                self._next_request(connection)
        except OSError:
            self._close(connection)

    def _dispatch(self, connection: Connection) -> None:
        """Give a whole request to a thread."""
        future = self._dispatched[connection] = self.tpool.submit(self.handle, connection)
        self._in_flight.count += 1
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, connection, done))

    def _next_request(self, connection: Connection) -> None:
        """After a response: wait for the next request, or end the connection."""
        try:
            if not connection.keep_alive:
                self._linger(connection)
            elif connection.has_request():  # pipelined
                self._dispatch(connection)
            elif connection.buffered_bytes():
                self._poll(connection, State.READING, REQUEST_TIMEOUT_S)
            else:
                self._poll(connection, State.IDLE, self.cfg.keepalive)
        except RejectedRequest as rejection:
            self._reject(connection, rejection)
        except OSError:
            self._close(connection)

    def _reject(self, connection: Connection, rejection: RejectedRequest) -> None:
        """Send the rejection, and end the connection."""
        if connection in self._polled:
            self._stop_polling(connection)
        try:
            connection.write(rejection.response())
            self._linger(connection)
        except OSError:
            self._close(connection)

    def _linger(self, connection: Connection) -> None:
        """End the output, and wait a little for the client to close: closing at once would make the kernel
        discard what the client has not read yet."""
        connection.end_output()
        self._poll(connection, State.LINGERING, _LINGER_TIMEOUT_S)

    def _close(self, connection: Connection) -> None:
        if connection in self._polled:
            self._stop_polling(connection)
        self.nr_conns -= 1
        with suppress(OSError):
            connection.wire.close()

    def _evict_oldest(self) -> bool:
        """Close the connection that has waited longest; returns whether there was one."""
        for connection in self._polled:
            self._close(connection)
            return True
        return False
