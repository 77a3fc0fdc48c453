"""The deadline of a request: checked between steps, reported clearly, and confined to its request."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from tests.helpers.sites import index_site, post, write_site
from zhsearch.search import deadline
from zhsearch.search.deadline import DeadlineExceededError, check_deadline, time_limit
from zhsearch.search.http.app import create_app
from zhsearch.search.settings import Settings


def test_without_a_limit_the_deadline_never_passes() -> None:
    check_deadline()
    with time_limit(0):
        check_deadline()


def test_work_beyond_the_deadline_is_ended_and_later_work_is_not() -> None:
    with pytest.raises(DeadlineExceededError, match="Use fewer or rarer words"), time_limit(1e-9):
        check_deadline()
    check_deadline()


def test_a_deadline_holds_for_its_own_thread() -> None:
    with time_limit(1e-9), ThreadPoolExecutor(1) as other:
        other.submit(check_deadline).result()


def test_a_limit_of_0_inside_another_removes_the_deadline() -> None:
    with time_limit(1e-9), time_limit(0):
        check_deadline()


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A site whose clock passes the deadline at every check."""
    settings = index_site(write_site(tmp_path, {"a.md": post("算力", "芯片 " * 9)}))
    ticks = iter(range(10**9))
    monkeypatch.setattr(deadline, "perf_counter", lambda: next(ticks))
    return replace(settings, budget_ms=1)


@pytest.mark.parametrize(
    "path", ["/api/search?q=算力", "/api/suggest?q=算", "/api/related?url=/a/", "/search?q=算力"]
)
def test_a_query_that_takes_too_long_is_a_503_that_says_so(slow: Settings, path: str) -> None:
    with create_app(slow).test_client() as client:
        response = client.get(path, headers={"Accept-Language": "en"})
        assert response.status_code == 503
        assert "takes too long here" in response.get_data(as_text=True)
        assert response.headers["Retry-After"] == "5"
        if path.startswith("/api"):
            assert json.loads(response.data)["title"] == "Too much work"
        assert client.get("/api/tags").status_code == 200
        assert 'zhsearch_refused_total{reason="time"} 1.0' in client.get("/metrics").get_data(as_text=True)


def test_without_a_deadline_a_slow_query_is_answered(slow: Settings) -> None:
    with create_app(replace(slow, budget_ms=0)).test_client() as client:
        assert client.get("/api/search?q=算力").status_code == 200
    assert deadline._deadline.get() == inf
