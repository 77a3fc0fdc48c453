"""Accessibility: screen readers, large type, the keyboard alone; checked by axe-core as far as its rules reach."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from .hosts import open_host_page, search_element
from .reader import (
    API,
    LOCALE,
    Site,
    hits,
    mock_api,
    open_filters,
    open_search_page,
    search_field,
    search_for,
    settled,
)
from .starts import store

BOTH_SCHEMES = "<style>html { color-scheme: light dark; background: Canvas; color: CanvasText }</style>"

FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"  # the box follows the page


def violations(page: Page) -> list[str]:
    """Return axe-core's violations, shadow roots included, and those of contrast in the dark: rule, element, remedy."""
    found = []
    for scheme, options in (("dark", {"runOnly": ["color-contrast"]}), ("light", {})):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate(FRAMES)
        rules = Axe().run(page, options=options).response["violations"]
        found += [
            f"{scheme} {rule['id']}: {node['target']}: {node['failureSummary']}"
            for rule in rules
            for node in rule["nodes"]
        ]
    return found


@pytest.mark.parametrize(
    ("attributes", "width"), [("", 1280), ('mode="modal"', 1280), ("", 390)], ids=["list", "dialog", "sheet"]
)
def test_axe_finds_nothing_wrong_in_any_state(
    browser: Browser, site: Site, attributes: str, width: int
) -> None:
    context = browser.new_context(
        locale=LOCALE, viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )
    page = context.new_page()
    store(page, {"zh-search": ["算力", "豆腐"], "zh-search-pinned": ["麻辣"]})
    element = search_element(site, attributes=attributes)
    open_host_page(page, site, head=BOTH_SCHEMES, body=f"<main><h1>x</h1>{element}</main>")
    expect(page.locator("zh-search form, zh-search .trigger").last).to_be_attached()
    assert violations(page) == []
    page.keyboard.press("Control+k")
    expect(page.get_by_role("group", name="最新文章")).to_be_visible()
    assert violations(page) == []
    search_for(page, "rongq")
    assert violations(page) == []
    field = search_for(page, "野家")
    open_filters(page)
    page.locator("zh-search .facets .chip").first.click()
    expect(page.locator("zh-search .chosen").first).to_be_visible()
    assert violations(page) == []
    search_for(page, "zzqxwv")
    expect(page.locator("zh-search .state")).to_be_visible()
    assert violations(page) == []
    page.route(API, lambda route: route.fulfill(status=503, json={}))
    field.fill("豆腐")
    expect(page.get_by_role("button", name="重试")).to_be_visible()
    expect(page.locator("zh-search [role=status]")).to_have_text(re.compile("^搜索服务正忙 [^重]+$"))
    assert violations(page) == []
    context.close()


def test_slash_and_control_k_focus_the_field_and_a_second_escape_returns_the_focus(
    page: Page, site: Site
) -> None:
    open_host_page(page, site, body=f'<input id="own"><button id="start">x</button>{search_element(site)}')
    field = search_field(page)
    start = page.locator("#start")
    for key in ("/", "Control+k", "Meta+k"):
        start.focus()
        page.keyboard.press(key)
        expect(field).to_be_focused()
        expect(field).to_have_value("")
        expect(page.get_by_role("listbox")).to_be_visible()
        field.press("Escape")  # closes what the empty field offers
        field.press("Escape")
        expect(start).to_be_focused()
    own = page.locator("#own")
    own.press("/")
    expect(own).to_have_value("/")
    expect(own).to_be_focused()


def test_home_and_end_move_to_the_first_and_last_option_once_one_is_selected(page: Page) -> None:
    field = open_search_page(page)
    field.fill("算力")
    settled(page)
    expect(hits(page).first).to_be_visible()
    last = page.get_by_role("option").count() - 1
    field.press("Home")
    assert field.get_attribute("aria-activedescendant") is None  # until then, Home moves the caret
    field.press("ArrowDown")
    field.press("End")
    expect(field).to_have_attribute("aria-activedescendant", f"option{last}")
    field.press("Home")
    expect(field).to_have_attribute("aria-activedescendant", "option0")


def test_the_keyboard_alone_finds_filters_sorts_and_opens(page: Page) -> None:
    page.goto("/search")
    search_field(page)
    page.keyboard.press("/")
    page.keyboard.type("deepseek")
    settled(page)  # the chips of an earlier prefix are others
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
    expect(search_field(page)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/posts/"), wait_until="commit")


def test_text_at_twice_the_font_size_fits_into_the_list(browser: Browser, site: Site) -> None:
    context = browser.new_context(locale=LOCALE, base_url=site.base, viewport={"width": 1000, "height": 900})
    page = context.new_page()
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    open_host_page(page, site, body=search_element(site), head="<style>html { font-size: 10px }</style>")
    search_field(page).fill("算力")
    open_filters(page)
    title = hits(page).locator(".title").first
    assert title.evaluate("element => getComputedStyle(element).fontSize") == "32px"
    overflowing = page.locator("zh-search .panel").evaluate(
        "panel => [panel, ...panel.querySelectorAll('*')].filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth).map((e) => e.className)"
    )
    assert overflowing == []
    context.close()


@pytest.mark.parametrize("width", [320, 640])
def test_a_page_zoomed_to_200_and_400_percent_does_not_overflow(
    browser: Browser, site: Site, width: int
) -> None:
    context = browser.new_context(
        locale=LOCALE, base_url=site.base, viewport={"width": width, "height": width}, device_scale_factor=2
    )
    page = context.new_page()
    open_search_page(page).click()
    search_for(page, "算力")
    expect(hits(page).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown = page.locator("zh-search .panel").bounding_box()
    assert shown
    assert 0 <= shown["x"] <= shown["x"] + shown["width"] <= width
    context.close()


def test_when_the_search_is_down_the_form_leads_to_the_fallback_engine(page: Page, site: Site) -> None:
    open_host_page(
        page, site, body=search_element(site, attributes='fallback="https://find.example/?q={q}&site={host}"')
    )
    field = search_field(page)
    page.route(re.compile(rf"{re.escape(site.base)}/(api|healthz)"), lambda route: route.abort())
    page.route(re.compile("find.example"), lambda route: route.fulfill(body="elsewhere"))
    field.fill("算 力")
    href = f"https://find.example/?q=%E7%AE%97%20%E5%8A%9B&site=127.0.0.1%3A{site.other_port}"
    expect(page.get_by_role("link", name="用其他引擎搜索")).to_have_attribute("href", href)
    field.press("Enter")
    expect(page).to_have_url(href)


def test_a_screen_reader_announces_the_number_of_hits(page: Page) -> None:
    mock_api(page, total=3, relaxed=True)
    open_search_page(page).fill("算力")
    expect(page.locator("zh-search [role=status]")).to_have_text("以下内容不一定包含所有词语。 找到 3 条结果")


def test_other_versions_of_a_page_are_links_under_the_hit(page: Page) -> None:
    versions = [
        {"url": "/docs/16/a/", "title": "标题", "label": "16"},
        {"url": "/docs/old/", "title": "标题 旧", "label": None},
    ]
    mock_api(page, versions=versions, version_count=2)
    open_search_page(page).fill("x")
    expect(hits(page).first).to_contain_text("另有 2 个版本")
    links = hits(page).first.locator(".versions [role=option]")
    expect(links).to_have_text(["16", "标题 旧"])
    expect(links.first).to_have_attribute("href", "/docs/16/a/")
    assert violations(page) == []
