"""The real server: workers share and follow the index; SIGHUP reloads settings; SIGTERM lets requests finish."""

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.helpers.processes import connections, open_files
from tests.helpers.server import Serving, serving, wait_for
from tests.helpers.sites import index_site, post, write_site


def opened(process: int) -> set[str]:
    """The generations of which a process has files open or mapped."""
    maps = Path(f"/proc/{process}/maps").read_text().splitlines()
    names = (*maps, *open_files(process))
    return {Path(name.split()[-1]).parent.name for name in names if "/generations/" in name}


def wait_until_live(server: Serving) -> str:
    """Wait until the workers answer from the live generation, and return it; while they open it, they answer from the
    one before."""
    live = (server.settings.index / "CURRENT").read_text().strip()
    wait_for(lambda: all(server.get("/readyz")["generation"] == live for _ in range(8)))
    return live


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    settings = index_site(
        write_site(tmp_path, {f"{number}.md": post(f"第{number}页", "芯片 " * 50) for number in range(5)})
    )
    with serving(tmp_path, settings) as server:
        yield server


def test_workers_start_with_the_index_open_and_the_master_closes_it(server: Serving) -> None:
    live = server.get("/readyz")["generation"]
    wait_for(lambda: len(server.family()) == 3)
    master, *workers = server.family()
    wait_for(lambda: not opened(master))
    assert [opened(worker) for worker in workers] == [{live}] * 2


def test_every_worker_follows_and_the_old_generation_is_removed(server: Serving) -> None:
    first = server.get("/readyz")["generation"]
    for word in ("貔貅", "独角鲸", "穿山甲"):
        server.publish(word)
        live = wait_until_live(server)
        assert server.get(f"/api/search?q={quote(word)}")["total"] == 1
    wait_for(lambda: ask_all(server) and {name for pid in server.family() for name in opened(pid)} == {live})
    server.publish("末")
    assert first not in [folder.name for folder in (server.settings.index / "generations").iterdir()]


def ask_all(server: Serving) -> bool:
    return all(server.get("/readyz") for _ in range(8))


def test_a_killed_worker_is_replaced_by_one_with_the_live_generation(server: Serving) -> None:
    server.publish("貔貅")
    _, *workers = server.family()
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    wait_for(lambda: len(set(server.family()) - set(workers)) == 3)
    wait_until_live(server)
    wait_for(lambda: not opened(server.process.pid))


def test_sighup_reads_the_settings_again(server: Serving, tmp_path: Path) -> None:
    assert "no-cache" in server.headers("/api/tags")["Cache-Control"]
    before = server.family()[1:]
    (tmp_path / "zhsearch.toml").write_text("max_age = 77\n")
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "max-age=77" in server.headers("/api/tags")["Cache-Control"])
    wait_for(lambda: not set(server.family()) & set(before))
    (tmp_path / "zhsearch.toml").write_text("max_age = never\n")
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "The settings stay as they were" in (tmp_path / "server.log").read_text())
    assert "max-age=77" in server.headers("/api/tags")["Cache-Control"]


def has_read(server: Serving, client: socket.socket) -> bool:
    """Whether a worker has accepted a connection and read all that was sent, as the kernel sees it."""
    ours, theirs = client.getsockname()[1], server.address[1]
    ends = (end for end in connections() if (end.local_port, end.remote_port) == (theirs, ours))
    return any(end.inode and not end.unread for end in ends)


def test_a_request_that_started_before_sigterm_is_answered(server: Serving) -> None:
    with socket.create_connection(server.address, timeout=60) as connection:
        connection.sendall(b"GET /api/search?q=a HTTP/1.0\r\nHost: x\r\n")
        wait_for(lambda: has_read(server, connection))
        server.process.terminate()
        time.sleep(0.5)  # the test is easier, and passes, where the server is held up for longer
        connection.sendall(b"\r\n")
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200") or answer.startswith(b"HTTP/1.0 200")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["total"] == 0
    assert server.process.wait(60) == 0
