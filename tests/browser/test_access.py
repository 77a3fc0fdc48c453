"""Whoever reads: with a screen reader, large type, the keyboard alone; checked by axe-core where rules can tell."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from .reader import LOCALE, Site, box, canned, hits, unfold, visit
from .test_hosts import element, host


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong, shadow roots included: rule, element, remedy."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_wrong_in_any_state(
    browser: Browser, site: Site, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(
        locale=LOCALE, base_url=site.base, viewport={"width": width, "height": 900}, color_scheme=scheme,
        reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    visit(page, "/search?q=算力")
    assert violations(page) == []
    host(page, site, body=f"<main><h1>x</h1>{element(site)}</main>")
    field = box(page)
    field.fill("suanli")
    expect(page.locator("zh-search .completion").first).to_be_visible()
    assert violations(page) == []
    field.fill("野家")
    expect(hits(page).first).to_be_visible()
    unfold(page)
    page.locator("zh-search .facets .chip").first.click()
    expect(page.locator("zh-search .chosen").first).to_be_visible()
    field.press("ArrowDown")
    assert violations(page) == []
    field.fill("zzqxwv")
    expect(page.locator("zh-search .state")).to_be_visible()
    assert violations(page) == []
    page.evaluate("localStorage.setItem('zh-search', '[\"算力\", \"豆腐\"]')")
    field.fill("")
    expect(page.locator("zh-search .recent")).to_have_count(2)
    assert violations(page) == []
    context.close()


def test_the_slash_and_control_k_lead_to_the_field_and_escape_leads_back(page: Page, site: Site) -> None:
    host(page, site, body=f'<input id="own"><button id="start">x</button>{element(site)}')
    field = box(page)
    start = page.locator("#start")
    for key in ("/", "Control+k", "Meta+k"):
        start.focus()
        page.keyboard.press(key)
        expect(field).to_be_focused()
        expect(field).to_have_value("")
        field.press("Escape")
        expect(start).to_be_focused()
    own = page.locator("#own")
    own.press("/")
    expect(own).to_have_value("/")
    expect(own).to_be_focused()


def test_home_and_end_lead_to_the_first_and_last_option_once_one_is_chosen(page: Page) -> None:
    field = visit(page)
    field.fill("算力")
    expect(hits(page).first).to_be_visible()
    last = page.get_by_role("option").count() - 1
    field.press("Home")
    assert field.get_attribute("aria-activedescendant") is None  # the caret's, until then
    field.press("ArrowDown")
    field.press("End")
    expect(field).to_have_attribute("aria-activedescendant", f"option{last}")
    field.press("Home")
    expect(field).to_have_attribute("aria-activedescendant", "option0")


def test_the_keyboard_alone_finds_filters_sorts_and_opens(page: Page) -> None:
    page.goto("/search")
    box(page)
    page.keyboard.press("/")
    page.keyboard.type("deepseek")
    expect(hits(page).first).to_be_visible()
    for _ in range(5):  # the button that clears, three orders, the filters
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("zh-search .chosen")).to_have_count(1)
    expect(page.locator("zh-search .facets .chip").first).to_be_focused()
    page.keyboard.press("Shift+Tab")  # the chip that takes it off again
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    expect(box(page)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/posts/"), wait_until="commit")


def test_type_of_twice_the_size_fits(browser: Browser, site: Site) -> None:
    context = browser.new_context(locale=LOCALE, base_url=site.base, viewport={"width": 1000, "height": 900})
    page = context.new_page()
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    host(page, site, body=element(site), head="<style>html { font-size: 10px }</style>")
    box(page).fill("算力")
    unfold(page)
    title = hits(page).locator(".title").first
    assert title.evaluate("element => getComputedStyle(element).fontSize") == "32px"
    overflowing = page.locator("zh-search .panel").evaluate(
        "panel => [panel, ...panel.querySelectorAll('*')].filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth).map((e) => e.className)"
    )
    assert overflowing == []
    context.close()


@pytest.mark.parametrize("width", [320, 640])
def test_zoomed_to_twice_and_four_times_nothing_is_lost(browser: Browser, site: Site, width: int) -> None:
    context = browser.new_context(
        locale=LOCALE, base_url=site.base, viewport={"width": width, "height": width}, device_scale_factor=2
    )
    page = context.new_page()
    field = visit(page)
    field.fill("算力")
    expect(hits(page).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown = page.locator("zh-search .panel").bounding_box()
    assert shown
    assert 0 <= shown["x"] <= shown["x"] + shown["width"] <= width
    context.close()


def test_when_the_search_is_down_the_form_leads_to_another(page: Page, site: Site) -> None:
    host(page, site, body=element(site, attributes='fallback="https://find.example/?q={q}&site={host}"'))
    field = box(page)
    page.route(re.compile(re.escape(site.base)), lambda route: route.abort())
    page.route(re.compile("find.example"), lambda route: route.fulfill(body="elsewhere"))
    field.fill("算 力")
    wanted = f"https://find.example/?q=%E7%AE%97%20%E5%8A%9B&site=127.0.0.1%3A{site.other_port}"
    expect(page.get_by_role("link", name="用其他引擎搜索")).to_have_attribute("href", wanted)
    field.press("Enter")
    expect(page).to_have_url(wanted)


def test_back_online_the_search_goes_on_by_itself(page: Page) -> None:
    field = visit(page)
    page.context.set_offline(True)
    field.fill("算力")
    expect(page.locator("zh-search .state")).to_contain_text("网络已断开")
    page.context.set_offline(False)
    expect(hits(page).first).to_be_visible()


def test_the_reader_hears_how_many_there_are(page: Page) -> None:
    canned(page, total=3, relaxed=True)
    visit(page).fill("算力")
    expect(page.locator("zh-search [role=status]")).to_have_text(
        "没有内容同时包含所有词语，以下内容包含其中大部分。找到 3 条结果"
    )
