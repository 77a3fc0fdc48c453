"""Rollback: to a generation that is whole, for every reader at once; and upgrades, refused before anything changes."""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.server import serving, wait_for
from tests.helpers.sites import Searcher, index_site, post, write_site
from zhsearch.index.errors import LockedError, NoIndexError, StoreError
from zhsearch.index.generations.manifest import FORMAT
from zhsearch.index.generations.rollback import roll_back
from zhsearch.index.generations.store import (
    Generation,
    current_id,
    list_generations,
    open_current,
    rejected_ids,
)
from zhsearch.index.generations.writer import IndexWriter, open_writer
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.settings import Settings


def load(generation: Generation) -> Generation:
    return generation


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """Three generations: with one page, two and three."""
    settings = replace(index_site(write_site(tmp_path, {"0.md": post("零")})), keep_generations=3)
    for number in (1, 2):
        publish(settings, number)
    return settings


def publish(settings: Settings, number: int) -> None:
    (settings.content / f"content/{number}.md").write_text(post(f"第{number}"), encoding="utf-8")
    reindex(settings)


def names(settings: Settings) -> list[str]:
    return sorted(folder.name for folder in (settings.index / "generations").iterdir())


def pages(settings: Settings) -> int:
    return len(Searcher(settings).engine)


def states(settings: Settings) -> dict[str, str]:
    """The state of each generation: live, rejected, or neither."""
    return {
        state.id: "live" * state.live + "rejected" * state.rejected
        for state in list_generations(settings.index, current_id(settings.index))
    }


def damage(settings: Settings, name: str) -> None:
    """Change a byte of a generation."""
    (part,) = (settings.index / "generations" / name).glob("*.segment")
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.unlink()  # it may be linked
    part.write_bytes(data)


def verified(generation: Generation) -> Generation:
    generation.verify()
    return generation


def test_one_step_back_and_another(site: Settings) -> None:
    assert pages(site) == 3
    assert roll_back(site.index, load) == names(site)[1] == current_id(site.index)
    assert pages(site) == 2
    roll_back(site.index, load)
    assert pages(site) == 1
    with pytest.raises(StoreError, match="keep_generations"):
        roll_back(site.index, load)
    assert pages(site) == 1


def test_to_one_by_name_forward_too(site: Settings) -> None:
    first, _, last = names(site)
    roll_back(site.index, load, to=first)
    roll_back(site.index, load, to=last)
    assert pages(site) == 3
    with pytest.raises(StoreError, match=f"has no generation 000099-x; there are: {first}, "):
        roll_back(site.index, load, to="000099-x")


def test_a_generation_that_is_damaged_is_passed_over(site: Settings) -> None:
    damage(site, names(site)[1])
    assert roll_back(site.index, load) == names(site)[0]


def test_the_next_run_goes_on_from_there(site: Settings) -> None:
    last = names(site)[2]
    roll_back(site.index, load)
    report = reindex(site)
    assert report.indexed == 1
    assert report.generation > last
    assert pages(site) == 3


def test_what_was_rolled_back_is_skipped_by_the_next_rollback(site: Settings) -> None:
    first, second, third = names(site)
    assert roll_back(site.index, load) == second
    assert states(site) == {first: "", second: "live", third: "rejected"}
    fourth = reindex(site).generation
    assert roll_back(site.index, load) == second
    assert states(site) == {first: "", second: "live", fourth: "rejected"}


def test_going_back_several_generations_rejects_those_in_between_too(site: Settings) -> None:
    first, second, third = names(site)
    roll_back(site.index, load, to=first)
    assert states(site) == {first: "live", second: "rejected", third: "rejected"}
    reindex(site)
    assert roll_back(site.index, load) == first


def test_a_rejected_generation_may_be_named_and_is_no_longer_rejected_then(site: Settings) -> None:
    first, second, third = names(site)
    roll_back(site.index, load, to=first)
    roll_back(site.index, load, to=third)
    assert states(site) == {first: "", second: "rejected", third: "live"}
    assert roll_back(site.index, load) == first


def test_where_only_rejected_generations_are_left_one_is_named(site: Settings) -> None:
    first, second, third = names(site)
    roll_back(site.index, load, to=first)
    roll_back(site.index, load, to=third)
    damage(site, first)
    shutil.rmtree(site.index / "generations" / first)
    with pytest.raises(StoreError, match=f"--to {second}"):
        roll_back(site.index, load)
    assert current_id(site.index) == third


