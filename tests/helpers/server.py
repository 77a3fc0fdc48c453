"""Run `zhsearch serve` as a process of its own for a test."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import randbelow
from typing import Any

from tests.helpers.sites import post
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.settings import Settings

COMMAND = str(Path(sys.executable).with_name("zhsearch"))


class Serving:
    """A running server of a small site, with its settings in the site's zhsearch.toml."""

    def __init__(self, settings: Settings, process: subprocess.Popen[str], port: int) -> None:
        self.settings = settings
        self.process = process
        self.address = ("127.0.0.1", port)
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=30) as response:
            return json.loads(response.read())

    def ask(
        self, path: str, headers: Mapping[str, str] | None = None, *, data: bytes | None = None
    ) -> tuple[int, Any, bytes]:
        """Send a request; returns (status, headers, body), whatever the status."""
        request = urllib.request.Request(self.url + path, data=data, headers=dict(headers or {}))
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.headers, problem.read()

    def headers(self, path: str, **headers: str) -> Any:
        request = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.headers

    def family(self) -> list[int]:
        """The process ids of the master and its workers."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]

    def wait_for_documents(self, count: int) -> None:
        """Wait until the workers answer from an index of so many pages; while they open it, they answer from the one
        before."""
        wait_for(lambda: all(self.get("/readyz")["documents"] == count for _ in range(8)))

    def publish(self, word: str) -> None:
        file = self.settings.content / f"content/{word}.md"
        file.write_text(post(word, "新的一页"), encoding="utf-8")
        reindex(self.settings)


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Unused ports that no other test gets, in this process or another of the same run.

    They are outside the range of ephemeral ports, of which the system could give one to a client of another test before
    the server listens; and each process of pytest-xdist has a share of its own.
    """
    ephemeral = Path("/proc/sys/net/ipv4/ip_local_port_range")
    end = int(ephemeral.read_text().split()[0]) if ephemeral.exists() else 0
    share = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    shares = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    ports: list[int] = []
    while len(ports) < count:
        port = 0
        if end > 12_000:
            port = 10_000 + shares * randbelow((end - 10_000) // shares) + share
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            port = probe.getsockname()[1]
            if port not in _given:
                _given.add(port)
                ports.append(port)
    return ports


_given: set[int] = set()
"""The ports that this process has given to tests: one of them may be about to be opened."""


@contextmanager
def serving(
    folder: Path,
    settings: Settings,
    *flags: str,
    under: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Iterator[Serving]:
    """Serve an index, with the zhsearch.toml in a folder; the log is server.log there.

    `under` is a command that starts it (prlimit …); `environ` has additional environment variables. `port`: where
    its address is needed before it starts.
    """
    port = port or free_port()
    command = [
        *under,
        COMMAND,
        "serve",
        "--port",
        str(port),
        "--index",
        str(settings.index),
        *flags,
    ]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, text=True, stdout=log, stderr=log, env={**os.environ, **(environ or {})}
        )
    server = Serving(settings, process, port)
    try:
        wait_for(lambda: process.poll() is not None or server.get("/readyz")["status"] == "ready")
        assert process.poll() is None, (folder / "server.log").read_text()
        yield server
    finally:
        process.terminate()
        try:
            process.wait(60)
        finally:
            process.kill()
            process.wait()


def wait_for(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until `condition` returns something true, and return it. The timeout only bounds a failing test."""
    until = time.monotonic() + seconds
    while True:
        try:
            if value := condition():
                return value
        except OSError:
            pass
        assert time.monotonic() < until, "the condition was never true"
        time.sleep(0.05)
