"""Two machines that publish to one name: one at a time, the other is told, and nothing is mixed or lost."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import pytest
from opensearchpy import OpenSearch

from tests.helpers.sites import CACHE, Searcher, post, write_site
from zhsearch.index.errors import LockedError
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.backends import backend_of
from zhsearch.search.opensearch import bulk, lock
from zhsearch.search.opensearch.aliases import current_index, move_alias, remove
from zhsearch.search.opensearch.client import Client
from zhsearch.search.settings import Settings

PAGES = 1500
ANIMALS = ("貔貅", "麒麟")
_PATIENCE = 1_200  # seconds: runs are nice, and others may use the machine


@pytest.fixture
def machines(cluster: str, tmp_path: Path) -> Iterator[list[Settings]]:
    """Two sites of different content, each in a folder of its own, analysed and meant for one name."""
    name = f"two-{token_hex(4)}"
    several = []
    for animal in ANIMALS:
        posts = {f"p/{n}.md": post(f"{animal}{n}", f"讲的是{animal}。" * 30) for n in range(PAGES)}
        folder = tmp_path / animal
        folder.mkdir()
        site = write_site(folder, posts)
        settings = Settings(
            engine="opensearch",
            opensearch_hosts=(cluster,),
            opensearch_index=name,
            content=site,
            index=site / "index",
            cache=CACHE,
        )
        (site / "zhsearch.toml").write_text(
            f'engine = "opensearch"\nopensearch_hosts = ["{cluster}"]\nopensearch_index = "{name}"\n'
            f'cache = "{CACHE}"\ncontent = "{site}"\nindex = "{site / "index"}"\n'
        )
        reindex(settings)
        several.append(settings)
    yield several
    remove(Client(several[0]))


def run(settings: Settings, *flags: str) -> subprocess.Popen[str]:
    """`zhsearch reindex` on the machine of some settings."""
    return subprocess.Popen(
        [str(Path(sys.executable).parent / "zhsearch"), "reindex", *flags],
        cwd=settings.content,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def counts(settings: Settings) -> list[int]:
    """Pages of each machine that are found."""
    search = Searcher(settings)
    return [search(animal)["total"] for animal in ANIMALS]


def aliases(settings: Settings) -> list[str]:
    raw = OpenSearch(list(settings.opensearch_hosts))
    return list(raw.indices.get_alias(name=settings.opensearch_index))


def wait_until(seen: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Until something is seen of a run that goes on."""
    while not seen():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.01)


def fills(settings: Settings, *, beside: int) -> bool:
    """Is there an index more than `beside`, in which pages are written?"""
    raw = OpenSearch(list(settings.opensearch_hosts))
    return len(raw.indices.get(index=f"{settings.opensearch_index}-0*")) > beside


@pytest.mark.parametrize("flags", [(), ("--full",)], ids=["in place", "full"])
def test_two_that_publish_at_once_leave_the_pages_of_one_and_tell_the_other(
    machines: list[Settings], flags: tuple[str, ...]
) -> None:
    for _ in range(2):
        running = [run(settings, *flags) for settings in machines]
        told = [process.communicate(timeout=_PATIENCE)[0] for process in running]
        failed = [process.returncode != 0 for process in running]
        assert not all(failed), told
        for output, fails in zip(told, failed, strict=True):
            if fails:
                assert "is being published to by process" in output or "took over" in output, output
        assert sorted(counts(machines[0])) == [0, PAGES]
        assert len(aliases(machines[0])) == 1
        if any(failed):
            last = machines[failed.index(True)]
            again = run(last, *flags)
            told_again = again.communicate(timeout=_PATIENCE)[0]
            assert again.returncode == 0, told_again
            assert counts(last)[failed.index(True)] == PAGES


