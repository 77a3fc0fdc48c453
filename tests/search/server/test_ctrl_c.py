"""Ctrl-C in a terminal: servers, index runs and `make run` end soon and without a word, whatever they do."""

import http.client
import shutil
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
from tests.helpers.terminal import Terminal, terminal
from zhsearch.search.reindex_state import is_running, last_run
from zhsearch.search.settings import Settings

_TOKEN = "0123456789abcdef" * 2


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    settings = index_site(
        write_site(tmp_path, {f"{number}.md": post(f"第{number}页", "芯片 " * 50) for number in range(20)})
    )
    (tmp_path / "zhsearch.toml").write_text(f'content = "."\nreindex_token = "{_TOKEN}"\n')
    return settings


@contextmanager
def serving_in_terminal(site: Settings) -> Iterator[tuple[Terminal, Serving]]:
    """A server in a terminal. Its workers may still be starting."""
    port = free_port()
    command = [COMMAND, "serve", "--port", str(port), "--index", str(site.index)]
    with terminal(command, site.content) as shell:
        shell.wait_until_serving()
        yield shell, Serving(site, shell.process, port)


def request_run(server: Serving) -> bool:
    """Request a run; returns whether it was accepted."""
    status, _, _ = server.ask("/api/reindex", {"Authorization": f"Bearer {_TOKEN}"}, data=b"")
    return status == 202


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
        wait_for(lambda: request_run(server) and is_running(site.index))  # again where it was over so soon
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
    for _ in range(5):
        with terminal(command, large_site) as shell:
            wait_for_progress(shell)
            shell.press_ctrl_c()
            words, text = shell.words_after_ctrl_c(), shell.text()
        if not (large_site / ".zhsearch/CURRENT").exists():
            break
        shutil.rmtree(large_site / ".zhsearch")  # the run was done before
    assert words == []
    assert "starting the server" not in text


def wait_for_progress(shell: Terminal) -> None:
    """Wait for the progress bar: make itself says "indexing" before Python starts."""
    wait_for(lambda: "━" in shell.text())


@pytest.mark.skipif(not which("make"), reason="needs make")
def test_ctrl_c_ends_make_run_silently(site: Settings) -> None:
    command = ["make", "-f", str(ROOT / "Makefile"), "-o", "setup", "run"]
    command += [f"BIN={Path(COMMAND).parent}", f"PORT={free_port()}"]
    with terminal(command, site.content) as shell:
        shell.wait_until_serving()
        time.sleep(0.5)
        shell.press_ctrl_c()
        assert shell.words_after_ctrl_c() == []
