"""Loss of power after each call of a run: whatever the disk kept, the old or the new index opens completely."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.sites import current_generation
from tests.robustness.faults.calls import Call, record
from tests.robustness.faults.disk import Disk, Tree, write_tree
from tests.robustness.faults.states import (
    IS_LONG,
    Answers,
    answers_of,
    assert_no_garbage,
    command,
    expected_answers,
    make_site,
    write_state,
)
from zhsearch.index.errors import NoIndexError, ZhsearchError
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.settings import Settings

RUNS = ("first", "incremental", "full")
REPAIRED = 1 if IS_LONG else 6
"""Of so many states one is also repaired by a further run; each is opened."""


@pytest.fixture
def run_of(
    request: pytest.FixtureRequest, tmp_path: Path
) -> tuple[Settings, list[Call], Disk, list[Answers]]:
    """A recorded run: its settings, its calls, the disk before it, and the answers that are allowed."""
    settings = make_site(tmp_path / "site")
    settings = replace(settings, index=tmp_path / "disk" / "site" / "index")
    settings.index.parent.mkdir(parents=True)
    allowed = []
    if request.param != "first":
        for number in range(1, 4):  # so that the run has generations to clean up
            write_state(settings.content, number)
            reindex(settings)
        allowed = [answers_of(settings.index)]
        write_state(settings.content, 4)
    shutil.copytree(tmp_path / "disk", tmp_path / "before")
    disk = Disk(tmp_path / "disk")
    flags = ["--full"] if request.param == "full" else []
    calls = record(command(settings, *flags), tmp_path / "disk", tmp_path / "log")
    allowed.append(expected_answers(settings, tmp_path / "scratch"))
    assert answers_of(settings.index) == allowed[-1]
    return settings, calls, disk, allowed


def states(calls: list[Call], disk: Disk) -> Iterator[tuple[int, Tree]]:
    """Each state that a loss of power may leave, once, and after how many calls.

    Files of unpublished generations count by name alone: the next run removes them, whatever is in them.
    """
    seen = set()
    for number, call in enumerate(calls):
        if disk.apply(call):
            for tree in disk.states():
                key = digest(tree)
                if key not in seen:
                    seen.add(key)
                    yield number, tree


def digest(tree: Tree | bytes, *, building: bool = False) -> bytes:
    if isinstance(tree, bytes):
        return b"" if building else hashlib.sha256(tree).digest()
    parts = [
        name.encode() + digest(node, building=building or name.startswith(".building"))
        for name, node in sorted(tree.items())
    ]
    return hashlib.sha256(b"/".join(parts)).digest()


def opened(index: Path) -> Answers | None:
    """The answers of the index, None where there is none yet. Raises StoreError where it is damaged."""
    try:
        answers = answers_of(index)
    except NoIndexError:
        return None
    current_generation(index).verify()
    return answers


@pytest.mark.parametrize("run_of", RUNS, indirect=True)
def test_whenever_power_is_lost_the_old_or_the_new_index_opens_completely(
    run_of: tuple[Settings, list[Call], Disk, list[Answers]], tmp_path: Path
) -> None:
    settings, calls, disk, allowed = run_of
    before = None if len(allowed) == 1 else allowed[0]
    count = 0
    for number, tree in states(calls, disk):
        folder = tmp_path / f"state{count}"
        write_tree(tree, folder)
        left = replace(settings, index=folder / "site" / "index")
        answers = opened(left.index)
        assert answers in (before, allowed[-1]), (number, calls[number])
        if count % REPAIRED == 0:
            reindex(left)
            assert answers_of(left.index) == allowed[-1]
            assert_no_garbage(left)
        shutil.rmtree(folder)
        count += 1
    for tree in disk.states():  # the run has reported success
        folder = tmp_path / "end"
        write_tree(tree, folder)
        assert opened(folder / "site" / "index") == allowed[-1]
        shutil.rmtree(folder)
    assert count > 20
    print(f"{len(calls)} calls, {count} states of the disk")


@pytest.mark.parametrize("run_of", RUNS, indirect=True)
def test_the_recorded_calls_are_all_that_changed_the_disk(
    run_of: tuple[Settings, list[Call], Disk, list[Answers]], tmp_path: Path
) -> None:
    settings, calls, disk, _ = run_of
    for call in calls:
        disk.apply(call)
    write_tree(disk.now(), tmp_path / "now")
    found = {
        path.relative_to(tmp_path / "now"): path for path in (tmp_path / "now").rglob("*") if path.is_file()
    }
    root = settings.index.parent.parent
    real = {path.relative_to(root): path for path in root.rglob("*") if path.is_file()}
    assert {name: path.read_bytes() for name, path in found.items()} == {
        name: path.read_bytes() for name, path in real.items()
    }


@pytest.mark.parametrize("run_of", ["full"], indirect=True)
@pytest.mark.parametrize("without", ["files", "folders"])
def test_a_run_that_syncs_no_files_or_no_folders_would_be_noticed(
    run_of: tuple[Settings, list[Call], Disk, list[Answers]], tmp_path: Path, without: str
) -> None:
    _, calls, _, allowed = run_of
    shutil.rmtree(tmp_path / "disk")
    (tmp_path / "before").rename(tmp_path / "disk")
    disk = Disk(tmp_path / "disk", ignore=[without])
    ends = [tree for _, tree in states(calls, disk)]
    for number, tree in enumerate([*ends, *disk.states()]):
        folder = tmp_path / f"state{number}"
        write_tree(tree, folder)
        try:
            found = opened(folder / "site" / "index")
        except (ZhsearchError, ValueError, IndexError):
            return
        if found not in (allowed[-1:] if number >= len(ends) else allowed):
            return
        shutil.rmtree(folder)
    raise AssertionError("never noticed")
