"""How a query was read: chips on the search page and in the box, which take an exclusion or a field back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .reader import Site, hits, open_search_page

EXCLUDING = "算力 -芯片"


@pytest.mark.parametrize(
    ("query", "chip", "undone"),
    [
        (EXCLUDING, "不含：芯片", "算力"),
        ("算力 NOT “芯片”", "不含：芯片", "算力"),
        ("标题：算力 的", "标题：算力", "算力 的"),
        ("算力 -标签:<b>", "不含：标签：<b>", "算力"),
    ],
)
def test_a_link_on_the_search_page_undoes_an_order(
    page: Page, site: Site, query: str, chip: str, undone: str
) -> None:
    page.goto(f"{site.base}/search?q={query}")
    link = page.locator("nav.chips").get_by_role("link", name=f"移除“{chip}”")
    expect(link).to_have_text(chip)
    link.click()
    expect(page.get_by_role("searchbox").or_(page.get_by_role("combobox"))).to_have_value(undone)
    expect(page.locator(".total")).to_have_text(f"共 {site.api(q=undone)['total']} 条结果")


def test_the_search_page_has_no_chip_for_a_sign_in_the_text_sought(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/search?q=docker run -it --rm")
    expect(page.locator(".total")).to_be_visible()
    expect(page.locator("nav.chips")).to_have_count(0)


def test_a_button_in_the_box_undoes_an_order(page: Page, site: Site) -> None:
    field = open_search_page(page)
    field.fill(f"{EXCLUDING} title:算力")
    chips = page.get_by_role("group", name="已选条件")
    expect(chips.get_by_role("button", name="移除“title:算力”")).to_have_text("title:算力")
    button = chips.get_by_role("button", name="移除“不含：芯片”")
    expect(button).to_have_text("不含：芯片")
    button.click()
    expect(field).to_have_value("算力 title:算力")
    expect(field).to_be_focused()
    expect(page.locator("zh-search [role=status]")).to_contain_text(
        f"找到 {site.api(q='算力 title:算力')['total']} 条结果"
    )
    chips.get_by_role("button", name="移除“title:算力”").click()
    expect(field).to_have_value("算力 算力")
    expect(chips).to_be_hidden()
    expect(hits(page).first).to_be_visible()
