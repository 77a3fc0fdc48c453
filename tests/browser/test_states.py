"""Nothing found, and failures: what a reader is told, in the reader's own language, and what can be done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from .hosts import open_host_page, search_element
from .reader import API, Site, artificial_answer, hits, open_search_page, search_field, search_for, settled
from .starts import mock_start

NOTHING = {"total": 0, "results": []}


def state(page: Page) -> Locator:
    return page.locator("zh-search .state")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


@contextmanager
def failing(page: Page, **response: object) -> Iterator[list[str]]:
    """Answer every search with this response; the list has the requests."""
    requests: list[str] = []

    def fail(route: Route) -> None:
        requests.append(route.request.url)
        route.fulfill(**response)  # type: ignore[arg-type]

    page.route(API, fail)
    yield requests
    page.unroute(API, fail)


def test_with_no_hits_there_is_a_sentence_and_what_is_near(page: Page) -> None:
    mock_start(page, **NOTHING)
    open_search_page(page)
    search_for(page, "无此词")
    expect(state(page).locator("strong")).to_have_text("没有找到“无此词”")
    expect(state(page).locator("svg")).to_be_visible()
    expect(page.get_by_role("group", name="最新文章").get_by_role("option")).to_have_count(2)
    expect(page.get_by_role("group", name="热门标签").get_by_role("option")).to_have_count(2)


def test_the_query_that_was_perhaps_meant_is_the_first_option(page: Page) -> None:
    mock_start(page, **NOTHING, suggestion="容器镜像")
    open_search_page(page)
    field = search_for(page, "容器镜象")
    expect(options(page).first).to_have_text("您要找的是不是：容器镜像")
    expect(page.locator("zh-search [role=status]")).to_contain_text("您要找的是不是：容器镜像")
    mock_start(page)
    options(page).first.click()
    settled(page)
    expect(field).to_have_value("容器镜像")
    expect(hits(page)).to_have_count(1)


def test_hits_by_pinyin_stand_under_the_words_that_were_searched(page: Page) -> None:
    hit = artificial_answer(title="容器")["results"][0]
    mock_start(page, **NOTHING, pinyin={"query": "容器", "total": 12, "results": [hit]})
    open_search_page(page)
    field = search_for(page, "rongq")
    expect(page.locator("zh-search .meant")).to_have_text("按拼音：容器找到 12 条结果")
    expect(hits(page)).to_have_count(1)
    expect(state(page)).to_have_count(0)
    expect(page.get_by_role("group", name="最新文章")).to_have_count(0)
    page.locator("zh-search .meant").click()
    expect(field).to_have_value("容器")


def test_filters_without_hits_can_be_cleared_at_once(page: Page) -> None:
    mock_start(page, **NOTHING)
    open_search_page(page, "/search?tag=AI&from=1990&to=1990")
    search_for(page, "算力")
    mock_start(page)
    state(page).get_by_role("button", name="清除筛选条件").click()
    settled(page)
    expect(hits(page)).to_have_count(1)


def test_a_busy_server_is_asked_again_once_its_time_is_over(page: Page) -> None:
    open_search_page(page)
    with failing(
        page, status=429, headers={"Retry-After": "2"}, json={"title": "Too Many Requests"}
    ) as requests:
        search_for(page, "算力")
        expect(state(page)).to_contain_text("搜索服务正忙")
        expect(state(page)).to_contain_text("2 秒后自动重试")
        expect(state(page)).to_contain_text("1 秒后自动重试")
        expect(state(page)).to_contain_text("请稍后再试")  # the second failure: no third request by itself
        page.wait_for_timeout(2500)
        assert len(requests) == 2
    mock_start(page)
    page.get_by_role("button", name="重试").click()
    expect(hits(page)).to_have_count(1)


def test_hits_come_by_themselves_once_a_server_is_no_longer_busy(page: Page) -> None:
    open_search_page(page)
    with failing(page, status=503, headers={"Retry-After": "1"}, json={"title": "x"}):
        search_for(page, "算力")
        expect(state(page)).to_contain_text("1 秒后自动重试")
    mock_start(page)
    expect(hits(page)).to_have_count(1)


def test_nobody_asks_again_for_a_reader_who_has_left(page: Page) -> None:
    open_search_page(page)
    with failing(page, status=429, headers={"Retry-After": "1"}, json={}) as requests:
        field = search_for(page, "算力")
        expect(state(page)).to_be_visible()
        field.press("Escape")
        page.wait_for_timeout(1500)
        assert len(requests) == 1


@pytest.mark.parametrize(
    ("lang", "title"),
    [("zh-CN", "暂时无法搜索"), ("zh-TW", "暫時無法搜尋"), ("en", "Search is not available")],
)
def test_failures_are_told_in_the_language_of_the_page(page: Page, site: Site, lang: str, title: str) -> None:
    open_host_page(page, site, body=search_element(site), lang=lang)
    for response in (
        {"status": 400, "json": {"title": "Bad Request", "detail": "the server says"}},
        {"status": 502, "content_type": "text/html", "body": "<h1>the server says</h1>"},
        {"status": 200, "content_type": "text/html", "body": "<h1>the server says</h1>"},
    ):
        with failing(page, **response):
            search_field(page).fill(f"算力 {response['status']}")
            settled(page)
            expect(state(page).locator("strong")).to_have_text(title)
            expect(state(page)).not_to_contain_text("the server says")


def test_a_search_goes_on_when_the_connection_is_back(page: Page) -> None:
    mock_start(page)
    open_search_page(page).click()
    expect(options(page).first).to_be_visible()
    page.context.set_offline(True)
    with failing(page, status=200, body="") as requests:
        search_for(page, "算力")
    assert requests
    expect(state(page)).to_contain_text("网络已断开")
    page.context.set_offline(False)
    expect(hits(page)).to_have_count(1)


def test_a_server_that_is_down_leads_to_another_engine(page: Page) -> None:
    open_search_page(page)
    page.route(re.compile("/healthz"), lambda route: route.abort())
    page.route(API, lambda route: route.abort())
    search_for(page, "算力")
    expect(state(page).get_by_role("link", name="用其他引擎搜索")).to_have_attribute(
        "href", re.compile("%E7%AE%97%E5%8A%9B")
    )
