"""Filters: chips above the hits narrow them, and the form keeps what was chosen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .reader import Asked, Site, hits, unfold, visit

QUERY = "的"


def chip(page: Page, name: str, label: str) -> Locator:
    return page.get_by_role("group", name=name).get_by_role(
        "button", name=re.compile(rf"^{re.escape(label)}\s*\d*$")
    )


@pytest.fixture
def answer(page: Page, site: Site) -> dict[str, list[dict[str, object]]]:
    """Facets of a search with many hits, already on the screen."""
    visit(page).fill(QUERY)
    expect(hits(page).first).to_be_visible()
    unfold(page)
    facets: dict[str, list[dict[str, object]]] = site.api(q=QUERY)["facets"]
    return facets


def test_tags_categories_and_years_stand_above_the_hits_with_their_counts(
    page: Page, answer: dict[str, list[dict[str, object]]]
) -> None:
    for facet in answer["tag"][:10]:
        expect(chip(page, "标签", str(facet["value"])).locator(".count")).to_have_text(str(facet["count"]))
    for facet in answer["category"][:10]:
        expect(chip(page, "分类", str(facet["value"])).locator(".count")).to_have_text(str(facet["count"]))
    years = page.get_by_role("group", name="年份").locator(".chip").all_inner_texts()
    assert [year[:4] for year in years] == sorted(
        (str(facet["value"]) for facet in answer["year"]), reverse=True
    )[:10]


def test_a_tag_narrows_and_comes_off_again(
    page: Page, site: Site, answer: dict[str, list[dict[str, object]]]
) -> None:
    tag = str(answer["tag"][0]["value"])
    button = chip(page, "标签", tag)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
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


def test_several_tags_may_be_chosen_at_once(page: Page, answer: dict[str, list[dict[str, object]]]) -> None:
    asked = Asked(page)
    for facet in answer["tag"][:2]:
        button = chip(page, "标签", str(facet["value"]))
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
    assert asked.urls[-1].count("tag=") == 2


def test_one_year_takes_the_place_of_another(page: Page, answer: dict[str, list[dict[str, object]]]) -> None:
    asked = Asked(page)
    for facet in answer["year"][:2]:
        button = chip(page, "年份", str(facet["value"]))
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        for day in hits(page).locator("time").all_inner_texts():
            assert day.startswith(str(facet["value"]))
    assert asked.urls[-1].count("from=") == asked.urls[-1].count("to=") == 1


def test_enter_takes_the_filters_to_the_search_page(
    page: Page, site: Site, answer: dict[str, list[dict[str, object]]]
) -> None:
    tag = str(answer["tag"][0]["value"])
    button = chip(page, "标签", tag)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.get_by_role("combobox").press("Enter")
    expect(page.locator(".total")).to_contain_text(str(site.api(q=QUERY, tag=tag)["total"]))
    expect(page.locator("main .chip.chosen")).to_have_text([tag])


def test_the_filters_of_the_search_page_are_those_of_its_field(
    page: Page, answer: dict[str, list[dict[str, object]]]
) -> None:
    category = str(answer["category"][0]["value"])
    field = visit(page, f"/search?q=&category={category}&from=2020-01")
    asked = Asked(page)
    field.fill(QUERY)
    expect(page.locator("zh-search .chosen")).to_have_text([category, "≥ 2020-01"])
    assert "category=" in asked.urls[0]
    page.get_by_role("button", name=f"移除“{category}”").click()
    expect(page.locator("zh-search .chosen")).to_have_text(["≥ 2020-01"])


def test_filters_that_leave_nothing_come_off_in_one_press(
    page: Page, answer: dict[str, list[dict[str, object]]]
) -> None:
    field = visit(page, "/search?from=1990&to=1991")
    field.fill(QUERY)
    page.get_by_role("button", name="清除筛选条件").click()
    expect(hits(page).first).to_be_visible()
    expect(field).to_be_focused()
