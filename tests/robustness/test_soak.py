"""The short form of `make soak`: a server recovers from each fault within seconds."""

import os
from pathlib import Path

import pytest

from tests.helpers.sites import index_site, post, write_site
from tests.robustness.soak.faults import FAULTS, Fault
from tests.robustness.soak.run_fault import run_fault

SHORT = FAULTS[::3]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_readers_get_answers_or_clear_refusals_and_the_server_recovers(fault: Fault, tmp_path: Path) -> None:
    if why := fault.missing():
        pytest.skip(why)
    if fault not in SHORT and "FAULT_ROUNDS" not in os.environ:
        pytest.skip("`make soak` and `make faults` run every fault")
    posts = {f"{number}.md": post(f"算力 {number}", "国产算力与芯片。" * 80) for number in range(300)}
    outcome = run_fault(fault, index_site(write_site(tmp_path, posts)), 2)
    assert outcome.during.answers
    assert not outcome.during.errors
    assert not outcome.wrong
    assert outcome.after.answers
    assert not outcome.after.errors
    assert not outcome.after.refused
    assert not outcome.after.broken
    assert not outcome.leaked
    assert fault.traces or not outcome.traced, (tmp_path / "server.log").read_text()
