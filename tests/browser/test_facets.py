"""Filters: chips above the hits narrow them, and the form keeps the selection."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .reader import (
    SearchRequests,
    Site,
    artificial_answer,
    hits,
    mock_api,
    open_filters,
    open_search_page,
    search_for,
    settled,
)

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
    answer = site.api(q=QUERY, tag=tag)
    expect(page.locator("zh-search [role=status]")).to_contain_text(f"找到 {answer['total']} 条结果")
    expect(hits(page).locator(".title")).to_have_text([hit["title"] for hit in answer["results"]])
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
    expect(page.locator("main .total")).to_contain_text(str(site.api(q=QUERY, tag=tag)["total"]))
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


def many_tags(page: Page, first: str = "标签0") -> Locator:
    """Open the filters of an answer with 22 tags, and return the group of tags."""
    tags = [first, *(f"标签{number}" for number in range(1, 22))]
    facets = artificial_answer()["facets"]
    facets["tag"] = [{"value": tag, "count": 30 - place, "selected": False} for place, tag in enumerate(tags)]
    mock_api(page, facets=facets)
    open_search_page(page)
    search_for(page, QUERY)
    open_filters(page)
    return page.get_by_role("group", name="标签", exact=True)


def test_a_facet_of_many_values_unfolds_and_folds_again(page: Page) -> None:
    tags = many_tags(page)
    expect(tags.locator(".chip")).to_have_count(10)
    tags.get_by_role("button", name="还有 12 个").click()
    expect(tags.locator(".chip")).to_have_count(22)
    fewer = tags.get_by_role("button", name="收起")
    expect(fewer).to_be_focused()
    expect(fewer).to_have_attribute("aria-expanded", "true")
    search_for(page, "别的")
    expect(tags.locator(".chip")).to_have_count(22)  # as the reader left it
    fewer.press("Enter")
    expect(tags.locator(".chip")).to_have_count(10)
    expect(tags.get_by_role("button", name="还有 12 个")).to_be_focused()


def test_a_chosen_value_is_shown_while_its_facet_is_folded(page: Page) -> None:
    tags = many_tags(page)
    tags.get_by_role("button", name="还有 12 个").click()
    press_chip(page, "标签", "标签20")
    expect(chip(page, "标签", "标签20")).to_be_focused()
    tags.get_by_role("button", name="收起").click()
    expect(tags.locator(".chip")).to_have_count(11)
    expect(tags.get_by_role("button", name="还有 11 个")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_long_value_is_cut_and_told_in_full(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    long = "长三角算力网络一体化调度平台" * 4
    tags = many_tags(page, long)
    shown = tags.get_by_role("button", name=long)
    expect(shown).to_have_attribute("title", long)
    box = shown.bounding_box()
    assert box
    assert box["width"] < 300
    assert box["height"] < 50


def test_chips_scroll_sideways_on_phones(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    tags = many_tags(page)
    width, all_of_it = tags.evaluate("group => [group.clientWidth, group.scrollWidth]")
    assert all_of_it > width
    tops = {box["y"] for shown in tags.locator(".chip").all() if (box := shown.bounding_box())}
    assert len(tops) == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
