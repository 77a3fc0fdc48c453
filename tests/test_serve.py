"""The real server: workers that share and follow the index, settings read again, requests ended before it stops."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from index.build import reindex
from index.settings import Settings
from tests.support import index_site, post, write_site


class Serving:
    """A server of a small site, its settings in the site's zhsearch.toml."""

    def __init__(self, settings: Settings, process: subprocess.Popen[str], port: int) -> None:
        self.settings = settings
        self.process = process
        self.address = ("127.0.0.1", port)
        self._root = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self._root + path, timeout=20) as response:
            return json.loads(response.read())

    def headers(self, path: str, **headers: str) -> Any:
        request = urllib.request.Request(self._root + path, headers=headers)
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.headers

    def family(self) -> list[int]:
        """The master and its workers."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]

    def publish(self, word: str) -> None:
        file = self.settings.content / f"content/{word}.md"
        file.write_text(post(word, "新的一页"), encoding="utf-8")
        reindex(self.settings)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(folder: Path, settings: Settings) -> Iterator[Serving]:
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("zhsearch")),
        "serve",
        "--port",
        str(port),
        "--index",
        str(settings.index),
    ]
    process = subprocess.Popen(command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    server = Serving(settings, process, port)
    try:
        wait_for(lambda: server.get("/readyz")["status"] == "ready")
        yield server
    finally:
        process.kill()
        process.communicate()


def wait_for(holds: Callable[[], Any], seconds: float = 20) -> Any:
    until = time.monotonic() + seconds
    while True:
        try:
            if found := holds():
                return found
        except OSError:
            pass
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.05)


def opened(process: int) -> set[str]:
    """Generations whose files a process has open or mapped."""
    maps = Path(f"/proc/{process}/maps").read_text().splitlines()
    links = [str(link.readlink()) for link in Path(f"/proc/{process}/fd").iterdir()]
    return {Path(name.split()[-1]).parent.name for name in (*maps, *links) if "/generations/" in name}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    settings = index_site(
        write_site(tmp_path, {f"{at}.md": post(f"第{at}页", "芯片 " * 50) for at in range(5)})
    )
    with serving(tmp_path, settings) as server:
        yield server


def test_workers_begin_with_the_index_open_and_the_master_keeps_none(server: Serving) -> None:
    live = server.get("/readyz")["generation"]
    wait_for(lambda: len(server.family()) == 3)
    master, *workers = server.family()
    wait_for(lambda: not opened(master))
    assert [opened(worker) for worker in workers] == [{live}] * 2


def test_every_worker_moves_over_and_the_old_generation_goes(server: Serving) -> None:
    first = server.get("/readyz")["generation"]
    for word in ("貔貅", "独角鲸", "穿山甲"):
        server.publish(word)
        wait_for(lambda: all(server.get("/readyz")["generation"] != first for _ in range(8)))
        assert server.get(f"/api/search?q={quote(word)}")["total"] == 1
    live = server.get("/readyz")["generation"]
    wait_for(lambda: ask_all(server) and {name for pid in server.family() for name in opened(pid)} == {live})
    server.publish("末")
    assert first not in [folder.name for folder in (server.settings.index / "generations").iterdir()]


def ask_all(server: Serving) -> bool:
    return all(server.get("/readyz") for _ in range(8))


def test_a_worker_that_is_killed_is_replaced_by_one_with_the_live_generation(server: Serving) -> None:
    server.publish("貔貅")
    _, *workers = server.family()
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    live = (server.settings.index / "CURRENT").read_text().strip()
    wait_for(lambda: len(set(server.family()) - set(workers)) == 3)
    wait_for(lambda: server.get("/readyz")["generation"] == live)
    wait_for(lambda: not opened(server.process.pid))


def test_a_hangup_reads_the_settings_again(server: Serving, tmp_path: Path) -> None:
    assert "no-cache" in server.headers("/api/tags")["Cache-Control"]
    before = server.family()[1:]
    (tmp_path / "zhsearch.toml").write_text("max_age = 77\n")
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "max-age=77" in server.headers("/api/tags")["Cache-Control"])
    wait_for(lambda: not set(server.family()) & set(before))
    (tmp_path / "zhsearch.toml").write_text("max_age = never\n")
    server.process.send_signal(signal.SIGHUP)
    time.sleep(1)
    assert "max-age=77" in server.headers("/api/tags")["Cache-Control"]


def test_a_request_that_began_before_the_server_stops_is_answered(server: Serving) -> None:
    with socket.create_connection(server.address, timeout=20) as connection:
        connection.sendall(b"GET /api/search?q=a HTTP/1.0\r\nHost: x\r\n")
        time.sleep(0.5)
        server.process.terminate()
        time.sleep(0.5)
        connection.sendall(b"\r\n")
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200") or answer.startswith(b"HTTP/1.0 200")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["total"] == 0
    assert server.process.wait(20) == 0
