"""Ctrl-C in a terminal: servers, index runs and `make run` end soon and without a word, whatever they do."""

import http.client
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from random import random
from shutil import which
from threading import Event, Thread

import pytest

from tests.helpers.server import COMMAND, Serving, free_port, wait_for
from tests.helpers.sites import ROOT, index_site, post, write_site
from zhsearch.search.reindex_state import is_running, last_run
from zhsearch.search.settings import Settings

_MAX_SECONDS = 8
"""Two seconds suffice where the machine has nothing else to do, and a hang lasted ten; not counted is for how long the
processes wait for a core."""

_TOKEN = "0123456789abcdef" * 2

_IN_FOREGROUND = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
_STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def seconds_without_a_core(leader: int) -> float:
    """How long the threads of a terminal's processes were ready to run and had to wait for a core; 0 if not known."""
    waited = 0
    for schedule in Path("/proc").glob("[0-9]*/task/*/schedstat"):
        with suppress(OSError):
            if os.getsid(int(schedule.parts[2])) == leader:
                waited += int(schedule.read_text().split()[1])
    return waited / 1e9


class Terminal:
    """A process in the foreground of a pseudo-terminal of its own, and what it has printed there."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._side, side_of_process = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _IN_FOREGROUND, *command],
            cwd=folder,
            text=True,
            stdin=side_of_process,
            stdout=side_of_process,
            stderr=side_of_process,
            start_new_session=True,
        )
        os.close(side_of_process)
        self._output = bytearray()
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        with suppress(OSError):  # EIO: nobody has the terminal open any more
            while data := os.read(self._side, 65_536):
                self._output += data

    def text(self) -> str:
        return _STYLE.sub("", self._output.decode(errors="replace"))

    def wait_until_serving(self) -> None:
        """Wait for the line with the URL; the workers may start after it."""
        wait_for(lambda: self.process.poll() is not None or "stop with Ctrl-C" in self.text())
        assert self.process.poll() is None, self.text()

    def press_ctrl_c(self) -> None:
        os.write(self._side, b"\x03")

    def words_after_ctrl_c(self) -> list[str]:
        """Wait for the end of the process; returns what it has printed since Ctrl-C was pressed, progress apart."""
        pressed, held_up = time.monotonic(), 0.0
        while (code := self.process.poll()) is None and time.monotonic() < pressed + 120:
            held_up = max(held_up, seconds_without_a_core(self.process.pid))
            time.sleep(0.02)
        seconds = time.monotonic() - pressed - held_up
        self._reader.join(10)
        after = self.text().partition("^C")[2]
        assert seconds < _MAX_SECONDS, after
        assert code in (0, 130, -2), (code, after)  # -2: a shell reports it as 130
        return re.sub(r"indexing .*", "", after.replace("^C", " ")).split()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join(10)
        os.close(self._side)


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    settings = index_site(
        write_site(tmp_path, {f"{number}.md": post(f"第{number}页", "芯片 " * 50) for number in range(20)})
    )
    (tmp_path / "zhsearch.toml").write_text(f'content = "."\nreindex_token = "{_TOKEN}"\n')
    return settings


@contextmanager
def terminal(command: list[str], folder: Path) -> Iterator[Terminal]:
    shell = Terminal(command, folder)
    try:
        yield shell
    finally:
        shell.close()


@contextmanager
def serving_in_terminal(site: Settings) -> Iterator[tuple[Terminal, Serving]]:
    """A server in a terminal. Its workers may still be starting."""
    port = free_port()
    command = [COMMAND, "serve", "--port", str(port), "--index", str(site.index)]
    with terminal(command, site.content) as shell:
        shell.wait_until_serving()
        yield shell, Serving(site, shell.process, port)


def wait_until_ready(server: Serving) -> None:
    wait_for(lambda: server.get("/readyz")["status"] == "ready" and len(server.family()) == 3)


def keep_alive(server: Serving, path: str = "/healthz") -> http.client.HTTPConnection:
    """A connection that stays open after its first answer."""
    connection = http.client.HTTPConnection(*server.address, timeout=20)
    connection.request("GET", path)
    assert connection.getresponse().read()
    return connection


@contextmanager
def load(server: Serving, clients: int = 4) -> Iterator[None]:
    """Clients that ask for something new again and again, each on its own connection."""
    stopped = Event()

    def ask() -> None:
        while not stopped.is_set():
            with suppress(OSError, http.client.HTTPException):
                keep_alive(server, f"/api/search?q=a{random()}").close()

    threads = [Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(0.5)
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


def test_ctrl_c_ends_an_idle_server_silently(site: Settings) -> None:
    with serving_in_terminal(site) as (shell, server):
        wait_until_ready(server)
        shell.press_ctrl_c()
        assert shell.words_after_ctrl_c() == []


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.2])
def test_ctrl_c_ends_a_server_whose_workers_have_just_been_forked(site: Settings, delay: float) -> None:
    with serving_in_terminal(site) as (shell, server):
        wait_for(lambda: len(server.family()) > 1)
        time.sleep(delay)
        shell.press_ctrl_c()
        assert shell.words_after_ctrl_c() == []


def test_ctrl_c_does_not_wait_for_kept_alive_connections(site: Settings) -> None:
    with serving_in_terminal(site) as (shell, server), ExitStack() as clients:
        wait_until_ready(server)
        for _ in range(8):
            clients.callback(keep_alive(server).close)
        shell.press_ctrl_c()
        assert shell.words_after_ctrl_c() == []


@pytest.mark.parametrize("seconds_between", [0.0, 0.05, 0.3])
def test_a_second_ctrl_c_changes_nothing(site: Settings, seconds_between: float) -> None:
    with serving_in_terminal(site) as (shell, server):
        wait_until_ready(server)
        connection = keep_alive(server)
        for _ in range(2):
            shell.press_ctrl_c()
            time.sleep(seconds_between)
        assert shell.words_after_ctrl_c() == []
        connection.close()


def test_ctrl_c_ends_a_server_under_load(site: Settings) -> None:
    with serving_in_terminal(site) as (shell, server):
        wait_until_ready(server)
        with load(server):
            shell.press_ctrl_c()
            assert shell.words_after_ctrl_c() == []


def test_ctrl_c_ends_the_server_and_not_the_run_that_was_requested(site: Settings) -> None:
    with serving_in_terminal(site) as (shell, server):
        wait_until_ready(server)
        status, _, _ = server.ask("/api/reindex", {"Authorization": f"Bearer {_TOKEN}"}, data=b"")
        assert status == 202
        assert is_running(site.index)
        shell.press_ctrl_c()
        assert shell.words_after_ctrl_c() == []
    wait_for(lambda: not is_running(site.index))
    run = last_run(site.index)
    assert run
    assert run["outcome"] == "done"


@pytest.fixture
def large_site(tmp_path: Path) -> Path:
    """A site that several processes analyse."""
    text = "国产芯片与算力。" * 200
    folder = write_site(tmp_path, {f"{number}.md": post(f"第{number}页", text) for number in range(800)})
    (folder / "zhsearch.toml").write_text('content = "."\nprocesses = 3\n')
    return folder


@pytest.mark.parametrize("options", [(), ("--watch",)], ids=" ".join)
@pytest.mark.parametrize("delay", [0.0, 0.3])
def test_ctrl_c_ends_a_run_in_several_processes_and_nothing_was_published(
    large_site: Path, options: tuple[str, ...], delay: float
) -> None:
    with terminal([COMMAND, "reindex", "--full", *options], large_site) as shell:
        wait_for(lambda: "indexing" in shell.text())
        time.sleep(delay)
        shell.press_ctrl_c()
        words = shell.words_after_ctrl_c()
    assert " ".join(words) == ("zhsearch: no longer watching" if options else "")
    assert not (large_site / ".zhsearch/CURRENT").exists()


@pytest.mark.skipif(not which("make"), reason="needs make")
def test_ctrl_c_ends_make_run_silently_while_it_indexes(large_site: Path) -> None:
    command = ["make", "-f", str(ROOT / "Makefile"), "-o", "setup", "run", f"BIN={Path(COMMAND).parent}"]
    with terminal(command, large_site) as shell:
        wait_for(lambda: "indexing" in shell.text())
        shell.press_ctrl_c()
        assert shell.words_after_ctrl_c() == []
        assert "serve" not in shell.text()


@pytest.mark.skipif(not which("make"), reason="needs make")
def test_ctrl_c_ends_make_run_silently(site: Settings) -> None:
    command = ["make", "-f", str(ROOT / "Makefile"), "-o", "setup", "run"]
    command += [f"BIN={Path(COMMAND).parent}", f"PORT={free_port()}"]
    with terminal(command, site.content) as shell:
        shell.wait_until_serving()
        time.sleep(0.5)
        shell.press_ctrl_c()
        assert shell.words_after_ctrl_c() == []