def test_a_rejected_generation_serves_only_where_no_other_is_whole(site: Settings) -> None:
    first, second, third = names(site)
    roll_back(site.index, load)
    damage(site, second)
    assert open_current(site.index, verified).id == first
    damage(site, first)
    assert open_current(site.index, verified).id == third
    (site.index / "REJECTED").write_bytes(b"\xff nonsense")
    assert open_current(site.index, verified).id == third


def test_without_a_readable_list_of_rejected_ones_none_is(site: Settings) -> None:
    roll_back(site.index, load)
    (site.index / "REJECTED").unlink()
    (site.index / "REJECTED").mkdir()
    assert rejected_ids(site.index) == set()
    assert pages(site) == 2


def test_rejected_generations_are_cleaned_up_first_and_their_names_do_not_pile_up(site: Settings) -> None:
    site = replace(site, keep_generations=2)
    for number in range(3, 8):
        publish(site, number)
        assert roll_back(site.index, load) == names(site)[-2]
        publish(site, number + 100)
        good = current_id(site.index)
        assert len(names(site)) == 2
        assert set(states(site).values()) == {"", "live"}
        assert good == names(site)[-1]
    assert len((site.index / "REJECTED").read_text().splitlines()) == 1


def test_a_rollback_that_cannot_note_what_it_rejects_changes_nothing(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    live = current_id(site.index)
    with monkeypatch.context() as full_disk:
        full_disk.setattr("zhsearch.index.generations.writer._write", fail)
        with pytest.raises(StoreError, match="The index in use is untouched"):
            roll_back(site.index, load)
    assert current_id(site.index) == live
    assert "rejected" not in states(site).values()


def test_a_rollback_that_is_killed_between_its_two_steps_is_repeated_to_the_same_effect(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = names(site)
    with monkeypatch.context() as killed:
        killed.setattr(IndexWriter, "make_live", lambda *_: os.kill(os.getpid(), signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            roll_back(site.index, load)
    assert states(site) == {first: "", second: "", third: "live"}
    assert roll_back(site.index, load) == second
    assert states(site) == {first: "", second: "live", third: "rejected"}


def test_before_the_first_run_the_command_that_makes_an_index_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match=r"no index in .*/none yet\. Make one: zhsearch reindex --index"):
        roll_back(tmp_path / "none", load)
    assert not (tmp_path / "none").exists()


def test_without_current_it_goes_back_from_the_generation_that_serves(site: Settings) -> None:
    (site.index / "CURRENT").unlink()
    assert roll_back(site.index, load) == names(site)[1]


def test_not_while_someone_writes(site: Settings) -> None:
    with open_writer(site.index), pytest.raises(LockedError):
        roll_back(site.index, load)


def test_a_server_follows(site: Settings, tmp_path: Path) -> None:
    with serving(tmp_path, site) as server:
        assert server.get("/readyz")["documents"] == 3
        command = [
            sys.executable,
            "-P",
            "-m",
            "zhsearch.search.cli",
            "rollback",
            "--index",
            str(site.index),
        ]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert names(site)[1] in printed
        server.wait_for_documents(2)


NEWER = f"import zhsearch.index.generations.manifest as manifest; manifest.FORMAT = {FORMAT + 1}; from zhsearch.search.cli import main; main()"


def newer(site: Settings, *args: str) -> subprocess.CompletedProcess[str]:
    """A version of zhsearch that has another format of the index."""
    command = [sys.executable, "-P", "-c", NEWER, *args, "--index", str(site.index)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_an_upgrade_to_another_format_is_reported_first_and_the_old_index_serves_until_the_new_one_does(
    site: Settings, tmp_path: Path
) -> None:
    with serving(tmp_path, site) as server:
        status = newer(site, "status")
        assert status.returncode == 1
        assert (
            f"format {FORMAT}, this version reads {FORMAT + 1}. Rebuild it: zhsearch reindex --full"
            in " ".join(status.stderr.split())
        )
        publish(site, 3)
        (site.content / "content/4.md").write_text(post("第4"), encoding="utf-8")
        server.wait_for_documents(4)
        assert newer(site, "reindex", "--content", str(site.content)).returncode == 0
        for _ in range(8):
            ready = server.get("/readyz")
            assert ready["documents"] == 4
            assert "cannot be served" in ready["warning"]
        for worker in server.family()[1:]:
            os.kill(worker, signal.SIGKILL)
        wait_for(lambda: server.get("/readyz")["documents"] == 4)
    assert '"documents": 5' in newer(site, "status", "--json").stdout
    assert newer(site, "rollback").returncode == 1  # nothing of its own to go back to
    assert roll_back(site.index, load) == sorted(names(site))[-2]
    assert pages(site) == 4
