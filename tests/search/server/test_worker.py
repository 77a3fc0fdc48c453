"""Slow and broken clients: they delay nobody, and leave no descriptors open."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.helpers.processes import connections, open_files
from tests.helpers.server import Serving, serving, wait_for
from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.server.answered import Answered
from zhsearch.search.server.connection import Connection
from zhsearch.search.server.gunicorn_app import MIN_DESCRIPTORS
from zhsearch.search.server.worker import REQUEST_TIMEOUT_S, Worker
from zhsearch.search.settings import Settings


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = write_site(tmp_path_factory.mktemp("worker"), {"a.md": post("算力", "芯片 " * 2_000)})
    (folder / "zhsearch.toml").write_text("workers = 1\nthreads = 2\n")
    return index_site(folder)


_connected: list[socket.socket] = []


@pytest.fixture(autouse=True)
def disconnected() -> Iterator[None]:
    """Close the connections of a test, also where it fails: a warning about them would fail the next test, too."""
    yield
    close(_connected)
    _connected.clear()


def connect(server: Serving, data: bytes = b"") -> socket.socket:
    connection = socket.create_connection(server.address, timeout=REQUEST_TIMEOUT_S + 60)
    _connected.append(connection)
    connection.sendall(data)
    return connection


def descriptors(server: Serving) -> int:
    return len(open_files(server.family()[1]))


def test_silent_connections_occupy_no_thread_and_are_closed(server: Serving) -> None:
    server.get("/readyz")
    before = descriptors(server)
    silent = [connect(server) for _ in range(50)]
    for _ in range(20):
        assert server.get("/api/search?q=a")
    assert before + 40 < descriptors(server)  # answered while they were all open
    for connection in silent:
        assert connection.recv(1) == b""
        connection.close()
    wait_for(lambda: descriptors(server) <= before + 1)


def crowd(server: Serving, data: bytes, count: int = 64) -> list[socket.socket]:
    """Far more clients than threads, each of which has sent `data` and does not close."""
    return [connect(server, data) for _ in range(count)]


def drip(clients: list[socket.socket], data: bytes) -> list[socket.socket]:
    """Let each client send more; returns those that still can."""
    connected = []
    for client in clients:
        with suppress(OSError):
            client.sendall(data)
            connected.append(client)
    return connected


def assert_others_are_answered(server: Serving) -> None:
    """Check that no request waits for a slow client, each of which takes ten seconds and more."""
    for number in range(20):
        status, _, _ = server.ask(f"/api/search?q=a{number}")
        assert status == 200


def close(clients: list[socket.socket]) -> None:
    for client in clients:
        client.close()


SLOW = (
    b"GET /api/search?q=a HTTP/1.1\r\nHost: x\r\nX: ",
    b"POST /api/search HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n",
    b"POST /api/reindex HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\nExpect: 100-continue\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nX: ",
)
"""Slow in the head, in a body, in a body after 100 Continue, and in the second request of a connection."""


def test_clients_that_send_a_byte_a_second_delay_nobody_and_get_a_408(server: Serving) -> None:
    clients = [client for data in SLOW for client in crowd(server, data, 16)]
    first, received = clients[::16], [b""] * len(SLOW)
    until = time.monotonic() + 12 * REQUEST_TIMEOUT_S  # only bounds a failing test
    while not all(b" 408 " in response for response in received):
        assert time.monotonic() < until
        assert_others_are_answered(server)
        drip(clients, b"a")
        time.sleep(1)
        for number, client in enumerate(first):
            client.setblocking(False)
            with suppress(OSError):  # nothing yet, or the connection was closed before the last byte was sent
                received[number] += client.recv(4_096)
            client.settimeout(60)
    assert all(b"problem+json" in response for response in received)
    close(clients)
    assert_others_are_answered(server)


def test_clients_that_do_not_close_delay_nobody(server: Serving) -> None:
    before = descriptors(server)
    clients = crowd(server, b"GET /api/search?q=a HTTP/1.0\r\n\r\n")
    assert_others_are_answered(server)
    for client in clients:
        while client.recv(4_096):  # the whole answer, and its end
            pass
    wait_for(lambda: descriptors(server) <= before + 1)
    close(clients)


def test_broken_connections_leave_no_descriptor_behind(server: Serving) -> None:
    server.get("/readyz")
    before = descriptors(server)
    for data in (
        b"",
        b"GET",
        b"GET / HTTP/1.1\r\n",
        b"\x00\xff" * 100,
        b"POST /api/reindex HTTP/1.1\r\nContent-Length: 99\r\n\r\nx",
    ):
        for _ in range(20):
            connect(server, data).close()
    assert server.get("/api/search?q=a")
    wait_for(lambda: descriptors(server) <= before + 1)
    assert "Traceback" not in (server.settings.content / "server.log").read_text()


def test_clients_that_read_slowly_delay_nobody_and_get_the_whole_response(server: Serving) -> None:
    request = b"GET /widget.js HTTP/1.1\r\nHost: x\r\n\r\n"
    slow_readers = []
    for _ in range(8):
        client = socket.socket()
        _connected.append(client)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)  # before it connects: the window
        client.settimeout(30)
        client.connect(server.address)
        client.sendall(request * 200)
        slow_readers.append(client)
    assert_others_are_answered(server)
    _, headers, script = server.ask("/widget.js")
    received = b""
    while len(received) < len(script) + 2_048:  # the head of the first, and of the next one
        time.sleep(0.001)
        piece = slow_readers[0].recv(2_048)
        assert piece
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert body[: len(script)] == script
    assert body[len(script) :].startswith(b"HTTP/1.1 200")
    assert headers["Content-Length"] == str(len(script))
    close(slow_readers)


def test_pipelined_requests_are_answered_in_order(server: Serving) -> None:
    with connect(server) as client:
        paths = ["/healthz", "/api/search?q=a", "/nothing", "/readyz"]
        client.sendall(b"".join(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for path in paths))
        received = b""
        while received.count(b"HTTP/1.1 ") < 4 or b"generation" not in received:
            received += client.recv(65_536)
        statuses = [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]]
        assert statuses == [b"200", b"200", b"404", b"200"]


def test_a_body_that_arrives_in_pieces_is_read_completely(server: Serving) -> None:
    with connect(server, b"POST /api/reindex HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n") as client:
        client.sendall(b"Expect: 100-continue\r\n\r\n")
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        for _ in range(3):
            client.sendall(b"x" * 100_000)
            time.sleep(0.05)
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b""
        while b'"ok"' not in received:
            received += client.recv(65_536)
        assert [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]] == [b"404", b"200"]


@pytest.mark.parametrize(
    ("data", "status", "detail"),
    [
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"411",
            "Chunked bodies are not accepted. Send a Content-Length",
        ),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
            b"413",
            "The request body exceeds 4,194,304 bytes",
        ),
        (
            b"GET / HTTP/1.1\r\n" + b"A: " + b"a" * 40_000,
            b"431",
            "The request line and headers exceed 32,768 bytes",
        ),
        (
            b"GET / HTTP/1.1\r\n" + b"A: a\r\n" * 80 + b"\r\n",
            b"431",
            "More than 64 headers, or one longer than 8,190 bytes",
        ),
        (
            b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n\r\n",
            b"414",
            "Request line longer than 8,190 bytes",
        ),
        (
            b"GET / HTTP/1.1\r\nExpect: tea\r\n\r\n",
            b"417",
            "The only supported expectation is 100-continue",
        ),
        (b"\x00\xff\r\n\r\n", b"400", "Malformed HTTP request"),
    ],
)
def test_a_rejected_request_gets_the_reason_and_is_not_logged(
    server: Serving, data: bytes, status: bytes, detail: str
) -> None:
    log = server.settings.content / "server.log"
    before = log.read_text()
    with connect(server, data) as client:
        received = b""
        while piece := client.recv(65_536):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + status)
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == int(status)
    assert json.loads(body)["detail"] == detail
    assert log.read_text() == before


def max_descriptors(count: int) -> tuple[str, ...]:
    return ("prlimit", f"--nofile={count}")


def test_at_the_limit_of_connections_the_oldest_are_closed(tmp_path: Path) -> None:
    site = write_site(tmp_path, {"a.md": post("算力", "芯片 " * 2_000)})
    (site / "zhsearch.toml").write_text("workers = 1\n")
    with serving(site, index_site(site), under=max_descriptors(MIN_DESCRIPTORS)) as server:
        clients = crowd(server, SLOW[0], 3 * MIN_DESCRIPTORS)
        assert_others_are_answered(server)
        assert clients[0].recv(1) == b""
        server.publish("貔貅")
        wait_for(lambda: server.get("/api/search?q=%E8%B2%94%E8%B2%85")["total"] == 1)
        close(clients)
        assert_others_are_answered(server)
        assert "too many" not in (site / "server.log").read_text().casefold()
    with (
        pytest.raises(AssertionError),
        serving(site, server.settings, under=max_descriptors(MIN_DESCRIPTORS - 1)),
    ):
        pass
    log = (site / "server.log").read_text()
    assert f"may open {MIN_DESCRIPTORS - 1} file descriptors; at least {MIN_DESCRIPTORS} are needed" in log


def sockets_of(process: int) -> set[str]:
    """Inodes of the sockets that a process has open."""
    return {link[len("socket:[") : -1] for link in open_files(process) if link.startswith("socket:[")}


def accepted_sockets(server: Serving, clients: list[socket.socket]) -> set[str]:
    """Inodes of the server's ends of connections; before a worker accepts one, its inode is 0."""
    wanted = {(server.address[1], client.getsockname()[1]) for client in clients}
    ends = [end for end in connections() if (end.local_port, end.remote_port) in wanted]
    return {str(end.inode) for end in ends if end.inode}


