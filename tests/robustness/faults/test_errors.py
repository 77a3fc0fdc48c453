"""A disk that is full, or fails, at each single call of a run: it is reported, the live index stays, the next run works.

By three means, none of which shows everything: strace makes a real call of the kernel fail (any call, but it fails
completely), a limit on file sizes lets writes succeed in part (EFBIG, not ENOSPC), a small tmpfs is really full (root).
"""

import os
import resource
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.server import serving
from tests.helpers.sites import ROOT, current_generation
from tests.robustness.faults.calls import Call, fail, record
from tests.robustness.faults.states import (
    Answers,
    Reader,
    answered,
    answers_of,
    assert_no_garbage,
    command,
    expected_answers,
    make_site,
    repeatable_command,
    run,
    write_state,
)
from tests.robustness.faults.test_processes import small_disk as small_disk
from zhsearch.index.generations.store import current_id
from zhsearch.search.settings import Settings

FAULTS = {
    "write": "ENOSPC",
    "fsync": "EIO",
    "rename": "ENOSPC",
    "mkdir": "EDQUOT",
    "linkat": "EMLINK",
    "link": "EMLINK",
    "openat": "ENOSPC",
    "ftruncate": "EIO",
    "unlink": "EIO",
    "unlinkat": "EIO",
    "rmdir": "EIO",
}
EVERY = 1 if os.environ.get("FAULT_ROUNDS") else 32


def changing(calls: list[Call]) -> list[Call]:
    """The calls that can fail on a full disk."""
    return [call for call in calls if call.name != "openat" or "O_CREAT" in call.flags]


@pytest.mark.parametrize("flags", [(), ("--full",)], ids=["incremental", "full"])
def test_whichever_call_fails_it_is_reported_and_the_live_index_stays(
    tmp_path: Path, flags: tuple[str, ...]
) -> None:
    settings = make_site(tmp_path)
    for number in range(300):  # so many that the first segment is not merged, but linked
        extra = f"---\ntitle: 更多{number}\n---\n国产算力\n"
        (tmp_path / f"content/more{number}.md").write_text(extra, encoding="utf-8")
    run(settings)
    old = answers_of(settings.index)
    write_state(tmp_path, 1)
    backup = tmp_path / "backup"
    subprocess.run(["cp", "-a", str(settings.index), str(backup)], check=True)
    calls = changing(record(repeatable_command(settings, *flags), settings.index, tmp_path / "log"))
    new = answers_of(settings.index)
    assert new == expected_answers(settings, tmp_path / "scratch")
    failed = 0
    with serving(tmp_path, settings) as server, Reader(server, new, old) as reader:
        for call in calls[::EVERY]:
            with reader.paused():  # the server notices files that are gone
                subprocess.run(["rm", "-rf", str(settings.index / "generations")], check=True)
                restore(backup, settings.index)
            with answered(reader):
                failed += fails(settings, flags, call, tmp_path / "log")
                left = answers_of(settings.index)
                assert left in (old, new), call
                assert not list((settings.index / "generations").glob(".building-*"))
                run(settings, *flags)
            assert answers_of(settings.index) == new
            current_generation(settings.index).verify()
            assert_no_garbage(settings, readers=3)
    assert not reader.bad, reader.bad[:3]
    assert failed > len(calls[::EVERY]) // 2
    print(f"{len(calls[::EVERY])} calls failed, {failed} of them ended the run")


def restore(backup: Path, index: Path) -> None:
    """Restore the index from a copy, as its owner would: the generations, then CURRENT."""
    subprocess.run(["cp", "-a", str(backup / "generations"), str(index / "generations")], check=True)
    subprocess.run(["cp", "-a", str(backup / "CURRENT"), str(index / "CURRENT.back")], check=True)
    (index / "CURRENT.back").replace(index / "CURRENT")


def fails(settings: Settings, flags: tuple[str, ...], call: Call, log: Path) -> bool:
    """Let one call fail; returns whether the run failed, after checking that it says why."""
    completed = fail(repeatable_command(settings, *flags), call, FAULTS[call.name], log)
    assert "Traceback" not in completed.stderr, completed.stderr
    if completed.returncode:
        assert completed.returncode == 1
        assert "zhsearch: " in completed.stderr
    return completed.returncode != 0


@pytest.mark.parametrize("max_bytes", [1, 900, 5_000, 20_000])
def test_a_limit_that_a_write_reaches_half_way_is_reported(tmp_path: Path, max_bytes: int) -> None:
    settings = make_site(tmp_path)
    run(settings)
    old = answers_of(settings.index)
    write_state(settings.content, 3)
    completed = subprocess.run(
        command(settings, "--full"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (max_bytes, max_bytes)),
    )
    assert completed.returncode == 1, completed
    assert "File too large" in " ".join(completed.stderr.split())
    assert "Traceback" not in completed.stderr
    assert answers_of(settings.index) == old
    run(settings)
    assert answers_of(settings.index) == expected_answers(settings, tmp_path / "scratch")
    assert_no_garbage(settings)


def fill(file: Path) -> None:
    """Fill the disk with a file."""
    with suppress(OSError), file.open("wb", buffering=0) as junk:
        while True:
            junk.write(bytes(4096))


def test_on_a_disk_filled_by_a_killed_run_the_server_answers_and_the_next_run_makes_room(
    tmp_path: Path, small_disk: Path
) -> None:
    settings = replace(make_site(tmp_path), index=small_disk / "index")
    run(settings)
    old: Answers = answers_of(settings.index)
    write_state(tmp_path, 3)
    new = expected_answers(settings, tmp_path / "scratch")
    with serving(tmp_path, settings) as server, Reader(server, old, new) as reader:
        left = settings.index / "generations" / ".building-1-1"
        left.mkdir()
        fill(left / "segment0.new")
        with answered(reader):
            run(settings)
        assert answers_of(settings.index) == new
        assert_no_garbage(settings, readers=2)
        before = current_id(settings.index)
        junk_file = small_disk / "junk"
        fill(junk_file)
        write_state(tmp_path, 4)
        with answered(reader):
            completed = subprocess.run(
                command(settings), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
            )
        assert completed.returncode == 1
        assert "No space left" in " ".join(completed.stderr.split())
        assert current_id(settings.index) == before
        reader.allowed = (new, expected_answers(settings, tmp_path / "scratch"))
        junk_file.unlink()
        run(settings)
        assert_no_garbage(settings, readers=2)
    assert not reader.bad, reader.bad[:3]
