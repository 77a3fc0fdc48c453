"""Runs of reindex: their recorded outcomes, their lock, and requests for one more run."""

import os
from pathlib import Path

import pytest

from tests.helpers.sites import index_site, post, write_site
from zhsearch.index.errors import LockedError, StoreError
from zhsearch.search.reindex_state import (
    acquire_run_lock,
    claim_next_run,
    is_running,
    last_run,
    recorded_run,
)


def test_done_and_failed_runs_are_counted_with_the_reason(tmp_path: Path) -> None:
    assert last_run(tmp_path) is None
    with recorded_run(tmp_path):
        pass
    with pytest.raises(StoreError), recorded_run(tmp_path):
        raise StoreError("the disk is full")
    runs = last_run(tmp_path)
    assert runs
    assert (runs["done"], runs["failed"], runs["outcome"], runs["error"]) == (
        1,
        1,
        "failed",
        "the disk is full",
    )


def test_a_run_that_finds_the_index_locked_is_not_recorded(tmp_path: Path) -> None:
    with pytest.raises(LockedError), recorded_run(tmp_path):
        raise LockedError("busy")
    assert last_run(tmp_path) is None


def test_a_run_whose_outcome_cannot_be_recorded_goes_on(tmp_path: Path) -> None:
    settings = index_site(write_site(tmp_path, {"a.md": post("一", "二")}))
    (settings.index / "service").write_text("in the way")
    with recorded_run(settings.index):
        pass
    (settings.index / "service").unlink()
    (settings.index / "service").mkdir()
    (settings.index / "service/runs.json").write_text("{broken")
    assert last_run(settings.index) is None


def test_runs_exclude_each_other_and_a_request_meanwhile_causes_one_more(tmp_path: Path) -> None:
    assert not is_running(tmp_path)
    lock = acquire_run_lock(tmp_path)
    assert lock is not None
    assert is_running(tmp_path)
    assert not (tmp_path / "service/again").exists()
    assert acquire_run_lock(tmp_path) is None
    assert acquire_run_lock(tmp_path) is None
    assert claim_next_run(tmp_path, lock)
    assert is_running(tmp_path)
    assert not claim_next_run(tmp_path, lock)
    assert not is_running(tmp_path)
    os.close(lock)
    after = acquire_run_lock(tmp_path)
    assert after is not None
    os.close(after)
