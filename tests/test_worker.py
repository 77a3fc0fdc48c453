"""Slow and broken clients: they hold nobody else up, and nothing of them is left."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from search.worker import WHOLE
from tests.server import Serving, serving, wait_for
from tests.support import index_site, post, write_site


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    site = write_site(tmp_path_factory.mktemp("worker"), {"a.md": post("算力", "芯片 " * 2_000)})
    (site / "zhsearch.toml").write_text("workers = 1\nthreads = 2\n")
    with serving(site, index_site(site)) as server:
        yield server


def connect(server: Serving, data: bytes = b"") -> socket.socket:
    connection = socket.create_connection(server.address, timeout=WHOLE + 10)
    connection.sendall(data)
    return connection


def descriptors(server: Serving) -> int:
    return len(list(Path(f"/proc/{server.family()[1]}/fd").iterdir()))


def test_silent_connections_hold_no_thread_and_are_closed(server: Serving) -> None:
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


def test_who_writes_a_byte_a_second_is_ended_and_others_go_on(server: Serving) -> None:
    slow = [connect(server, b"GET /api/search?q=a HTTP/1.1\r\nHost: x\r\n") for _ in range(2)]
    ended = False
    for number in range(WHOLE + 8):
        time.sleep(1)
        try:
            for connection in slow:
                connection.sendall(f"X-{number}: a\r\n".encode())
        except OSError:
            ended = True
            break
    assert ended
    assert server.get("/api/search?q=a")
    for connection in slow:
        connection.close()


def test_who_breaks_off_leaves_nothing_behind(server: Serving) -> None:
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


def test_who_does_not_read_the_answer_is_ended(server: Serving) -> None:
    asked = b"GET /api/search?per_page=50 HTTP/1.1\r\nHost: x\r\n\r\n" * 400
    deaf = [connect(server) for _ in range(3)]
    for connection in deaf:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.setblocking(False)
        with suppress(BlockingIOError):
            connection.send(asked)
    wait_for(lambda: server.get("/api/search?q=a"), WHOLE + 10)
    for connection in deaf:
        connection.close()
