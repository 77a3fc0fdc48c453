"""Filters: chips above the hits narrow them, and the form keeps the selection."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .reader import SearchRequests, Site, hits, open_filters, open_search_page, settled

QUERY = "的"


def chip(page: Page, name: str, label: str) -> Locator:
    return page.get_by_role("group", name=name).get_by_role(
        "button", name=re.compile(rf"^{re.escape(label)}\s*\d*$")
    )


def press_chip(page: Page, name: str, label: str) -> Locator:
    """Press a chip that is not selected, and return it once it is."""
    button = chip(page, name, label)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    return button


@pytest.fixture
def facets(page: Page, site: Site) -> dict[str, list[dict[str, object]]]:
    """The facets of a search with many hits, shown above its hits."""
    open_search_page(page).fill(QUERY)
    settled(page)
    expect(hits(page).first).to_be_visible()
    open_filters(page)
    facets: dict[str, list[dict[str, object]]] = site.api(q=QUERY)["facets"]
    return facets


def test_tags_categories_and_years_are_shown_above_the_hits_with_their_counts(
    page: Page, facets: dict[str, list[dict[str, object]]]
) -> None:
    for facet in facets["tag"][:10]:
        expect(chip(page, "标签", str(facet["value"])).locator(".count")).to_have_text(str(facet["count"]))
    for facet in facets["category"][:10]:
        expect(chip(page, "分类", str(facet["value"])).locator(".count")).to_have_text(str(facet["count"]))
    years = page.get_by_role("group", name="年份").locator(".chip").all_inner_texts()
    assert [year[:4] for year in years] == sorted(
        (str(facet["value"]) for facet in facets["year"]), reverse=True
    )[:10]


def test_a_tag_filters_the_hits_and_can_be_removed(
    page: Page, site: Site, facets: dict[str, list[dict[str, object]]]
) -> None:
    tag = str(facets["tag"][0]["value"])
    button = press_chip(page, "标签", tag)
    expect(button).to_be_focused()
    total = site.api(q=QUERY, tag=tag)["total"]
    expect(page.locator("zh-search [role=status]")).to_contain_text(f"找到 {total} 条结果")
    for shown in hits(page).all():
        assert tag in shown.locator(".tag").all_inner_texts()
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.locator("zh-search [role=status]")).to_contain_text(
        f"找到 {site.api(q=QUERY)['total']} 条结果"
    )


def test_several_tags_can_be_selected_at_once(page: Page, facets: dict[str, list[dict[str, object]]]) -> None:
    requests = SearchRequests(page)
    for facet in facets["tag"][:2]:
        press_chip(page, "标签", str(facet["value"]))
    assert requests.urls[-1].count("tag=") == 2


def test_a_selected_year_replaces_the_one_before(
    page: Page, facets: dict[str, list[dict[str, object]]]
) -> None:
    requests = SearchRequests(page)
    for facet in facets["year"][:2]:
        press_chip(page, "年份", str(facet["value"]))
        for day in hits(page).locator("time").all_inner_texts():
            assert day.startswith(str(facet["value"]))
    assert requests.urls[-1].count("from=") == requests.urls[-1].count("to=") == 1


def test_enter_opens_the_search_page_with_the_same_filters(
    page: Page, site: Site, facets: dict[str, list[dict[str, object]]]
) -> None:
    tag = str(facets["tag"][0]["value"])
    press_chip(page, "标签", tag)
    page.get_by_role("combobox").press("Enter")
    expect(page.locator(".total")).to_contain_text(str(site.api(q=QUERY, tag=tag)["total"]))
    expect(page.locator("main .chip.chosen")).to_have_text([tag])


def test_the_field_of_the_search_page_uses_the_filters_of_the_page(
    page: Page, facets: dict[str, list[dict[str, object]]]
) -> None:
    category = str(facets["category"][0]["value"])
    field = open_search_page(page, f"/search?q=&category={category}&from=2020-01")
    requests = SearchRequests(page)
    field.fill(QUERY)
    expect(page.locator("zh-search .chosen")).to_have_text([category, "≥ 2020-01"])
    assert "category=" in requests.urls[0]
    page.get_by_role("button", name=f"移除“{category}”").click()
    expect(page.locator("zh-search .chosen")).to_have_text(["≥ 2020-01"])


def test_filters_without_hits_are_removed_with_one_press(
    page: Page, facets: dict[str, list[dict[str, object]]]
) -> None:
    field = open_search_page(page, "/search?from=1990&to=1991")
    field.fill(QUERY)
    page.get_by_role("button", name="清除筛选条件").click()
    expect(hits(page).first).to_be_visible()
    expect(field).to_be_focused()
