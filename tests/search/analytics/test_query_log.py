"""The query log: counted by several processes, bounded, persistent across restarts, and anonymous."""

import datetime as dt
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.server import serving, wait_for
from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.analytics.query_log import CountedSearch, QueryLog
from zhsearch.search.analytics.search_counts import (
    MAX_AGE_DAYS,
    MAX_TEXTS,
    DayCount,
    SearchCounts,
    TextCount,
    delete_search_counts,
    read_search_counts,
)
from zhsearch.search.http.app import create_app
from zhsearch.search.http.services import services_of
from zhsearch.search.settings import Settings


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    return index_site(write_site(tmp_path, {"a.md": post("算力", "芯片")}))


def found_of(index: Path) -> dict[str, tuple[int, int]]:
    """(searches, those without hits) of each text."""
    return {text: (count.searches, count.without) for text, count in read_search_counts(index).texts.items()}


def test_nothing_is_counted_until_statistics_are_enabled(site: Settings) -> None:
    create_app(site).test_client().get("/api/search?q=算力")
    assert read_search_counts(site.index) == SearchCounts()
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
    assert found_of(site.index) == {"算力": (4, 0), "貔貅": (2, 2), "deepseek": (1, 1)}


def test_counts_of_several_processes_are_added(tmp_path: Path) -> None:
    counts = QueryLog(tmp_path)
    counts.record(CountedSearch("算力", 1))
    children = []
    for _ in range(4):
        child = os.fork()
        if not child:
            for _ in range(25):
                counts.record(CountedSearch("算力", 0))
                counts.flush()
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    counts.flush()
    counts.flush()
    assert found_of(tmp_path) == {"算力": (101, 100)}


def test_the_file_stays_small_and_keeps_the_most_frequent_queries(tmp_path: Path) -> None:
    counts = QueryLog(tmp_path)
    for batch in range(4):
        for number in range(4_000):
            counts.record(CountedSearch(f"{batch} {number}", 1))
        for _ in range(9):
            counts.record(CountedSearch("算力", 1))
        counts.flush()
    stored = found_of(tmp_path)
    assert len(stored) <= MAX_TEXTS
    assert stored["算力"] == (36, 0)
    for number in range(9_000):
        counts.record(CountedSearch(f"later {number}", 1))
    assert len(counts._pending.texts) == 5_000


def test_counts_can_be_deleted_and_a_broken_file_is_replaced(tmp_path: Path) -> None:
    counts = QueryLog(tmp_path)
    counts.record(CountedSearch("算力", 1))
    counts.flush()
    assert read_search_counts(tmp_path).since
    (tmp_path / "service/queries.json").write_text('{"since": 1')
    counts.record(CountedSearch("算力", 1))
    counts.flush()
    assert found_of(tmp_path) == {"算力": (1, 0)}
    delete_search_counts(tmp_path)
    assert read_search_counts(tmp_path) == SearchCounts()


