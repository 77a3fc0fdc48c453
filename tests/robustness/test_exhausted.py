"""No descriptors, no memory: the open index serves on, nothing is reported as damage, and it recovers."""

import gc
import json
import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.helpers.sites import index_site, post, write_site
from zhsearch.index.errors import CorruptIndexError, ResourceExhaustedError, StoreError
from zhsearch.index.generations.store import generation_names
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.embedded import follower as following
from zhsearch.search.embedded.follower import EmbeddedFollower
from zhsearch.search.http.app import create_app
from zhsearch.search.settings import Settings


@contextmanager
def limited(kind: int, maximum: int) -> Iterator[None]:
    """Limit a resource of this process (RLIMIT_…) inside the block."""
    soft, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (maximum, hard))
    try:
        yield
    finally:
        resource.setrlimit(kind, (soft, hard))


def without_descriptors() -> AbstractContextManager[None]:
    return limited(resource.RLIMIT_NOFILE, 0)


def without_memory() -> AbstractContextManager[None]:
    gc.collect()  # a later collection would free memory
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return limited(resource.RLIMIT_AS, pages * resource.getpagesize())


Limit = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    posts = {f"{number}.md": post(f"算力 {number}", f"国产芯片 {number}。" * 400) for number in range(400)}
    return index_site(write_site(tmp_path, posts))


def publish(settings: Settings) -> str:
    (settings.content / "content/new.md").write_text(post("貔貅", "新的一页"), encoding="utf-8")
    generation = reindex(settings, full=True).generation
    assert generation
    return generation


@pytest.mark.parametrize("limit", [without_descriptors, without_memory])
def test_the_open_generation_serves_until_the_new_one_can_be_opened(
    site: Settings, limit: Limit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(following, "_RETRY_SECONDS", 0.0)
    live = EmbeddedFollower(site.index)
    before = live.engine().generation
    after = publish(site)
    with limit():
        assert live.engine().generation == before
    assert "still serving generation" in caplog.text
    assert "Rebuild it" not in caplog.text
    assert live.engine().generation == after


def test_without_descriptors_to_open_the_index_a_request_is_a_503(site: Settings) -> None:
    client = create_app(site).test_client()
    with without_descriptors():
        response = client.get("/api/search?q=算力")
        assert client.get("/page.css").status_code == 200  # read when the app was made
    assert (response.status_code, json.loads(response.data)["title"]) == (503, "Index unavailable")
    assert client.get("/api/search?q=算力").status_code == 200


def test_a_request_without_memory_is_a_503_and_the_next_a_200(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = create_app(site).test_client()

    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        for module in ("endpoints", "site_routes"):
            patch.setattr(f"zhsearch.search.http.{module}.run_search", fail)
        response = client.get("/api/search?q=算力")
        page = client.get("/search?q=算力")
    assert (response.status_code, json.loads(response.data)["title"]) == (503, "Out of resources")
    assert response.headers["Retry-After"] == page.headers["Retry-After"] == "5"
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert client.get("/api/search?q=算力").status_code == 200


def test_a_run_without_descriptors_fails_and_reports_no_damage(site: Settings) -> None:
    before = generation_names(site.index)
    errors: list[StoreError] = []
    gc.collect()  # else what earlier tests left open is closed meanwhile
    with ExitStack() as stack:
        highest = max(int(link.name) for link in Path("/proc/self/fd").iterdir())
        while (file := stack.enter_context(Path("/dev/null").open())).fileno() < highest:
            pass  # no gaps below it
        for more in range(1, 8):
            try:
                with limited(resource.RLIMIT_NOFILE, file.fileno() + 1 + more):
                    assert reindex(site).rebuilt_because is None
            except StoreError as problem:
                errors.append(problem)
    assert any(isinstance(problem, ResourceExhaustedError) for problem in errors), errors
    assert not any(isinstance(problem, CorruptIndexError) for problem in errors)
    assert generation_names(site.index) == before
    assert reindex(site).rebuilt_because is None
