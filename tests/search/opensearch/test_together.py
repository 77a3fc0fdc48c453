"""Two machines that publish to one name: one at a time, the other names it, and nothing is mixed or lost."""

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

from tests.helpers.sites import CACHE, Searcher, post, write_site
from tests.search.opensearch.node import raw_client
from zhsearch.index.errors import LockedError
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.backends import backend_of
from zhsearch.search.opensearch import bulk, lock
from zhsearch.search.opensearch.aliases import current_index, delete_all, move_alias
from zhsearch.search.opensearch.client import Client
from zhsearch.search.settings import Settings

PAGES = 1500
ANIMALS = ("貔貅", "麒麟")
_RUN_TIMEOUT_S = 1_200  # runs have a low priority, and the machine may be busy


@pytest.fixture
def machines(cluster: str, tmp_path: Path) -> Iterator[list[Settings]]:
    """Settings of two sites with different content and index folders, published to one name."""
    name = f"two-{token_hex(4)}"
    settings_of_each = []
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
        settings_of_each.append(settings)
    yield settings_of_each
    delete_all(Client(settings_of_each[0]))


def run(settings: Settings, *flags: str) -> subprocess.Popen[str]:
    """Start `zhsearch reindex` in the site of the settings."""
    return subprocess.Popen(
        [str(Path(sys.executable).parent / "zhsearch"), "reindex", *flags],
        cwd=settings.content,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def counts(settings: Settings) -> list[int]:
    """The number of hits for the word of each machine."""
    search = Searcher(settings)
    return [search(animal)["total"] for animal in ANIMALS]


def aliases(settings: Settings) -> list[str]:
    raw = raw_client(settings)
    return list(raw.indices.get_alias(name=settings.opensearch_index))


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait for a condition while a run goes on."""
    while not condition():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.01)


def is_filling(settings: Settings, *, beside: int) -> bool:
    """Whether a run has created an index besides those that existed, `beside` in number."""
    raw = raw_client(settings)
    return len(raw.indices.get(index=f"{settings.opensearch_index}-0*")) > beside


def is_updating(client: Client) -> bool:
    """Whether a run has begun to update the live index in place."""
    live = current_index(client)
    return live is not None and live.meta().unfinished is not None


@pytest.mark.parametrize("flags", [(), ("--full",)], ids=["in place", "full"])
def test_of_two_runs_at_once_one_publishes_and_the_other_names_it(
    machines: list[Settings], flags: tuple[str, ...]
) -> None:
    for _ in range(2):
        running = [run(settings, *flags) for settings in machines]
        outputs = [process.communicate(timeout=_RUN_TIMEOUT_S)[0] for process in running]
        failed = [process.returncode != 0 for process in running]
        assert not all(failed), outputs
        for output, fails in zip(outputs, failed, strict=True):
            if fails:
                assert "is being published to by process" in output or "took over" in output, output
        assert sorted(counts(machines[0])) == [0, PAGES]
        assert len(aliases(machines[0])) == 1
        if any(failed):
            last = machines[failed.index(True)]
            again = run(last, *flags)
            output = again.communicate(timeout=_RUN_TIMEOUT_S)[0]
            assert again.returncode == 0, output
            assert counts(last)[failed.index(True)] == PAGES


def test_a_second_run_fails_and_names_the_process_that_publishes(machines: list[Settings]) -> None:
    client = Client(machines[0])
    with lock.acquire(client), pytest.raises(LockedError, match=rf"process {os.getpid()} on .* Wait for it"):
        backend_of(machines[1]).publish(full=False)
    backend_of(machines[1]).publish(full=False)
    assert counts(machines[1]) == [0, PAGES]


def test_the_lock_of_a_killed_run_is_taken_over(
    machines: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    backend_of(machines[0]).publish(full=True)
    process = run(machines[0], "--full")
    wait_until(lambda: is_filling(machines[0], beside=1), process)
    process.kill()
    process.communicate()
    assert counts(machines[0]) == [PAGES, 0]
    monkeypatch.setattr(lock, "_LEASE_S", 8.0)
    backend_of(machines[1]).publish(full=True)
    assert counts(machines[1]) == [0, PAGES]
    assert len(aliases(machines[0])) == 1


@pytest.mark.parametrize("full", [True, False], ids=["full", "in place"])
def test_a_run_that_was_stopped_too_long_writes_nothing_more(
    machines: list[Settings], monkeypatch: pytest.MonkeyPatch, *, full: bool
) -> None:
    backend_of(machines[1]).publish(full=True)
    process = run(machines[0], *(["--full"] if full else []))
    client = Client(machines[1])
    wait_until(lambda: is_filling(machines[0], beside=1) if full else is_updating(client), process)
    process.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(lock, "_LEASE_S", 8.0)
    backend_of(machines[1]).publish(full=True)
    process.send_signal(signal.SIGCONT)
    output = process.communicate(timeout=_RUN_TIMEOUT_S)[0]
    assert process.returncode != 0, output
    assert "another process took over" in output
    assert counts(machines[1]) == [0, PAGES]
    assert len(aliases(machines[0])) == 1


def test_the_alias_moves_only_from_the_index_where_it_was_found(machines: list[Settings]) -> None:
    client = Client(machines[0])
    names = [f"{client.name}-000001-{digit * 16}-1" for digit in "123"]
    for name in names:
        client.create_index(name, {})
    move_alias(client, names[0], before=None)
    with pytest.raises(LockedError, match="another process published"):
        move_alias(client, names[1], before=None)  # the first run of another machine
    move_alias(client, names[1], before=names[0])
    with pytest.raises(LockedError, match="another process published"):
        move_alias(client, names[2], before=names[0])
    assert aliases(machines[0]) == [names[1]]


def test_a_page_that_the_cluster_rejects_is_named(cluster: str) -> None:
    client = Client(Settings(opensearch_hosts=(cluster,), opensearch_index=f"bulk-{token_hex(4)}"))
    client.create_index(client.name, {"mappings": {"properties": {"day": {"type": "integer"}}}})
    action: bulk.Action = {"index": {"_id": "1"}}, '{"path": "posts/a.md", "day": "never"}'
    try:
        with pytest.raises(
            Exception, match=r"did not take posts/a\.md into bulk-\w+: mapper_parsing_exception"
        ):
            bulk.write(client, client.name, [action], before=lambda: None)
    finally:
        client.delete_index(client.name)


def test_a_holder_renews_the_lock_while_it_works(
    machines: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_RENEWAL_S", 0.2)
    monkeypatch.setattr(lock, "_LEASE_S", 3.0)
    refused: list[bool] = []

    def other() -> None:
        try:
            with lock.acquire(Client(machines[1])):
                refused.append(False)
        except LockedError:
            refused.append(True)

    with lock.acquire(Client(machines[0])) as mine:
        for _ in range(2):
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
        mine.check()
    other()
    assert refused == [True, True, False]


def test_another_name_has_a_lock_of_its_own(machines: list[Settings]) -> None:
    other = replace(machines[1], opensearch_index=f"{machines[1].opensearch_index}-b")
    with lock.acquire(Client(machines[0])):
        backend_of(other).publish(full=False)
    assert counts(other) == [0, PAGES]
    delete_all(Client(other))
