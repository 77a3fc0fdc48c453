"""The query log: counted by several processes, bounded, persistent across restarts, and anonymous."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.server import serving, wait_for
from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.analytics import query_log as statistics
from zhsearch.search.analytics.query_log import QueryCount, QueryLog, delete_query_log, read_query_log
from zhsearch.search.http.app import create_app
from zhsearch.search.http.services import services_of
from zhsearch.search.settings import Settings


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    return index_site(write_site(tmp_path, {"a.md": post("算力", "芯片")}))


def test_nothing_is_counted_until_statistics_are_enabled(site: Settings) -> None:
    create_app(site).test_client().get("/api/search?q=算力")
    assert read_query_log(site.index) == (None, {})
    assert not (site.index / "service").exists()


def test_searches_of_page_and_api_are_counted_cached_or_not(site: Settings) -> None:
    app = create_app(replace(site, statistics=True))
    client = app.test_client()
    tag = client.get("/api/search?q=算力").headers["ETag"]
    for query in ("算力", " 算力 ", "貔貅", "貔貅", "", "算力&page=2", "x" * 65, "算力&page=0"):
        client.get(f"/api/search?q={query}")
    client.get("/api/search?q=算力", headers={"If-None-Match": tag})
    client.get("/search?q=DeepSeek")
    client.get("/api/suggest?q=算力")
    query_log = services_of(app).query_log
    assert query_log
    query_log.flush()
    assert read_query_log(site.index)[1] == {"算力": (4, 0), "貔貅": (2, 2), "deepseek": (1, 1)}


def test_counts_of_several_processes_are_added(tmp_path: Path) -> None:
    counts = QueryLog(tmp_path)
    counts.record("算力", 1)
    children = []
    for _ in range(4):
        child = os.fork()
        if not child:
            for _ in range(25):
                counts.record("算力", 0)
                counts.flush()
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    counts.flush()
    counts.flush()
    assert read_query_log(tmp_path)[1] == {"算力": (101, 100)}


def test_the_file_stays_small_and_keeps_the_most_frequent_queries(tmp_path: Path) -> None:
    counts = QueryLog(tmp_path)
    for batch in range(4):
        for number in range(4_000):
            counts.record(f"{batch} {number}", 1)
        for _ in range(9):
            counts.record("算力", 1)
        counts.flush()
    stored = read_query_log(tmp_path)[1]
    assert len(stored) <= statistics.MAX_TEXTS
    assert stored["算力"] == QueryCount(36, 0)
    for number in range(9_000):
        counts.record(f"later {number}", 1)
    assert len(counts._pending) == 5_000


def test_counts_can_be_deleted_and_a_broken_file_is_replaced(tmp_path: Path) -> None:
    counts = QueryLog(tmp_path)
    counts.record("算力", 1)
    counts.flush()
    since, _ = read_query_log(tmp_path)
    assert since
    (tmp_path / "service/queries.json").write_text('{"since": 1')
    counts.record("算力", 1)
    counts.flush()
    assert read_query_log(tmp_path)[1] == {"算力": (1, 0)}
    delete_query_log(tmp_path)
    assert read_query_log(tmp_path) == (None, {})


def test_a_file_that_cannot_be_written_is_logged_once(
    site: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (site.index / "service").write_text("in the way")
    counts = QueryLog(site.index)
    for _ in range(3):
        counts.record("算力", 1)
        counts.flush()
    assert caplog.text.count("statistics cannot be written") == 1


def test_workers_that_end_or_are_replaced_save_their_counts(site: Settings, tmp_path: Path) -> None:
    (tmp_path / "zhsearch.toml").write_text("statistics = true\nworkers = 2\n")
    with serving(tmp_path, site) as server:
        for _ in range(10):
            server.get("/api/search?q=%E7%AE%97%E5%8A%9B")
        before = server.family()[1:]
        server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: not set(server.family()) & set(before))
        wait_for(lambda: read_query_log(site.index)[1].get("算力") == (10, 0))
        for _ in range(5):
            server.get("/api/search?q=%E7%AE%97%E5%8A%9B")
    assert read_query_log(site.index)[1]["算力"] == (15, 0)
    assert "127.0.0.1" not in (site.index / "service/queries.json").read_text()
