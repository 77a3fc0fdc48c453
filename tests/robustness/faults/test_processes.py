"""Real processes that are killed, and disks that are really full: a complete index always answers."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.helpers.server import wait_for
from tests.helpers.sites import CACHE, ROOT, Searcher, index_site, post, write_site
from zhsearch.search.settings import Settings


def reindexing(settings: Settings, *flags: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "zhsearch.search.cli", "reindex", "--content", str(settings.content), "--index", str(settings.index), *flags],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def run_to_the_end(settings: Settings, *flags: str) -> tuple[int, str, str]:
    """Run a reindex: exit code, stdout, stderr."""
    run = reindexing(settings, *flags)
    out, errors = run.communicate(timeout=120)
    return run.returncode, out, errors


def write(site: Path, word: str) -> None:
    for number in range(60):
        body = f"标记{word}。" + "国产算力与芯片，讲了很多别的事情。" * 60
        (site / f"content/{number}.md").write_text(post(f"第{number}篇", body), encoding="utf-8")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if (
        os.geteuid()
        or not mount
        or subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False).returncode
    ):
        pytest.skip("needs root and mount for a small tmpfs")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_is_reported_and_the_live_index_stays(tmp_path: Path, small_disk: Path) -> None:
    site = write_site(tmp_path, {"a.md": post("一", "貔貅")})
    settings = Settings(content=site, index=small_disk / "ix", cache=CACHE)
    assert run_to_the_end(settings)[0] == 0
    write(site, "甲")
    for number in range(300):
        body = "".join(chr(0x4E00 + (number * 977 + i * 13) % 20000) for i in range(3000))
        (site / f"content/big{number}.md").write_text(post("大", body), encoding="utf-8")
    for flags in ((), ("--full",)):
        code, _, errors = run_to_the_end(settings, *flags)
        assert code == 1, errors
        assert "No space left" in " ".join(errors.split())
        assert Searcher(settings).titles("貔貅") == ["一"]
        assert not list((settings.index / "generations").glob(".building-*"))
    for file in (site / "content").glob("*[0-9].md"):
        file.unlink()
    assert run_to_the_end(settings)[0] == 0


def test_a_disk_that_is_full_from_the_start_is_reported(tmp_path: Path, small_disk: Path) -> None:
    site = write_site(tmp_path, {"a.md": post("一", "貔貅")})
    with suppress(OSError), (small_disk / "junk").open("wb", buffering=0) as junk:
        while True:
            junk.write(b"x" * 4096)
    for index in (small_disk / "ix", small_disk):
        code, _, errors = run_to_the_end(Settings(content=site, index=index, cache=CACHE))
        assert code == 1
        assert "No space left" in " ".join(errors.split())
        assert "Traceback" not in errors


def test_a_read_only_index_can_be_searched(tmp_path: Path) -> None:
    settings = index_site(write_site(tmp_path, {"a.md": post("一", "貔貅")}))
    folders = [settings.index, *settings.index.rglob("*")]
    for path in folders:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        command = [
            sys.executable,
            "-m",
            "zhsearch.search.cli",
            "query",
            "貔貅",
            "--index",
            str(settings.index),
            "--json",
        ]
        if os.geteuid() == 0:  # root may write anywhere; drop that right
            setpriv = shutil.which("setpriv")
            if not setpriv:
                pytest.skip("needs setpriv to drop root's rights")
            command = [setpriv, "--bounding-set=-all", "--inh-caps=-all", *command]
        completed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert completed.returncode == 0, completed.stderr
        assert json.loads(completed.stdout)["total"] == 1
    finally:
        for path in folders:
            path.chmod(0o755 if path.is_dir() else 0o644)


def write_long_posts(site: Path) -> None:
    """Write so much text that a run starts several processes."""
    for number in range(40):
        body = "".join(chr(0x4E00 + (number * 977 + i * i * 13) % 20000) for i in range(70_000))
        (site / f"content/much{number}.md").write_text(post(f"多{number}", body), encoding="utf-8")


def children(pid: int) -> list[int]:
    """The processes that a run started to analyse posts."""
    found = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return [child for child in found if command_of(child) == command_of(pid)]


def command_of(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


def wait_for_workers(run: subprocess.Popen[str]) -> list[int]:
    """The worker processes of a run, once it can be interrupted, which it cannot while it starts them."""

    def started() -> list[int]:
        assert run.poll() is None, run.communicate()
        found = children(run.pid)
        return found if found and not ignores(run.pid, signal.SIGINT) else []

    workers: list[int] = wait_for(started)
    return workers


def ignores(pid: int, number: int) -> bool:
    """Whether a process ignores a signal."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return bool(int(status["SigIgn"], 16) >> (number - 1) & 1)


@pytest.fixture
def many_posts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    if not Path("/proc/self/task").exists():
        pytest.skip("needs /proc to see processes")
    site = write_site(tmp_path, {"a.md": post("一", "貔貅")})
    settings = index_site(site)
    write_long_posts(site)
    monkeypatch.setenv("ZHSEARCH_PROCESSES", "2")
    return settings


def test_worker_processes_end_with_their_run_and_leave_no_lock(many_posts: Settings) -> None:
    run = reindexing(many_posts)
    workers = wait_for_workers(run)
    run.kill()
    run.communicate()
    wait_for(lambda: not any(map(command_of, workers)))
    assert run_to_the_end(many_posts)[0] == 0
    assert Searcher(many_posts)("多7")["total"]


def test_a_killed_worker_process_is_reported_and_nothing_is_published(many_posts: Settings) -> None:
    run = reindexing(many_posts)
    os.kill(wait_for_workers(run)[0], signal.SIGKILL)
    _, errors = run.communicate(timeout=120)
    assert run.returncode == 1
    assert "was killed" in errors
    assert "Traceback" not in errors
    assert Searcher(many_posts).titles("貔貅") == ["一"]
    assert len(Searcher(many_posts).engine) == 1
    assert not list((many_posts.index / "generations").glob(".building-*"))


def test_an_interrupted_run_prints_no_traceback_and_leaves_no_files(many_posts: Settings) -> None:
    run = reindexing(many_posts)
    wait_for_workers(run)
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does
    _, errors = run.communicate(timeout=120)
    assert run.returncode == 130
    assert "Traceback" not in errors
    assert Searcher(many_posts).titles("貔貅") == ["一"]
    assert not list((many_posts.index / "generations").glob(".building-*"))
