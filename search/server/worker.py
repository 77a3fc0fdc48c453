"""Connections in, requests in threads out: gunicorn's threaded worker, which no slow client holds up.

One loop reads from all clients and writes to them, and never waits for one. A thread gets a request when all
of it is there, and leaves its answer to the loop where the client does not take it at once.
"""

import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from threading import Barrier, Thread
from threading import enumerate as enumerate_threads
from typing import Any

from gunicorn.http.errors import (
    ExpectationFailed,
    LimitRequestHeaders,
    LimitRequestLine,
    NoMoreData,
    ParseException,
)
from gunicorn.workers.gthread import ThreadWorker

from zhsearch.search.http.app import PERIODIC_TASKS
from zhsearch.search.http.errors import problem_of
from zhsearch.search.http.limits import InFlight
from zhsearch.search.server.connection import Connection, Waits
from zhsearch.search.server.request_framing import RejectedRequest

FIRST_BYTE_TIMEOUT_S = 10
"""Seconds that a new connection may be silent."""

REQUEST_TIMEOUT_S = 15
"""Seconds from the first byte of a request to its last, whoever is slow."""

RESPONSE_TIMEOUT_S = 60
"""Seconds that a client may take for an answer."""

_STEP = 0.0002  # seconds that a worker lets others go first, for each of its connections
_MOST_STEPS = 5
_ANSWERING = "answering"  # how the names of threads that answer begin
_CHORES_EVERY = 1.0  # seconds
_CLOSING = 2  # seconds for a client to close what has ended
_HELD = 64 << 20  # bytes of requests that are not whole, all together
_NO_REQUEST = (400, "Bad Request", "This is no request of HTTP")
_TOLD = {
    LimitRequestLine: (414, "URI Too Long", "The request line is too long"),
    LimitRequestHeaders: (431, "Request Header Fields Too Large", "The headers are too many or too long"),
    ExpectationFailed: (417, "Expectation Failed", "Nothing but 100-continue can be expected"),
}


def _answer_to(error: Exception) -> bytes:
    """What the app tells of an error, told without it."""
    problem = problem_of(error)
    return RejectedRequest(problem["status"], problem["title"], problem["detail"]).answer()


_BROKEN, _NO_ROOM = _answer_to(Exception()), _answer_to(MemoryError())


