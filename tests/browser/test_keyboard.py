"""The keyboard and the screen reader: a combobox with a listbox of links."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .reader import hits, mock_api, open_search_page, settled


@pytest.fixture
def field(page: Page) -> Locator:
    field = open_search_page(page)
    field.fill("算力")
    settled(page)
    expect(hits(page).first).to_be_visible()
    return field


def selected(page: Page) -> Locator:
    return page.locator("zh-search [role=option][aria-selected=true]")


def path_of(option: Locator) -> str:
    """The address of an option without its text fragment, which browsers hide from scripts."""
    return (option.get_attribute("href") or "?").partition("#")[0]


def test_the_field_is_a_combobox_with_a_listbox_and_a_status(page: Page, field: Locator) -> None:
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(field).to_have_attribute("aria-autocomplete", "list")
    listbox = page.get_by_role("listbox", name="搜索结果")
    expect(listbox).to_be_visible()
    assert field.get_attribute("aria-controls") == listbox.get_attribute("id")
    expect(page.locator("zh-search [role=status]")).to_have_text(re.compile(r"找到 \d+ 条结果"))


def test_arrow_keys_move_through_the_hits_and_back_to_the_field(page: Page, field: Locator) -> None:
    count = page.get_by_role("option").count()
    for number in range(count):
        field.press("ArrowDown")
        expect(selected(page)).to_have_count(1)
        expect(field).to_have_attribute("aria-activedescendant", f"option{number}")
    field.press("ArrowDown")
    expect(selected(page)).to_have_count(0)
    assert field.get_attribute("aria-activedescendant") is None
    field.press("ArrowUp")
    expect(field).to_have_attribute("aria-activedescendant", f"option{count - 1}")
    expect(field).to_be_focused()


def test_enter_opens_the_selected_hit(page: Page, field: Locator) -> None:
    field.press("ArrowDown")
    href = path_of(selected(page))
    field.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(href)))


def test_control_enter_opens_the_selected_hit_in_a_new_tab(page: Page, field: Locator) -> None:
    field.press("ArrowDown")
    href = path_of(selected(page))
    with page.context.expect_page() as opened:
        field.press("Control+Enter")
    opened.value.wait_for_url(re.compile(re.escape(href)), wait_until="commit")
    assert "/search" in page.url


def test_enter_without_a_selection_opens_the_search_page(page: Page, field: Locator) -> None:
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q="))


def test_escape_closes_the_list_and_keeps_the_query(page: Page, field: Locator) -> None:
    field.press("Escape")
    expect(hits(page).first).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("算力")
    field.press("ArrowDown")
    expect(hits(page).first).to_be_visible()


def test_a_click_elsewhere_closes_the_list(page: Page, field: Locator) -> None:
    page.mouse.click(5, 5)
    expect(hits(page).first).to_be_hidden()


def test_a_click_on_plain_text_in_the_list_leaves_it_open(page: Page) -> None:
    mock_api(page, relaxed=True)
    open_search_page(page).fill("算力")
    page.locator("zh-search .note").click()
    expect(hits(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(hits(page).first).to_be_hidden()


def test_the_tab_key_moves_through_the_filters_and_out_of_the_list(page: Page, field: Locator) -> None:
    field.press("Tab")  # the button that clears
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="相关")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="筛选")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("zh-search .facets .chip").first).to_be_focused()
    page.get_by_role("link", name="查看全部").focus()
    page.keyboard.press("Tab")
    expect(hits(page).first).to_be_hidden()


def test_no_option_contains_a_link_or_a_button(page: Page, field: Locator) -> None:
    assert page.locator("zh-search [role=option] :is(a, button, input)").count() == 0


def test_opening_a_section_of_the_current_page_closes_the_list(page: Page) -> None:
    mock_api(page, url="/search", section={"title": "内容", "anchor": "content"})
    open_search_page(page).fill("内容")
    page.locator("zh-search a.passage").click()
    expect(page).to_have_url(re.compile("#content$"))
    expect(hits(page).first).to_be_hidden()
