"""A gunicorn worker with threads that buffers requests and responses in its event loop.

The loop reads from all clients, and never waits for one. A thread gets a request when all of it has arrived,
and sends the response; what the client does not take at once it leaves to the loop. So no slow client holds
up a thread.

It overrides internals of gunicorn's gthread worker. The version is pinned, and a test compares their source.
"""

import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.http.errors import NoMoreData, ParseException

from zhsearch.search.http import InFlight
from zhsearch.search.server.answered import Answered
from zhsearch.search.server.connection import Connection, State
from zhsearch.search.server.lifecycle import ProcessWorker
from zhsearch.search.server.polling import Polled
from zhsearch.search.server.rejections import INTERNAL_ERROR, OUT_OF_MEMORY, RejectedRequest, rejection_of

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
        self._polled: Polled  # from `run` on
        self._dispatched: set[Connection] = set()
        self._answered = Answered(
            wake=lambda: self.method_queue.defer(self._take_answered), is_stopping=lambda: not self.alive
        )
        self._buffered_bytes = 0  # of all connections
        self._last_sweep = 0.0
        self._last_warning = 0.0

    def run(self) -> None:
        """Called by gunicorn: serve until a signal."""
        self._polled = Polled(self.poller, self._on_event)
        super().run()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Called by gunicorn for each turn of the loop. Without memory for it the worker finishes its
        requests and is replaced."""
        if self.quit_deadline is not None:
            timeout = min(timeout, self._close_for_quit(self.quit_deadline))
        try:
            events = self.poller.select(timeout)
            self._take_answered()  # before the next requests of these clients
            for key, _ in events:
                key.data(key.fileobj)
        except MemoryError:
            self.end_gracefully("no memory")

    def _close_for_quit(self, deadline: float) -> float:
        """Close the connections that have no request in flight, and all of them after the deadline.

        Returns the seconds for which the loop may wait for the others.
        """
        seconds_left = max(deadline - time.monotonic(), 0.0)
        for connection in self._polled:
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
        self._polled.add(connection, State.IDLE, FIRST_BYTE_TIMEOUT_S)
        self._on_readable(connection)  # the request may have arrived with the connection
        if self.nr_conns >= self.worker_connections:
            self._evict_oldest()

    def handle(self, connection: Connection) -> None:
        """Called in a thread: answer a whole request."""
        try:
            connection.write(self._response(connection))
            if not connection.keep_alive and connection.is_flushed():
                connection.end_output()
        except Exception:  # the client disconnected, or there is no memory
            connection.is_broken = True
        finally:  # or the loop would wait for it for ever
            self._in_flight.end()
            connection.answered_at = time.monotonic()
            connection.is_answered = True
        with suppress(MemoryError):  # the sweep will see it
            self._answered.put(connection)

    def _response(self, connection: Connection) -> bytes:
        """The response to a request, computed in a thread."""
        try:
            request = next(connection.parser(self.cfg))
            connection.keep_alive = self.handle_request(request, connection)
            return connection.sock.take()
        except (ParseException, NoMoreData) as error:
            connection.sock.take()
            return rejection_of(error).response()
        except RejectedRequest as rejection:
            return rejection.response()
        except MemoryError:
            connection.sock.take()
            return OUT_OF_MEMORY
        except Exception as error:
            if not isinstance(error, StopIteration):  # a response that broke off is logged already
                self.log.exception("a request failed outside the app")
            connection.sock.take()
            return OUT_OF_MEMORY if isinstance(error.__context__, MemoryError) else INTERNAL_ERROR

    def _take_answered(self) -> None:
        """Take back the connections whose requests the threads have answered."""
        for connection in self._answered.take():
            self._finish(connection)

    def _finish(self, connection: Connection) -> None:
        """Continue with a connection after an answer. The sweep may have done so already, and the next
        request may be in a thread by now."""
        if connection not in self._dispatched or not connection.is_answered:
            return
        self._dispatched.remove(connection)
        if connection.is_broken:
            self._close(connection)
        elif connection.is_flushed():
            self._next_request(connection, connection.answered_at)
        else:
            self._polled.add(connection, State.WRITING, RESPONSE_TIMEOUT_S)

    def murder_pending(self) -> None:
        """Called by gunicorn after each turn of the loop: end the connections whose deadline has passed."""
        now = time.monotonic()
        if now - self._last_sweep < _SWEEP_INTERVAL_S:
            return
        self._last_sweep = now
        for connection in [connection for connection in self._dispatched if connection.is_answered]:
            self._finish(connection)  # the thread had no memory to say so
        for connection in self._polled.expired(now):
            if connection.state is State.READING:
                detail = f"The request was not complete after {REQUEST_TIMEOUT_S} s"
                self._reject(connection, RejectedRequest(408, "Request Timeout", detail))
            else:
                self._close(connection)

    def murder_keepalived(self, force: bool = False) -> None:
        """Called by gunicorn, with `force` at the end: close every connection that is in the event loop."""
        if force:
            for connection in self._polled:
                self._close(connection)

    def _cap_keepalive(self, deadline: float) -> None:
        """Called by gunicorn when it shuts down: idle connections end by then."""
        self._last_sweep = 0.0
        self._polled.cap_idle(deadline)

    def _on_event(self, connection: Connection) -> None:
        """Called when the socket of a connection is readable or writable."""
        if connection in self._dispatched:
            self._read_ahead(connection)
        elif connection not in self._polled:
            return  # it was closed earlier in this turn of the loop
        elif connection.state is State.WRITING:
            self._on_writable(connection)
        else:
            self._on_readable(connection)

    def _read_ahead(self, connection: Connection) -> None:
        """Read the next request while a thread has the current one: the client may have the answer already.
        If it sends more, or ends, it is not polled until the thread is done."""
        try:
            count = connection.read_ahead()
            self._buffered_bytes += count
        except MemoryError:
            count, connection.is_broken = 0, True
        except (OSError, EOFError):
            count = 0
        if not count:
            self._polled.watch(connection, 0)
        self._take_answered()  # a thread that has not seen this change has made its answer visible

    def _on_readable(self, connection: Connection) -> None:
        try:
            if connection.state is State.LINGERING:
                connection.discard_input()
                return
            count = connection.read()
            self._buffered_bytes += count
            if connection.has_request():
                self._polled.remove(connection)
                self._dispatch(connection)
            elif self._buffered_bytes > _MAX_BUFFERED_BYTES:
                raise RejectedRequest(
                    503, "Too busy", "Too many large requests at once. Try again in a second"
                )
            elif count and connection.state is State.IDLE:
                self._polled.add(connection, State.READING, REQUEST_TIMEOUT_S)
        except RejectedRequest as rejection:
            self._reject(connection, rejection)
        except (OSError, EOFError, MemoryError):
            self._close(connection)

    def _on_writable(self, connection: Connection) -> None:
        try:
            if connection.flush():
                self._polled.remove(connection)
                self._next_request(connection, time.monotonic())
        except OSError:
            self._close(connection)

    def _dispatch(self, connection: Connection) -> None:
        """Give a whole request to a thread."""
        self._buffered_bytes -= connection.take_request()
        self._in_flight.begin()
        try:
            self._dispatched.add(connection)
            self.tpool.submit(connection)
        except MemoryError:
            self._in_flight.end()
            self._dispatched.discard(connection)
            raise

    def _next_request(self, connection: Connection, answered_at: float) -> None:
        """After a response: wait for the next request, or end the connection."""
        try:
            if not connection.keep_alive:
                self._linger(connection, answered_at)
            elif connection.has_request():  # pipelined
                self._dispatch(connection)
            elif connection.buffered_bytes():
                self._polled.add(connection, State.READING, REQUEST_TIMEOUT_S)
            else:
                self._polled.add(connection, State.IDLE, self.cfg.keepalive, answered_at)
        except RejectedRequest as rejection:
            self._reject(connection, rejection)
        except (OSError, MemoryError):
            self._close(connection)

    def _reject(self, connection: Connection, rejection: RejectedRequest) -> None:
        """Send the rejection, and end the connection."""
        self._polled.remove(connection)
        try:
            connection.write(rejection.response())
            self._linger(connection, time.monotonic())
        except OSError:
            self._close(connection)

    def _linger(self, connection: Connection, since: float) -> None:
        """End the output, and wait a little for the client to close: closing at once would make the kernel
        discard what the client has not read yet."""
        connection.end_output()
        self._buffered_bytes -= connection.discard_buffer()
        self._polled.add(connection, State.LINGERING, _LINGER_TIMEOUT_S, since)

    def _close(self, connection: Connection) -> None:
        self._polled.remove(connection)
        self._buffered_bytes -= connection.discard_buffer()
        self._polled.watch(connection, 0)
        self.nr_conns -= 1
        with suppress(OSError):
            connection.wire.close()

    def _evict_oldest(self) -> bool:
        """Close the connection that has waited longest; returns whether there was one."""
        for connection in self._polled:
            self._close(connection)
            return True
        return False
