"""The search report as its owner sees it: in a browser, light, dark, on paper and on a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.helpers.server import Serving, serving
from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.analytics import DayCount, SearchCounts, TextCount
from zhsearch.search.analytics.search_counts import add_search_counts

from .conftest import page_of
from .reader import LOCALE
from .test_access import violations

TOKEN = "a-token-of-the-owner"
LONG = "很长的查询词" * 10


@pytest.fixture(scope="module")
def report_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = write_site(tmp_path_factory.mktemp("report"), {"a.md": post("人工智能", "芯片")})
    (folder / "zhsearch.toml").write_text(
        f'statistics = true\nadmin_report = true\nreindex_token = "{TOKEN}"\n', encoding="utf-8"
    )
    settings = index_site(folder)
    today = dt.datetime.now().astimezone().date()
    days = [today - dt.timedelta(days=age) for age in range(30)]
    texts = {text: TextCount(90, 80, 5, 5, today.isoformat()) for text in ("人工只能", LONG, "<b>粗</b>")}
    by_day = {day.isoformat(): DayCount(40, 5, 5, 3, 2, 1, {"zh-CN": 30}, [3] * 12, 7, 10**6) for day in days}
    add_search_counts(settings.index, SearchCounts(days[-1].isoformat(), texts, by_day), today)
    with serving(folder, settings) as server:
        yield server


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def report(browser: Browser, report_server: Serving, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        locale=LOCALE,
        viewport={"width": request.param, "height": 900},
        http_credentials={"username": "owner", "password": TOKEN},
    )
    with page_of(context) as page:
        page.goto(f"{report_server.url}/admin/report")
        yield page


def test_the_report_is_styled_and_axe_finds_nothing_wrong(report: Page) -> None:
    expect(report.get_by_role("heading", level=1)).to_contain_text("搜索报告")
    assert (
        report.locator("rect.part2").first.evaluate("mark => getComputedStyle(mark).fill") != "rgb(0, 0, 0)"
    )
    for summary in report.locator("summary").all():
        summary.click()
    assert violations(report) == []


def test_nothing_is_wider_than_the_screen(report: Page) -> None:
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert report.evaluate(width) <= 0


def test_a_hostile_text_is_shown_as_text_and_a_proposal_is_a_line_to_copy(report: Page) -> None:
    expect(report.get_by_role("cell", name="<b>粗</b>").first).to_be_visible()
    expect(report.locator("pre")).to_contain_text("人工只能 => 人工智能")


def test_the_figures_beside_a_chart_are_those_that_it_draws(report: Page) -> None:
    report.locator("summary").first.click()
    rows = report.locator("details").first.locator("tbody tr")
    columns = report.locator(".chart").first.locator("g")
    assert rows.count() == columns.count() == 30
    expect(rows.first.locator("td").nth(1)).to_have_text("40")