def test_who_finds_a_run_going_on_is_told_by_whom(machines: list[Settings]) -> None:
    client = Client(machines[0])
    with lock.held(client), pytest.raises(LockedError, match=rf"process {os.getpid()} on .* Wait for it"):
        backend_of(machines[1]).publish(full=False)
    backend_of(machines[1]).publish(full=False)
    assert counts(machines[1]) == [0, PAGES]


def test_a_run_that_was_killed_keeps_nobody_out_for_long(
    machines: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    backend_of(machines[0]).publish(full=True)
    process = run(machines[0], "--full")
    wait_until(lambda: fills(machines[0], beside=1), process)
    process.kill()
    process.communicate()
    assert counts(machines[0]) == [PAGES, 0]
    monkeypatch.setattr(lock, "_LEASE", 8.0)
    backend_of(machines[1]).publish(full=True)
    assert counts(machines[1]) == [0, PAGES]
    assert len(aliases(machines[0])) == 1


@pytest.mark.parametrize("full", [True, False], ids=["full", "in place"])
def test_a_run_that_stood_still_too_long_writes_nothing_more(
    machines: list[Settings], monkeypatch: pytest.MonkeyPatch, *, full: bool
) -> None:
    backend_of(machines[1]).publish(full=True)
    process = run(machines[0], *(["--full"] if full else []))
    client = Client(machines[1])
    wait_until(
        lambda: fills(machines[0], beside=1) if full else "unfinished" in str(current_index(client)), process
    )
    process.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(lock, "_LEASE", 8.0)
    backend_of(machines[1]).publish(full=True)
    process.send_signal(signal.SIGCONT)
    told = process.communicate(timeout=_PATIENCE)[0]
    assert process.returncode != 0, told
    assert "another process took over" in told
    assert counts(machines[1]) == [0, PAGES]
    assert len(aliases(machines[0])) == 1


def test_the_alias_moves_from_where_it_was_or_not_at_all(machines: list[Settings]) -> None:
    client = Client(machines[0])
    names = [f"{client.name}-000001-{digit * 16}-1" for digit in "123"]
    for name in names:
        client.raw.indices.create(index=name)
    move_alias(client, names[0], before=None)
    with pytest.raises(LockedError, match="another process published"):
        move_alias(client, names[1], before=None)  # the first run of another machine
    move_alias(client, names[1], before=names[0])
    with pytest.raises(LockedError, match="another process published"):
        move_alias(client, names[2], before=names[0])
    assert aliases(machines[0]) == [names[1]]


def test_a_page_that_the_cluster_refuses_is_named(cluster: str) -> None:
    client = Client(Settings(opensearch_hosts=(cluster,), opensearch_index=f"bulk-{token_hex(4)}"))
    client.raw.indices.create(
        index=client.name, body={"mappings": {"properties": {"day": {"type": "integer"}}}}
    )
    action: bulk.Action = {"index": {"_id": "1"}}, '{"path": "posts/a.md", "day": "never"}'
    try:
        with pytest.raises(Exception, match=r"did not take posts/a\.md: mapper_parsing_exception"):
            bulk.write(client, client.name, [action], before=lambda: None)
    finally:
        client.raw.indices.delete(index=client.name)


def test_a_holder_goes_on_holding_while_it_works(
    machines: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_RENEWED", 0.2)
    monkeypatch.setattr(lock, "_LEASE", 3.0)
    refused: list[bool] = []

    def other() -> None:
        try:
            with lock.held(Client(machines[1])):
                refused.append(False)
        except LockedError:
            refused.append(True)

    with lock.held(Client(machines[0])) as mine:
        for _ in range(2):
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
        mine.check()
    other()
    assert refused == [True, True, False]


def test_the_lock_of_one_name_is_none_of_another(machines: list[Settings]) -> None:
    other = replace(machines[1], opensearch_index=f"{machines[1].opensearch_index}-b")
    with lock.held(Client(machines[0])):
        backend_of(other).publish(full=False)
    assert counts(other) == [0, PAGES]
    remove(Client(other))
