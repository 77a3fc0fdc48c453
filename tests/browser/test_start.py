"""The start of an empty field: what the reader pinned, searched for and visited, and what the site offers."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from .hosts import open_host_page, search_element
from .reader import API, Site, hits, open_search_page, search_field, settled
from .starts import LATEST, PINNED, SEEN, mock_start, store

VISITED = [{"url": "/posts/mapo-doufu/", "title": "麻婆豆腐"}]


@pytest.fixture
def field(page: Page) -> Locator:
    """The field of a reader who has searched twice and read a post."""
    mock_start(page)
    store(page, {"zh-search": ["算力", "豆腐"], "zh-search-pages": VISITED})
    field = open_search_page(page)
    field.click()
    return field


def rows(page: Page, section: str) -> Locator:
    return page.get_by_role("listbox").get_by_role("group", name=section).get_by_role("option")


def beside(page: Page, name: str) -> Locator:
    """A button beside a row."""
    return page.locator("zh-search .beside").get_by_role("button", name=name, exact=True)


def test_an_empty_field_offers_latest_searches_visited_pages_popular_tags_and_newest_posts(
    page: Page, field: Locator
) -> None:
    expect(rows(page, LATEST)).to_have_text(["算力", "豆腐"])
    expect(rows(page, SEEN)).to_have_text(["麻婆豆腐"])
    expect(rows(page, "热门标签")).to_have_text(["AI", "R&D 投入"])
    expect(rows(page, "最新文章")).to_have_text([re.compile("新的一篇.*2025-02-13"), re.compile("旧的一篇")])
    expect(rows(page, SEEN).first).to_have_attribute("href", re.compile("/posts/mapo-doufu/$"))


def test_a_row_with_words_searches_for_them(page: Page, field: Locator) -> None:
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    settled(page)
    expect(field).to_have_value("豆腐")
    expect(hits(page)).to_have_count(1)


@pytest.mark.parametrize(("tag", "words"), [("AI", "标签:AI"), ("R&D 投入", '标签:"R&D 投入"')])
def test_a_popular_tag_searches_for_its_posts(page: Page, field: Locator, tag: str, words: str) -> None:
    rows(page, "热门标签").filter(has_text=tag).click()
    expect(field).to_have_value(words)
    settled(page)
    expect(hits(page)).to_have_count(1)


def test_an_opened_hit_is_offered_among_the_visited_pages(page: Page, field: Locator) -> None:
    page.route(
        re.compile("/posts/a/"),
        lambda route: route.fulfill(body="<title>x</title>", content_type="text/html"),
    )
    field.fill("标题")
    settled(page)
    hits(page).get_by_role("option").first.click()
    page.wait_for_url(re.compile("/posts/a/"))
    open_search_page(page).click()
    expect(rows(page, SEEN)).to_have_text(["标题", "麻婆豆腐"])


def test_a_pinned_search_stays_first_until_it_is_unpinned(page: Page, field: Locator) -> None:
    pin = beside(page, "固定“豆腐”")
    expect(pin).to_have_attribute("aria-pressed", "false")
    pin.click()
    expect(pin).to_have_attribute("aria-pressed", "true")
    expect(pin).to_be_focused()
    expect(rows(page, LATEST)).to_have_text(["算力"])
    open_search_page(page).click()
    expect(rows(page, PINNED)).to_have_text(["豆腐"])
    expect(page.get_by_role("option").first).to_have_text("豆腐")
    pin.click()
    expect(rows(page, PINNED)).to_have_count(0)
    expect(rows(page, LATEST)).to_have_text(["豆腐", "算力"])


def test_a_visited_page_can_be_pinned(page: Page, field: Locator) -> None:
    beside(page, "固定“麻婆豆腐”").click()
    expect(rows(page, PINNED)).to_have_text(["麻婆豆腐"])
    expect(rows(page, SEEN)).to_have_count(0)


def test_a_removed_search_is_gone_and_the_field_keeps_the_focus(page: Page, field: Locator) -> None:
    beside(page, "移除“算力”").click()
    expect(rows(page, LATEST)).to_have_text(["豆腐"])
    expect(field).to_be_focused()
    beside(page, "移除“麻婆豆腐”").click()
    expect(rows(page, SEEN)).to_have_count(0)
    assert page.evaluate("localStorage.getItem('zh-search')") == '["豆腐"]'
    assert page.evaluate("localStorage.getItem('zh-search-pages')") is None


def test_clearing_the_history_keeps_what_is_pinned(page: Page, field: Locator) -> None:
    beside(page, "固定“算力”").click()
    beside(page, "清除记录").click()
    expect(rows(page, PINNED)).to_have_text(["算力"])
    expect(rows(page, LATEST)).to_have_count(0)
    expect(rows(page, SEEN)).to_have_count(0)
    expect(rows(page, "最新文章")).to_have_count(2)


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 800)])
def test_buttons_stand_beside_their_rows_and_never_inside(
    page: Page, field: Locator, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    beside(page, "固定“豆腐”").click()
    expect(page.locator("zh-search [role=listbox] button")).to_have_count(0)
    for section, what in ((PINNED, "豆腐"), (LATEST, "算力"), (SEEN, "麻婆豆腐")):
        row = rows(page, section).filter(has_text=what).bounding_box()
        assert row
        for name in (f"固定“{what}”", f"移除“{what}”"):
            box = beside(page, name).bounding_box()
            assert box
            assert abs(box["y"] + box["height"] / 2 - row["y"] - row["height"] / 2) <= 1
            assert row["x"] < box["x"] < box["x"] + box["width"] <= row["x"] + row["width"]
            assert width > 600 or min(box["width"], box["height"]) >= 44


def test_without_storage_there_are_tags_and_newest_posts_alone(page: Page, site: Site) -> None:
    mock_start(page)
    store(page, {"zh-search": ["算力"], "zh-search-pinned": ["豆腐"]})
    open_host_page(page, site, body=search_element(site, attributes='recent="none"'))
    search_field(page).click()
    expect(rows(page, "最新文章")).to_have_count(2)
    expect(rows(page, LATEST)).to_have_count(0)
    expect(rows(page, PINNED)).to_have_count(0)
    expect(page.locator("zh-search .beside")).to_have_count(0)


@pytest.mark.parametrize(
    "stored", ["x", "{}", "null", '["算力", 1, null, {"words": "a"}, {"url": "javascript:x", "title": "t"}]']
)
def test_what_others_stored_does_no_harm(page: Page, stored: str) -> None:
    mock_start(page)
    page.add_init_script(
        f"['', '-pages', '-pinned'].forEach((end) => localStorage.setItem('zh-search' + end, {json.dumps(stored)}))"
    )
    open_search_page(page).click()
    expect(rows(page, "最新文章")).to_have_count(2)
    expect(page.locator("zh-search [href^=javascript]")).to_have_count(0)


def test_the_start_works_where_storage_is_denied(page: Page) -> None:
    mock_start(page)
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied'); } })"
    )
    open_search_page(page).click()
    expect(rows(page, "最新文章")).to_have_count(2)


def test_a_start_that_failed_is_asked_for_again(page: Page) -> None:
    mock_start(page)
    page.route(API, lambda route: route.abort(), times=1)
    field = open_search_page(page)
    field.click()
    expect(rows(page, "最新文章")).to_have_count(0)
    field.press("ArrowDown")
    expect(rows(page, "最新文章")).to_have_count(2)


def test_the_start_is_gone_once_words_are_typed(page: Page, field: Locator) -> None:
    def forever(route: Route) -> None:
        """Leave the request without an answer."""

    page.route(API, forever)
    field.press_sequentially("标")
    expect(rows(page, LATEST)).to_have_count(0)
    expect(page.locator("zh-search .beside")).to_have_count(0)
