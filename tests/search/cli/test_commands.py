"""Commands as people meet them: help with examples that work, misspelt names, text with a minus, completion."""

import json
import os
import pty
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tests.helpers.hugo import hugo
from tests.helpers.server import COMMAND, free_port, wait_for
from tests.helpers.sites import ROOT, post, write_site
from zhsearch.search.cli import main

LINES = dict(
    re.findall(
        r"^(?=.*_ZHSEARCH_COMPLETE=(\w+)_source)(.*)$",
        (ROOT / "docs/command-line.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)
"""The documented lines that install completion, by shell."""


def commands(
    group: click.Group = main, prefix: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with its full name."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command
        yield (*prefix, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*prefix, name))


ALL = dict(commands())
RUNNABLE = {name: command for name, command in ALL.items() if not isinstance(command, click.Group)}


def named(names: tuple[str, ...]) -> str:
    return " ".join(names)


def run(*args: str) -> Result:
    return CliRunner().invoke(main, args)


@contextmanager
def running(*args: object, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """A command that runs until it is interrupted; it then ends without a stack trace."""
    process = subprocess.Popen(
        [COMMAND, *map(str, args)],
        cwd=cwd,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert "Traceback" not in errors
        assert process.returncode in (0, 130)
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with three generations, built by Hugo."""
    site = tmp_path_factory.mktemp("site")
    posts = {
        "a.md": post("算力 芯片", "国产算力", date="2025-02-13", tags=["qq"]),
        "b.md": post("DeepSeek", "开源", date="2025-03-01", tags=["qq", "人工智能", "两 词"]),
        "c.md": post("手机 -手机 -hat", "国产算力 火锅 麻辣", date="2024-03-01"),
    }
    judged = '{"doc": 1, "title": "貔貅", "text": "瑞兽"}\n{"query": "什么是貔貅", "relevant": 1}\n'
    (site / "questions.jsonl").write_text(judged, encoding="utf-8")
    (site / "zhsearch.toml").write_text("keep_generations = 9\n", encoding="utf-8")
    (site / "layouts").mkdir()
    (site / "layouts/all.html").write_text("<title>{{ .Title }}</title>")
    for number in range(1, 4):
        write_site(site, dict(list(posts.items())[:number]))
        done = subprocess.run([COMMAND, "reindex"], cwd=site, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    hugo("--source", site, "--destination", site / "public", "--quiet")
    return site


@pytest.fixture
def inside(site: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(site)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    return site


def found(*args: str) -> list[str]:
    done = run("query", "--json", *args)
    assert done.exit_code == 0, done.output
    return [hit["url"] for hit in json.loads(done.stdout)["results"]]


@pytest.mark.parametrize("names", RUNNABLE, ids=named)
def test_the_examples_in_the_help_work(names: tuple[str, ...], inside: Path, tmp_path: Path) -> None:
    shown = run(*names, "--help").output.partition("Examples:\n")[2]
    lines = [line.strip() for line in shown.splitlines()]
    assert len(lines) >= 2
    shutil.copytree(inside, tmp_path / "copy")
    os.chdir(tmp_path / "copy")
    if names == ("why",):
        write_site(tmp_path / "copy", {"posts/hello.md": post("你好", "算力 芯片")})
        run("reindex")
    for line in lines:
        program, *args = shlex.split(line)
        assert (program, *args[: len(names)]) == ("zhsearch", *names)
        if names in (("serve",), ("dev",)):
            with running(*args, "--port", free_port(), cwd=tmp_path / "copy") as process:
                assert process.stderr
                assert any("/search" in printed for printed in process.stderr)
        elif names == ("lab",):
            with running(*args, "--no-browser", cwd=tmp_path / "copy") as process:
                assert process.stdout
                assert process.stdout.readline().startswith("http://127.0.0.1:")
        elif "--watch" in args:
            with running(*args, cwd=tmp_path / "copy") as process:
                assert process.stdout
                assert "pages live" in process.stdout.readline()
        else:
            done = run(*args)
            assert done.exit_code == 0, (line, done.output)


def test_no_summary_of_a_command_is_cut() -> None:
    for names, command in ALL.items():
        shown = " ".join(run(*names[:-1], "--help").output.split())
        summary = command.get_short_help_str()
        assert summary.endswith(".")
        assert not summary.endswith("..")
        assert f" {names[-1]} {summary}" in shown


@pytest.mark.parametrize("names", ALL, ids=named)
def test_a_misspelt_option_or_command_is_refused_with_the_nearest(names: tuple[str, ...]) -> None:
    for parameter in ALL[names].params:
        if isinstance(parameter, click.Option) and len(parameter.opts[-1]) > 6:
            option = parameter.opts[-1]
            done = run(*names, f"{option[:-2]}{option[-1]}{option[-2]}")
            assert done.exit_code == 2
            assert f"Did you mean {option}?" in done.output
    *group, name = names
    done = run(*group, f"{name[0]}{name[1:]}x")
    assert done.exit_code == 2
    assert f"Did you mean {name}?" in done.output


def test_a_name_that_is_like_no_command_lists_them_all() -> None:
    assert "There are: dev, reindex, query, serve, " in run("zzz").output


def test_several_arguments_are_one_query_joined_by_blanks(inside: Path) -> None:
    assert found("火锅", "麻辣") == found("火锅 麻辣") == ["/c/"]
    assert found("国产算力", "-手机") == ["/a/"]
    assert found("国产算力", "--sort", "oldest", "-手机") == ["/a/"]
    assert found("国产算力", "-hat") == found("国产算力 -hat") == ["/c/"]  # neither -h nor -a nor -t
    assert found("-手机", "国产算力", "--to=2024") == []
    assert found("国产算力", "--to", "2024") == ["/c/"]
    assert found("") == ["/b/", "/a/", "/c/"]


def test_after_two_minuses_everything_is_text(inside: Path) -> None:
    assert found("--", "国产算力", "-手机") == ["/a/"]
    assert json.loads(run("query", "--json", "--", "--explain", "-h").stdout)["query"] == "--explain -h"
    assert json.loads(run("query", "--json", "--算力").stdout)["query"] == "--算力"
    assert json.loads(run("query", "--json", "rm", "-rf").stdout)["query"] == "rm -rf"


def test_a_misspelt_option_of_query_is_not_searched_for(inside: Path) -> None:
    done = run("query", "算力", "--explian")
    assert done.exit_code == 2
    assert "No such option '--explian'. Did you mean --explain?" in done.output
    assert "To search for that text: main query -- --explian" in done.output
    assert "Option '--tag' requires an argument" in run("query", "算力", "--tag").output
    assert run("query", "-h").output.startswith("Usage: ")
    assert "TEXT" in run("query", "--json").output


def complete_in_bash(site: Path, line: str) -> set[str]:
    """What the documented line makes an interactive bash complete the last word of a line to."""
    script = f"""
        export PATH={shlex.quote(str(Path(COMMAND).parent))}:$PATH
        {LINES["bash"]}
        registered=$(complete -p zhsearch) || exit 9
        COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        $(sed 's/.*-F \\([^ ]*\\).*/\\1/' <<<"$registered") zhsearch
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    command = ["bash", "--norc", "-i", "-c", script]
    done = subprocess.run(command, cwd=site, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("zhsearch rei", {"reindex"}),
        ("zhsearch query --ex", {"--explain"}),
        ("zhsearch hugo ''", {"init", "snippet"}),
        ("zhsearch query --sort ''", {"relevance", "newest", "oldest"}),
        ("zhsearch query --tag 人", {"人工智能"}),
        ("zhsearch query --tag ''", {"qq", "人工智能"}),
    ],
)
def test_bash_completes_with_the_documented_line(site: Path, line: str, expected: set[str]) -> None:
    assert complete_in_bash(site, line) == expected


@pytest.mark.parametrize(
    ("shell", "before"),
    [
        (("bash", "--norc", "-i"), ""),
        (("zsh", "-f", "-i"), "autoload -Uz compinit; compinit -D; "),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_tab_completes_a_command_in_a_terminal(site: Path, shell: tuple[str, ...], before: str) -> None:
    if not shutil.which(shell[0]):
        pytest.skip(f"{shell[0]} is not installed")
    terminal, theirs = pty.openpty()
    path = f"{Path(COMMAND).parent}:{os.environ['PATH']}"
    process = subprocess.Popen(
        shell,
        cwd=site,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**os.environ, "TERM": "dumb", "PATH": path},
    )
    os.close(theirs)
    shown = b""

    def shows(text: bytes) -> bool:
        nonlocal shown
        if select.select([terminal], [], [], 0)[0]:
            shown += os.read(terminal, 65_536)
        return text in re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]|[\r\b]", b"", shown)

    try:
        os.write(terminal, f"{before}{LINES[shell[0]]}\necho rea''dy\n".encode())
        wait_for(lambda: shows(b"\nready"))
        os.write(terminal, b"zhsearch rei\t")
        wait_for(lambda: shows(b"zhsearch reindex"))
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


def test_fish_completes_with_the_documented_line(site: Path) -> None:
    if not shutil.which("fish"):
        pytest.skip("fish is not installed")
    script = f"""
        set -x PATH {shlex.quote(str(Path(COMMAND).parent))} $PATH
        {LINES["fish"]}
        complete -C "zhsearch query --sort "
    """
    command = ["fish", "--no-config", "-c", script]
    done = subprocess.run(command, cwd=site, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.split() == ["newest", "oldest", "relevance"], done.stderr