def test_a_file_that_cannot_be_written_is_logged_once(
    site: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (site.index / "service").write_text("in the way")
    counts = QueryLog(site.index)
    for _ in range(3):
        counts.record(CountedSearch("算力", 1))
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
        wait_for(lambda: found_of(site.index).get("算力") == (10, 0))
        for _ in range(5):
            server.get("/api/search?q=%E7%AE%97%E5%8A%9B")
    assert found_of(site.index)["算力"] == (15, 0)
    assert "127.0.0.1" not in (site.index / "service/queries.json").read_text()


def test_a_day_has_its_searches_languages_times_suggestions_and_the_size_of_the_index(site: Settings) -> None:
    app = create_app(replace(site, statistics=True))
    client = app.test_client()
    for query in (
        "算力",
        "算力&prefer_lang=zh",
        "算力&lang=zh-CN",
        "貔貅",
        "貔貅&lang=xx",
        "算力 貔貅",
        "酸力",
    ):
        client.get(f"/api/search?q={query}")
    client.get("/api/search?q=算力&suggested=1")
    client.get("/api/search?q=" + "长" * 65)
    query_log = services_of(app).query_log
    assert query_log
    query_log.flush()
    ((_, day),) = read_search_counts(site.index).days.items()
    assert (day.searches, day.without, day.few, day.relaxed) == (9, 4, 5, 1)
    assert (day.suggested, day.taken) == (1, 1)
    assert day.languages == {"zh-CN": 2}
    assert sum(day.times) == 9
    assert (day.pages, day.size) == (1, services_of(app).follower.engine().stats.bytes)


def test_counts_of_an_earlier_version_are_read_on(tmp_path: Path) -> None:
    (tmp_path / "service").mkdir()
    (tmp_path / "service/queries.json").write_text('{"since": "2026-01-02", "queries": {"算力": [7, 2]}}')
    counts = QueryLog(tmp_path)
    counts.record(CountedSearch("算力", 1))
    counts.flush()
    stored = read_search_counts(tmp_path)
    assert stored.since == "2026-01-02"
    assert stored.texts["算力"][:3] == (8, 2, 1)
    assert len(stored.days) == 1


def test_days_and_texts_of_more_than_a_year_ago_are_dropped() -> None:
    today = dt.date(2026, 11, 29)
    counts = SearchCounts()
    for age in (0, 399, 401, 5_000):
        day = (today - dt.timedelta(days=age)).isoformat()
        counts.add(
            SearchCounts(day, {f"词{age}": TextCount(1, last_day=day)}, {day: DayCount(searches=1)}), today
        )
    assert sorted(counts.texts) == ["词0", "词399"]
    assert len(counts.days) == 2
    assert (
        counts.since == min(counts.days)
        or counts.since == (today - dt.timedelta(days=MAX_AGE_DAYS)).isoformat()
    )


def test_signs_that_a_terminal_obeys_are_not_kept(tmp_path: Path) -> None:
    counts = QueryLog(tmp_path)
    counts.record(CountedSearch("\x1b]0;算力\x07\x9b31m\x00芯片", 1))
    counts.flush()
    (text,) = read_search_counts(tmp_path).texts
    assert text.isprintable()
    assert text.endswith("芯片")


@pytest.mark.parametrize(
    "damage",
    [
        '"queries": {"坏": ["x", 0]}, "days": {}',
        '"queries": {}, "days": {"2026-11-28": {"searches": "1"}}',
        '"queries": {}, "days": {"foo": {"searches": 1}}',
        '"queries": {}, "days": {"2026-11-28": {"times": [null]}}',
    ],
)
def test_what_is_no_count_is_left_out_and_counting_goes_on(tmp_path: Path, damage: str) -> None:
    (tmp_path / "service").mkdir()
    (tmp_path / "service/queries.json").write_text(f'{{"since": "2026-11-01", {damage}}}', encoding="utf-8")
    counts = QueryLog(tmp_path)
    counts.record(CountedSearch("算力", 1))
    counts.flush()
    assert found_of(tmp_path) == {"算力": (1, 0)}
    assert len(read_search_counts(tmp_path).days) == 1


def test_counts_of_a_later_version_are_kept(tmp_path: Path) -> None:
    (tmp_path / "service").mkdir()
    day = '{"searches": 9, "clicks": 5}'
    (tmp_path / "service/queries.json").write_text(
        f'{{"since": "2026-11-28", "queries": {{}}, "days": {{"2026-11-28": {day}}}}}', encoding="utf-8"
    )
    assert read_search_counts(tmp_path).days["2026-11-28"].searches == 9


def test_a_file_that_cannot_be_decoded_is_kept_under_another_name(tmp_path: Path) -> None:
    (tmp_path / "service").mkdir()
    (tmp_path / "service/queries.json").write_text("{", encoding="utf-8")
    counts = QueryLog(tmp_path)
    counts.record(CountedSearch("算力", 1))
    counts.flush()
    assert found_of(tmp_path) == {"算力": (1, 0)}
    assert (tmp_path / "service/queries.damaged").read_text(encoding="utf-8") == "{"
