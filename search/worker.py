"""Connections in, requests in threads out: gunicorn's threaded worker, safe from slow clients.

A connection waits for its first byte in the poller, not in a thread; one that holds a thread for too long is
shut; and how many requests wait is counted, so that the app can refuse more.
"""

import socket
import time
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from search.limits import Load

FIRST_BYTE = 10
"""Seconds that a new connection may be silent."""

WHOLE = 15
"""Seconds that a request may take from its first byte read to its last byte sent, whoever is slow."""


class Worker(ThreadWorker):  # type: ignore[misc]
    """One worker process."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._load: Load = self.app.load_of_requests
        self._began: dict[Any, float] = {}  # connections in threads, by when they came there

    def accept(self, listener: socket.socket) -> None:
        """Called by gunicorn when someone connects."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # another worker was faster, or the client has gone
        except OSError as problem:  # out of descriptors, say: those who wait are served first
            self.log.warning("a connection cannot be accepted: %s", problem)
            time.sleep(0.05)
            return
        self.nr_conns += 1
        connection = TConn(self.cfg, client, address, listener.getsockname())
        connection.timeout = time.monotonic() + FIRST_BYTE
        self.pending_conns.append(connection)
        self.poller.register(client, EVENT_READ, partial(self.on_pending_socket_readable, connection))

    def enqueue_req(self, conn: Any) -> None:
        """Called by gunicorn when there is something to read."""
        self._load.waiting += 1
        super().enqueue_req(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Called by gunicorn, in the main thread, when a thread is done with a connection."""
        self._load.waiting -= 1
        self._began.pop(conn, None)
        super().finish_request(conn, fs)

    def handle(self, conn: Any) -> Any:
        """Called by gunicorn, in a thread."""
        self._began[conn] = time.monotonic()
        return super().handle(conn)

    def murder_pending(self) -> None:
        """Called by gunicorn, about once a second."""
        super().murder_pending()
        late = time.monotonic() - WHOLE
        for connection, began in list(self._began.items()):
            if began < late:
                with suppress(OSError):
                    # Wakes the thread up: it reads an end, or its writing fails. It closes the socket itself.
                    connection.sock.shutdown(socket.SHUT_RDWR)