def test_connections_are_spread_over_the_workers(tmp_path: Path) -> None:
    """A busy machine may hold one worker up, in some of the tries."""
    site = write_site(tmp_path, {"a.md": post("算力", "芯片")})
    (site / "zhsearch.toml").write_text("workers = 2\n")
    with serving(site, index_site(site)) as server:
        workers = wait_for(lambda: found if len(found := server.family()[1:]) == 2 else None)

        def is_spread() -> bool:
            clients = [connect(server) for _ in range(24)]

            def accepted() -> list[int]:
                sockets = accepted_sockets(server, clients)
                return [len(sockets & sockets_of(worker)) for worker in workers]

            wait_for(lambda: sum(accepted()) == len(clients))
            fewest = min(accepted())
            close(clients)
            return fewest >= 6

        assert any(is_spread() for _ in range(6))


def test_a_late_report_of_an_answered_request_does_not_end_the_next_one() -> None:
    """The sweep may finish a request before its callback runs; the client may have sent the next by then."""
    worker = Worker.__new__(Worker)
    with socket.socket() as wire:
        connection = Connection(wire, "client", "server")
        worker._dispatched, worker._answered = {connection}, Answered(lambda: None, lambda: False)
        worker._answered.put(connection)
        worker._take_answered()
        assert worker._dispatched == {connection}
        assert not list(worker._answered.take())
