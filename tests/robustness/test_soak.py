"""The short form of `make soak`: what a server suffers for a few seconds, no reader notices afterwards."""

from pathlib import Path

import pytest

from tests.helpers.sites import index_site, post, write_site
from tests.robustness.soak.faults import FAULTS, Fault
from tests.robustness.soak.suffer import suffer


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_readers_are_answered_or_refused_clearly_and_afterwards_all_is_well(
    fault: Fault, tmp_path: Path
) -> None:
    if why := fault.missing():
        pytest.skip(why)
    posts = {f"{at}.md": post(f"算力 {at}", "国产算力与芯片。" * 80) for at in range(300)}
    done = suffer(fault, index_site(write_site(tmp_path, posts)), 5)
    assert done.told.answers
    assert not done.told.errors
    assert not done.wrong
    assert done.after.answers
    assert not done.after.errors
    assert not done.after.refused
    assert not done.after.broken
    assert not done.leaked
    assert fault.traces or not done.traced, (tmp_path / "server.log").read_text()