class Worker(ThreadWorker):  # type: ignore[misc]
    """One worker process."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._load: InFlight = self.app.load_of_requests
        self._waiting: dict[Connection, None] = {}  # those that no thread has; who waits longest is first
        self._taken: dict[Connection, Future[None]] = {}  # those that a thread has, or will
        self._held = 0
        self._ends = False
        self._looked = 0.0
        self._told = 0.0

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """Called by gunicorn. All threads start now: later there may be no room for one."""
        count = self.cfg.threads
        pool, met = ThreadPoolExecutor(count, _ANSWERING), Barrier(count + 1)
        for _ in range(count):
            pool.submit(met.wait)
        met.wait()
        Thread(target=self._run_periodic_tasks, daemon=True).start()
        return pool

    def _run_periodic_tasks(self) -> None:
        while True:
            time.sleep(_CHORES_EVERY)
            try:
                self._count_threads()
                for chore in self.wsgi.extensions[PERIODIC_TASKS]:
                    chore()
            except MemoryError:
                pass  # there may be some in a second
            except Exception:
                self.log.exception("something to do beside requests failed")

    def _count_threads(self) -> None:
        """A thread that ended for want of memory is not replaced, so that the worker must be."""
        answering = sum(thread.name.startswith(_ANSWERING) for thread in enumerate_threads())
        if answering < self.cfg.threads:
            self._end_soon("a thread ended")

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Called by gunicorn, again and again. Where there is no memory left even for this, the worker ends
        after what it has taken up, and another begins."""
        try:
            super().wait_for_and_dispatch_events(timeout)
        except MemoryError:
            self._end_soon("no memory")

    def _end_soon(self, why: str) -> None:
        if not self._ends:
            self.alive, self._ends = False, True
            self.log.error("%s; this worker will be replaced", why)

    def accept(self, listener: socket.socket) -> None:
        """Called by gunicorn when someone connects."""
        if self.cfg.workers > 1:
            # All workers hear of it: one that has fewer connections comes first.
            time.sleep(min(self.nr_conns, _MOST_STEPS) * _STEP)
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # another worker was faster, or the client has gone
        except OSError as problem:  # out of descriptors, say
            if (now := time.monotonic()) - self._told > 1:
                self._told = now
                self.log.warning("connections cannot be accepted: %s", problem)
            if not self._make_room():
                time.sleep(0.05)
            return
        self.nr_conns += 1
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(client, address, listener.getsockname())
        self._wait(connection, Waits.REQUEST, FIRST_BYTE_TIMEOUT_S)
        self._on_readable(connection)  # what was sent with the first packets is here
        if self.nr_conns >= self.worker_connections:
            self._make_room()

    def handle(self, connection: Connection) -> None:
        """Called in a thread: answer a request that is whole."""
        connection.keep = False
        try:
            connection.keep = self.handle_request(next(connection.request(self.cfg)), connection)
            answer = connection.sock.take()
        except (ParseException, NoMoreData) as problem:
            connection.sock.take()
            answer = RejectedRequest(*_TOLD.get(type(problem), _NO_REQUEST)).answer()
        except MemoryError:
            connection.sock.take()
            answer = _NO_ROOM
        except Exception as problem:
            if not isinstance(problem, StopIteration):  # an answer that broke off is logged already
                self.log.exception("a request failed outside the app")
            connection.sock.take()
            answer = _NO_ROOM if isinstance(problem.__context__, MemoryError) else _BROKEN
        connection.write(answer)

    def finish_request(self, connection: Connection, future: Any) -> None:
        """Called by gunicorn, in the loop, when a thread is done with a connection."""
        if self._taken.pop(connection, None) is None:
            return  # the news of it came late
        self._load.waiting -= 1
        if future.cancelled() or future.exception():
            self._close(connection)
        elif connection.is_written():
            self._next_request(connection)
        else:
            self._wait(connection, Waits.TAKEN, RESPONSE_TIMEOUT_S)

    def murder_pending(self) -> None:
        """Called by gunicorn after each turn of the loop: ends what has waited for too long."""
        now = time.monotonic()
        if now - self._looked < 1:
            return
        self._looked = now
        for connection, future in [one for one in self._taken.items() if one[1].done()]:
            self.finish_request(connection, future)  # there was no memory to tell of it
        for connection in [one for one in self._waiting if one.deadline <= now]:
            if connection.waits is Waits.REST:
                self._refuse(
                    connection,
                    RejectedRequest(408, "Request Timeout", f"No whole request in {REQUEST_TIMEOUT_S} s"),
                )
            else:
                self._close(connection)

    def murder_keepalived(self, force: bool = False) -> None:
        """Called by gunicorn, at the end with force: ends all that no thread has."""
        if force:
            for connection in list(self._waiting):
                self._close(connection)

    def _cap_keepalive(self, deadline: float) -> None:
        """Called by gunicorn when it shuts down: connections between two requests end by then."""
        self._looked = 0.0
        for connection in self._waiting:
            if connection.waits is Waits.REQUEST:
                connection.deadline = min(connection.deadline, deadline)

    def _wait(self, connection: Connection, waits: Waits, seconds: float) -> None:
        connection.waits, connection.deadline = waits, time.monotonic() + seconds
        self._waiting[connection] = None
        self._held += connection.holds()
        if waits is Waits.TAKEN:
            self.poller.register(connection.wire, EVENT_WRITE, partial(self._on_writable, connection))
        else:
            self.poller.register(connection.wire, EVENT_READ, partial(self._on_readable, connection))

    def _stop_waiting(self, connection: Connection) -> None:
        del self._waiting[connection]
        self._held -= connection.holds()
        self.poller.unregister(connection.wire)

    def _on_readable(self, connection: Connection, _: Any = None) -> None:
        if connection not in self._waiting:
            return  # it was let go a moment ago, in this turn of the loop
        try:
            if connection.waits is Waits.CLOSED:
                connection.forget()
                return
            came = connection.read()
            self._held += came
            if connection.is_whole():
                self._stop_waiting(connection)
                self._dispatch(connection)
            elif self._held > _HELD:
                raise RejectedRequest(
                    503, "Too busy", "Too many large requests at once; come again in a second"
                )
            elif came and connection.waits is Waits.REQUEST:
                self._stop_waiting(connection)
                self._wait(connection, Waits.REST, REQUEST_TIMEOUT_S)
        except RejectedRequest as refusal:
            self._refuse(connection, refusal)
        except (OSError, EOFError, MemoryError):
            self._close(connection)

    def _on_writable(self, connection: Connection, _: Any = None) -> None:
        if connection not in self._waiting:
            return
        try:
            if connection.flush():
                self._stop_waiting(connection)
                self._next_request(connection)
        except OSError:
            self._close(connection)

    def _dispatch(self, connection: Connection) -> None:
        future = self._taken[connection] = self.tpool.submit(self.handle, connection)
        self._load.waiting += 1
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, connection, done))

    def _next_request(self, connection: Connection) -> None:
        """After an answer: the next request, or the end."""
        try:
            if not connection.keep:
                self._linger(connection)
            elif connection.is_whole():  # it came together with the last one
                self._dispatch(connection)
            elif connection.holds():
                self._wait(connection, Waits.REST, REQUEST_TIMEOUT_S)
            else:
                self._wait(connection, Waits.REQUEST, self.cfg.keepalive)
        except RejectedRequest as refusal:
            self._refuse(connection, refusal)
        except OSError:
            self._close(connection)

    def _refuse(self, connection: Connection, refusal: RejectedRequest) -> None:
        """Tell one why it is not answered, and end it."""
        if connection in self._waiting:
            self._stop_waiting(connection)
        try:
            connection.write(refusal.answer())
            self._linger(connection)
        except OSError:
            self._close(connection)

    def _linger(self, connection: Connection) -> None:
        """Say that nothing more comes, and wait a little for the client to read it: to close at once would
        throw away what it has not read yet."""
        connection.end()
        self._wait(connection, Waits.CLOSED, _CLOSING)

    def _close(self, connection: Connection) -> None:
        if connection in self._waiting:
            self._stop_waiting(connection)
        self.nr_conns -= 1
        with suppress(OSError):
            connection.wire.close()

    def _make_room(self) -> bool:
        """End the connection that has waited longest: was there one?"""
        for connection in self._waiting:
            self._close(connection)
            return True
        return False
