"""The page of a search report: its charts and tables for none, one and very many counts, and for hostile texts."""

import datetime as dt
import re
from xml.etree import ElementTree

import pytest

from tests.helpers.sites import Searcher, default_segmenter, index_site, post, write_site
from zhsearch.search.analytics import (
    DayCount,
    SearchCounts,
    TextCount,
    make_report,
    report_json,
    report_page,
)
from zhsearch.search.analytics.search_counts import TIME_LIMITS_S
from zhsearch.search.analytics.search_report import time_percentile
from zhsearch.search.analytics.svg_charts import Column, bars, line
from zhsearch.search.engine import Engine

FIRST = dt.date(2026, 1, 1)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "\u202e右到左",
    "a\x00b",
    "]]>&amp;",
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Searcher(
        index_site(write_site(tmp_path_factory.mktemp("page"), {"a.md": post("算力", "芯片")}))
    ).engine


def day(number: int) -> str:
    return (FIRST + dt.timedelta(days=number)).isoformat()


def counted(days: int, searches: int, texts: dict[str, TextCount] | None = None) -> SearchCounts:
    times = [searches] + [0] * len(TIME_LIMITS_S)
    by_day = {
        day(number): DayCount(searches, 1, 1, 1, 1, 1, {"zh-CN": searches}, times, 10 + number, 1_000_000)
        for number in range(days)
    }
    return SearchCounts(day(0) if days else None, texts or {}, by_day)


def page(engine: Engine, counts: SearchCounts, language: str = "en", *, top: int = 20) -> str:
    report = make_report(counts, engine, default_segmenter(), top=top, least=1)
    return report_page(report, engine.site.title, language)


def charts(html: str) -> list[ElementTree.Element]:
    """The charts, which must be well-formed."""
    return [
        ElementTree.fromstring(svg) for svg in re.findall(r'<svg class="chart".*?</svg>', html, re.DOTALL)
    ]


def test_without_counts_the_page_says_how_to_count(engine: Engine) -> None:
    html = page(engine, SearchCounts())
    assert "Set statistics = true" in html
    assert charts(html) == []


def test_a_single_search_is_one_column(engine: Engine) -> None:
    html = page(engine, counted(1, 1, {"算力": TextCount(1, last_day=day(0))}))
    by_day, times, growth = charts(html)
    assert len(by_day.findall(".//g")) == len(times.findall(".//g")) == 1
    assert len(growth.findall("circle")) == 1
    assert growth.findall("polyline") == []


def test_a_day_without_searches_is_an_empty_column(engine: Engine) -> None:
    counts = counted(9, 5)
    del counts.days[day(4)]
    html = page(engine, counts)
    assert len(charts(html)[0].findall(".//g")) == 8
    assert f"<td>{day(4)}</td>" in html


def test_more_than_two_months_are_weeks(engine: Engine) -> None:
    by_day, _, growth = charts(page(engine, counted(400, 50)))
    assert len(by_day.findall(".//g")) == 58
    first = by_day.find(".//g/title")
    assert first is not None
    assert first.text == f"{day(0)}: 350 searches, 7 with few hits, 7 without"
    assert len(growth.findall("circle")) == 58


def test_a_hundred_thousand_texts_give_a_page_of_the_same_size(engine: Engine) -> None:
    texts = {f"词{number}": TextCount(1_000_000 - number, 5, last_day=day(0)) for number in range(100_000)}
    few = dict(list(texts.items())[:100])
    html = page(engine, counted(1, 100_000, texts))
    assert len(html) < 1.1 * len(page(engine, counted(1, 100_000, few)))
    assert html.count("<tr><td dir") == 40


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_shown_as_text(engine: Engine, text: str) -> None:
    html = page(engine, counted(1, 1, {text: TextCount(9, 9, 9, 9, day(0))}))
    assert "<script" not in html
    assert "<img" not in html
    assert "49" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    charts(html)


@pytest.mark.parametrize(
    ("language", "heading"), [("zh-CN", "搜索报告"), ("zh-TW", "搜尋報告"), ("en", "Search report")]
)
def test_every_text_of_the_page_is_in_the_owners_language(
    engine: Engine, language: str, heading: str
) -> None:
    counts = counted(2, 5, {"词": TextCount(9, 9, last_day=day(0))})
    html = re.sub(
        r"<style>.*?</style>|zhsearch [\d.]+\w*|zh-CN|statistics",
        "",
        page(engine, counts, language),
        flags=re.DOTALL,
    )
    assert heading in html
    shown = " ".join(re.findall(r">([^<>]+)<", html))
    if language != "en":
        assert set(re.findall("[A-Za-z]{2,}", shown)) <= {"ms", "MB"}


def test_the_figures_of_the_page_are_those_of_the_json(engine: Engine) -> None:
    report = make_report(counted(3, 7), engine, default_segmenter(), top=20, least=1)
    stated = report_json(report)
    assert stated["searches"] == 21
    assert sum(counts["searches"] for counts in stated["days"].values()) == 21
    assert "21 searches since" in report_page(report, "", "en")


def test_percentiles_are_the_limits_of_classes() -> None:
    times = [50, 0, 0, 45, 0, 0, 0, 0, 0, 0, 0, 5]
    assert time_percentile(times, 0.5) == TIME_LIMITS_S[0]
    assert time_percentile(times, 0.95) == TIME_LIMITS_S[3]
    assert time_percentile(times, 0.99) == float("inf")
    assert time_percentile([0] * 12, 0.5) is None


@pytest.mark.parametrize("values", [[0], [1], [3, 4], [0.4], [7], [99, 101], [12_345_678], list(range(400))])
def test_every_mark_of_a_chart_is_inside_of_it(values: list[float]) -> None:
    columns = [Column(str(value), (value, value / 2), "t") for value in values]
    for svg in (bars(columns, "d"), line(columns, "d")):
        root = ElementTree.fromstring(svg)
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        for mark in root.iter():
            for name in ("x", "x1", "x2", "cx"):
                assert 0 <= float(mark.get(name, 0)) <= width
            for name in ("y", "y1", "y2", "cy"):
                assert 0 <= float(mark.get(name, 0)) <= height
            assert float(mark.get("height", 0)) >= 0
