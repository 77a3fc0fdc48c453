"""Ctrl-C at any instant of a command: exit 130 (a server: 0), no stack trace, at most one calm line."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.server import COMMAND, free_port, wait_for
from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.settings import Settings

CALM = re.compile(r"(indexing .*\n)?(zhsearch: no longer watching\n)?")
"""The progress so far, where there was some, and what the watcher says."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    posts = {f"{number}.md": post(f"第{number}页", "芯片") for number in range(3)}
    settings = index_site(write_site(tmp_path_factory.mktemp("interrupts"), posts))
    (settings.content / "zhsearch.toml").write_text('content = "."\n')
    return settings


def run(site: Settings, folder: Path, *arguments: str, stride: int) -> "subprocess.Popen[str]":
    """Start the program, which interrupts children of its own all along."""
    (folder / "results").mkdir()
    shutil.copy(Path(__file__).with_name("interrupting.py"), folder / "sitecustomize.py")
    environ = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "INTERRUPTING": str(folder / "results"),
        "INTERRUPTING_EACH": str(stride),
    }
    with (folder / "output").open("w") as output:
        return subprocess.Popen(
            [COMMAND, *arguments, "--index", str(site.index)],
            cwd=site.content,
            env=environ,
            text=True,
            stdout=output,
            stderr=output,
        )


def check(folder: Path, expected: int, *, at_least: int) -> None:
    results = sorted((folder / "results").glob("*.json"))
    assert len(results) >= at_least
    for result in results:
        ended = json.loads(result.read_text())
        printed = result.with_suffix(".out").read_text()
        assert ended["code"] in (expected, 0) if "no longer" in printed else ended["code"] == expected, (
            ended,
            printed,
        )
        assert CALM.fullmatch(printed), (ended, printed)


@pytest.mark.parametrize(
    "arguments",
    [("status",), ("query", "芯片"), ("query", "芯片", "--json"), ("reindex", "--full")],
    ids=" ".join,
)
def test_ctrl_c_at_any_instant_of_a_command_ends_it_with_130_and_without_a_word(
    site: Settings, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    process = run(site, tmp_path, *arguments, stride=40)
    assert process.wait(120) == 0, (tmp_path / "output").read_text()
    check(tmp_path, 130, at_least=10)


@pytest.mark.parametrize(
    ("arguments", "started", "expected"),
    [(("serve", "--port"), "stop with Ctrl-C", 0), (("reindex", "--watch"), "pages live", 130)],
    ids=["serve", "watch"],
)
def test_ctrl_c_while_a_long_running_command_starts_ends_it_without_a_trace(
    site: Settings, tmp_path: Path, arguments: tuple[str, ...], started: str, expected: int
) -> None:
    port = [str(free_port())] if arguments[-1] == "--port" else []
    process = run(site, tmp_path, *arguments, *port, stride=90)
    wait_for(lambda: process.poll() is not None or started in (tmp_path / "output").read_text(), 120)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0, (tmp_path / "output").read_text()
    check(tmp_path, expected, at_least=10)


def test_a_command_that_ignores_ctrl_c_goes_on_ignoring_it(site: Settings) -> None:
    code = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    program = (
        "import signal, sys; sys.argv[0] = 'zhsearch'; import zhsearch.search.cli; print(signal.getsignal(2))"
    )
    for before in ((sys.executable, "-c", code), ()):
        command = [*before, sys.executable, "-c", program]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert (done.stdout == f"{signal.SIG_IGN:d}\n") == bool(before)
        assert ("_end" in done.stdout) != bool(before)


def test_whoever_imports_the_command_line_keeps_python_s_ctrl_c() -> None:
    program = "import signal, zhsearch.search.cli; print(signal.getsignal(2) is signal.default_int_handler)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
