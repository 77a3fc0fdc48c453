"""Rollback: to a generation that is whole, for every reader at once; and upgrades, refused before anything changes."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.server import serving, wait_for
from tests.helpers.sites import Searcher, index_site, post, write_site
from zhsearch.index.errors import LockedError, StoreError
from zhsearch.index.generations.manifest import FORMAT
from zhsearch.index.generations.rollback import roll_back
from zhsearch.index.generations.store import Generation, current_id
from zhsearch.index.generations.writer import open_writer
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
    (segment,) = (site.index / "generations" / names(site)[1]).glob("*.segment")
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.unlink()  # it may be linked
    segment.write_bytes(data)
    assert roll_back(site.index, load) == names(site)[0]


def test_the_next_run_goes_on_from_there(site: Settings) -> None:
    last = names(site)[2]
    roll_back(site.index, load)
    report = reindex(site)
    assert report.indexed == 1
    assert report.generation > last
    assert pages(site) == 3


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
        wait_for(lambda: all(server.get("/readyz")["documents"] == 2 for _ in range(8)))


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
        wait_for(lambda: all(server.get("/readyz")["documents"] == 4 for _ in range(8)))
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
