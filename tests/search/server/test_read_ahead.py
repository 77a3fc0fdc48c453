"""A client that sends its next request early: it is read in order, once, and no more than a little of it."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from selectors import EVENT_READ, DefaultSelector
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from gunicorn.config import Config

from zhsearch.search.http import InFlight
from zhsearch.search.server.connection import Connection
from zhsearch.search.server.polling import Polled
from zhsearch.search.server.worker import Worker


class StepWorker(Worker):
    """A worker whose threads answer when a test says so: with the path of the request, and 'padding' behind it."""

    padding = b""

    def __init__(self, listener: socket.socket) -> None:
        app = SimpleNamespace(in_flight=InFlight())
        super().__init__(0, os.getppid(), [listener], app, 30, Config(), MagicMock())
        self.tmp.close()
        self.waiting: list[Connection] = []
        self.tpool = SimpleNamespace(submit=self.waiting.append)
        self.poller = DefaultSelector()
        self.method_queue.init()
        self._polled = Polled(self.poller, self._on_event)
        self.poller.register(self.method_queue.fileno(), EVENT_READ, self.method_queue.run_callbacks)

    def handle_request(self, request: Any, connection: Any) -> bool:
        connection.sock.sendall(request.path.encode() + self.padding + b"\n")
        return True

    def turn(self) -> None:
        """One turn of the loop, which does not wait."""
        self.wait_for_and_dispatch_events(0)

    def answer(self) -> None:
        """Let a thread answer the request that has waited longest."""
        self.handle(self.waiting.pop(0))


@contextmanager
def connected() -> Iterator[tuple[StepWorker, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        worker = StepWorker(listener)
        with socket.create_connection(listener.getsockname()) as client:
            client.settimeout(10)
            worker.accept(listener)
            try:
                yield worker, client
            finally:
                worker.turn()  # takes back what was answered
                worker.murder_keepalived(force=True)
                worker.poller.close()
                worker.method_queue.close()


@pytest.fixture
def pair() -> Iterator[tuple[StepWorker, socket.socket]]:
    with connected() as pair:
        yield pair


def request(path: str, headers: bytes = b"") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n".encode() + headers + b"\r\n"


def receive(client: socket.socket, count: int) -> bytes:
    return client.recv(count, socket.MSG_WAITALL)


Pair = tuple[StepWorker, socket.socket]


def test_the_next_request_is_read_while_a_thread_has_the_current_one(pair: Pair) -> None:
    worker, client = pair
    client.sendall(request("/1"))
    worker.turn()
    client.sendall(request("/2"))
    worker.turn()
    assert len(worker.waiting) == 1  # one request of a connection at a time
    worker.answer()
    worker.turn()
    worker.answer()
    assert receive(client, 6) == b"/1\n/2\n"


def test_a_client_that_sends_more_is_not_read_until_it_has_its_answer(pair: Pair) -> None:
    worker, client = pair
    client.sendall(request("/1"))
    worker.turn()
    (connection,) = worker.waiting
    client.sendall(request("/2", b"A: " + b"a" * 8_000 + b"\r\n"))
    for _ in range(3):
        worker.turn()
    assert 0 < connection.buffered_bytes() <= 4_096
    assert connection.polled_for == 0  # or each turn would begin at once
    worker.answer()
    for _ in range(3):
        worker.turn()
    worker.answer()
    assert receive(client, 6) == b"/1\n/2\n"


def test_pipelined_requests_are_answered_one_at_a_time_in_order(pair: Pair) -> None:
    worker, client = pair
    client.sendall(b"".join(request(f"/{number}") for number in range(5)))
    received = b""
    for _ in range(5):
        worker.turn()
        assert len(worker.waiting) == 1
        worker.answer()
        received += receive(client, 3)
    assert received == b"/0\n/1\n/2\n/3\n/4\n"


@pytest.mark.parametrize("early", [b"", request("/2")])
def test_a_client_that_ends_its_output_early_gets_every_answer(pair: Pair, early: bytes) -> None:
    worker, client = pair
    client.sendall(request("/1"))
    worker.turn()
    client.sendall(early)
    client.shutdown(socket.SHUT_WR)
    for _ in range(3):
        worker.turn()
        if worker.waiting:
            worker.answer()
    for _ in range(2):
        worker.turn()
    received = b""
    while piece := client.recv(100):
        received += piece
    assert received == (b"/1\n/2\n" if early else b"/1\n")
    assert worker.nr_conns == 0


def test_a_client_that_disconnects_before_its_answer_is_closed_once(pair: Pair) -> None:
    worker, client = pair
    client.sendall(request("/1"))
    worker.turn()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # close resets
    client.close()
    worker.turn()
    worker.answer()
    for _ in range(3):
        worker.turn()
    assert worker.nr_conns == 0
    assert worker._in_flight.count == 0


def test_what_the_client_does_not_take_at_once_comes_before_the_next_answer(pair: Pair) -> None:
    worker, client = pair
    worker.padding = b"x" * 8_000_000  # more than the kernel buffers
    client.sendall(request("/1") + request("/2"))
    worker.turn()
    worker.answer()
    worker.turn()
    assert not worker.waiting
    wanted = b"/1" + worker.padding + b"\n/2\n"
    received = bytearray()
    while len(received) < len(wanted):
        worker.turn()
        if worker.waiting:
            worker.padding = b""
            worker.answer()
        received += client.recv(1 << 20)
    assert received == wanted
