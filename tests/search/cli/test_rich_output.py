"""The command line on a terminal: colours, marks and tables; plain lines in a pipe."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.sites import ROOT, post, write_site
from tests.search.cli.test_main import zhsearch

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def on_a_terminal(*args: object, cwd: Path, failing: bool = False, **environ: str) -> str:
    """The output of a command on a terminal of 60 columns; with what it says of its failure if it fails."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "zhsearch.search.cli", *map(str, args)],
        cwd=cwd,
        stdout=theirs,
        stderr=theirs if failing else subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "60", "TERM": "xterm-256color", **environ},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            more = os.read(ours, 65_536)
        except OSError:  # the other end is closed
            break
        if not more:
            break
        shown += more
    os.close(ours)
    assert process.wait(60) == failing
    return shown.decode()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    text = "国产算力与芯片。" * 30
    write_site(
        tmp_path,
        {"a.md": post("算力", text, date="2025-02-13", tags=["AI"]), "bad.md": '---\ntitle: "x\n---\n'},
    )
    assert zhsearch("reindex", cwd=tmp_path).returncode == 0
    return tmp_path


def test_on_a_terminal_marks_have_colours_and_lines_fit(site: Path) -> None:
    shown = on_a_terminal("query", "算力", cwd=site)
    assert re.search(r"\x1b\[[0-9;]*43m算力\x1b\[0m", shown)
    plain = COLOUR.sub("", shown)
    assert "1 page · " in plain
    assert "2025-02-13  #AI" in plain
    assert re.search(r"tag +AI 1", plain)
    for line in plain.splitlines():
        assert sum(2 if character > "\u2e7f" else 1 for character in line) <= 60, line


def test_a_word_that_a_hit_lacks_is_struck_out_on_a_terminal_and_named_in_a_pipe(site: Path) -> None:
    shown = on_a_terminal("query", "算力 麻辣", cwd=site)
    assert re.search(r"missing: (?:\x1b\[0m)?\x1b\[9m麻辣\x1b", shown)
    assert "1 page, some without all of the words" in COLOUR.sub("", shown)
    piped = zhsearch("query", "算力 麻辣", cwd=site).stdout
    assert "missing: 麻辣\n" in piped
    assert (
        "nothing found; 1 page with only a part of the query"
        in zhsearch("query", "算力 火锅 麻辣", cwd=site).stdout
    )


def test_no_color_turns_colours_off(site: Path) -> None:
    assert "\x1b[" not in re.sub(r"\x1b\[[012]?m", "", on_a_terminal("query", "算力", cwd=site, NO_COLOR="1"))


def test_reports_and_status_are_shown_as_tables(site: Path) -> None:
    run = COLOUR.sub("", on_a_terminal("reindex", cwd=site))
    header, counts = run.splitlines()[:2]
    assert header.split() == ["live", "indexed", "updated", "unchanged", "deleted", "unpublished", "skipped"]
    assert counts.split() == ["1", "0", "0", "1", "0", "0", "1"]
    assert "unpublished (" not in run
    for name, field in (("draft", "draft"), ("quiet", "searchHidden")):
        (site / f"content/{name}.md").write_text(post(name, **{field: "true"}), encoding="utf-8")
    run = COLOUR.sub("", on_a_terminal("reindex", "-v", cwd=site))
    assert "1 unpublished (1 draft), 1 hidden from search" in run
    assert "not searched: quiet.md: searchHidden: true" in run
    status = COLOUR.sub("", on_a_terminal("status", "--verify", cwd=site))
    assert re.search(r"documents +1\b", status)
    assert "every file matches its checksum" in status
    assert "just now" in status
    assert re.search(r"generations +000001-[0-9a-f]{16} \(live\)\s*$", status, re.MULTILINE)


def test_in_a_pipe_lines_are_plain_and_not_wrapped(site: Path) -> None:
    for command in (("query", "算力"), ("status",), ("reindex",)):
        assert "\x1b" not in zhsearch(*command, cwd=site).stdout
    assert max(map(len, zhsearch("query", "算力", cwd=site).stdout.splitlines())) > 100


def test_tables_are_in_the_readers_language(site: Path) -> None:
    run = COLOUR.sub("", on_a_terminal("reindex", cwd=site, ZHSEARCH_LANG="zh_CN"))
    assert run.split()[:7] == ["可搜索", "已分析", "更新", "未改动", "删除", "未发布", "跳过"]
    status = COLOUR.sub("", on_a_terminal("status", cwd=site, ZHSEARCH_LANG="zh_TW"))
    assert re.search(r"保留的版本 +000001-[0-9a-f]{16}（目前）", status)
    shown = COLOUR.sub("", on_a_terminal("query", "蒜力", cwd=site, ZHSEARCH_LANG="zh_CN"))
    assert "您要找的是不是：算力" in shown


def test_a_run_that_fails_leaves_no_progress_bar(site: Path) -> None:
    for args in (("--content", "none"), ("--strict", "--full")):
        shown = COLOUR.sub("", on_a_terminal("reindex", *args, cwd=site, failing=True))
        # What is drawn is removed again before the error.
        after = shown.rpartition("\x1b[2K")[2]
        assert "zhsearch: " in after
        assert "━" not in after


def test_in_a_pipe_there_is_no_progress_bar(site: Path) -> None:
    assert zhsearch("reindex", "--full", cwd=site).stderr.count("\n") == 1  # the skipped post
