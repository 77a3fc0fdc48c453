"""Late responses: a reader who is in the panel already stays there, on the same control, in the same place."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .hosts import open_host_page, search_element
from .reader import (
    API,
    HeldRequests,
    Site,
    artificial_answer,
    asked,
    hits,
    mock_api,
    open_filters,
    open_search_page,
    search_field,
    search_for,
    settled,
    stop_clock,
)
from .starts import mock_start, store

RESULTS = [{**artificial_answer()["results"][0], "url": f"/{n}/", "title": f"第 {n} 页"} for n in range(10)]
FACETS = {
    "tag": [{"value": "qq", "count": 3}, {"value": "AI", "count": 2}],
    "category": [{"value": "新闻", "count": 2}],
    "lang": [{"value": "zh-CN", "count": 2}, {"value": "en", "count": 1}],
    "year": [{"value": "2025", "count": 2}],
    "month": [],
}
ANSWER = artificial_answer(total=30, results=RESULTS, facets=FACETS, suggestion="算力", relaxed=True)


@pytest.fixture
def field(page: Page) -> Locator:
    """The field of a search that shows every kind of control."""
    mock_api(page, **ANSWER)
    open_search_page(page)
    field = search_for(page, "suanl")
    open_filters(page)
    return field


def control(page: Page, name: str) -> Locator:
    return page.locator("zh-search .panel :is(button, .all)").filter(has_text=re.compile(name))


def test_the_focus_stays_on_the_control_when_a_late_response_arrives(page: Page, field: Locator) -> None:
    late = HeldRequests(page)
    for name in (
        "相关",
        "最新",
        "最早",
        "筛选",
        "^qq",
        "^AI",
        "新闻",
        "2025",
        "英",
        "算力",
        "更多结果",
        "查看全部",
    ):
        field.press("i")
        request = late.next()
        focused = control(page, name)
        focused.focus()
        request.fulfill(json={**ANSWER, "query": name})
        settled(page)
        expect(focused).to_be_focused()


def test_the_focus_stays_on_a_chosen_filter_when_a_late_response_arrives(page: Page, field: Locator) -> None:
    control(page, "^qq").click()
    settled(page)
    late = HeldRequests(page)
    field.press("i")
    request = late.next()
    page.locator("zh-search .chosen").focus()
    request.fulfill(json=ANSWER)
    settled(page)
    expect(page.locator("zh-search .chosen")).to_be_focused()


@pytest.mark.parametrize("name", ["重试", "用其他引擎搜索"])
def test_the_focus_stays_below_a_message_when_another_response_fails(page: Page, name: str) -> None:
    open_search_page(page)
    page.route(API, lambda route: route.fulfill(status=503, body=""))
    field = search_for(page, "suanl")
    late = HeldRequests(page)
    field.press("i")
    request = late.next()
    offered = page.locator("zh-search .state").get_by_text(name)
    offered.focus()
    request.fulfill(status=503, body="")
    settled(page)
    expect(offered).to_be_focused()


@pytest.mark.parametrize("counts", [0, 1])
def test_a_pressed_filter_stays_in_its_place_whatever_the_late_response_counts(
    page: Page, field: Locator, counts: int
) -> None:
    """With the hits of the whole query the filter is not among the ten most frequent any more, or has no hits."""
    many = [{"value": f"t{n}", "count": 9} for n in range(12)]
    tags = [*many, {"value": "AI", "count": counts}]
    late = HeldRequests(page)
    chip = page.locator("zh-search .facets .chip", has_text="AI")
    chip.focus()
    page.keyboard.press("Space")
    late.next().fulfill(json={**ANSWER, "facets": {**FACETS, "tag": tags}})
    settled(page)
    expect(chip).to_be_focused()
    expect(chip).to_have_attribute("aria-pressed", "true")


def test_the_focus_moves_from_a_filter_that_is_gone_to_the_chip_that_removes_it(
    page: Page, field: Locator
) -> None:
    late = HeldRequests(page)
    control(page, "^AI").focus()
    page.keyboard.press("Space")
    late.next().fulfill(json=artificial_answer(total=0, results=[]))
    settled(page)
    expect(page.locator("zh-search .chosen")).to_be_focused()


def test_the_selected_hit_stays_selected_when_a_late_response_has_it_too(page: Page, field: Locator) -> None:
    late = HeldRequests(page)
    field.press("i")
    request = late.next()
    for _ in range(3):
        field.press("ArrowDown")
    request.fulfill(json={**ANSWER, "results": [RESULTS[5], RESULTS[2], RESULTS[0]]})
    settled(page)
    expect(page.locator("zh-search [aria-selected=true]")).to_contain_text("第 2 页")
    expect(field).to_have_attribute("aria-activedescendant", "option1")
    expect(field).to_be_focused()


@pytest.mark.parametrize("key", ["i", "ArrowLeft", "ArrowRight"])
def test_enter_after_another_letter_or_a_move_of_the_caret_opens_no_hit_selected_before(
    page: Page, field: Locator, key: str
) -> None:
    field.press("ArrowDown")
    HeldRequests(page)
    field.press(key)
    assert field.get_attribute("aria-activedescendant") is None
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q="))  # not /0/


def test_no_earlier_search_can_be_chosen_while_the_first_answer_is_awaited(page: Page, site: Site) -> None:
    store(page, {"zh-search": ["豆腐"]})
    mock_start(page)
    open_host_page(page, site, body=search_element(site))
    field = search_field(page)
    field.click()
    expect(page.locator("zh-search .recent")).to_have_text(["豆腐"])
    late = HeldRequests(page)
    field.press("x")
    expect(page.get_by_role("option")).to_have_count(0)
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") is None
    late.next().fulfill(json=ANSWER)
    expect(page.locator("zh-search [aria-selected=true]")).to_contain_text("第 0 页")


def resting_scroll(page: Page) -> int:
    """How far the panel is scrolled, as soon as that does not change any more."""
    scrolled: int = page.locator("zh-search .panel").evaluate(
        """panel => new Promise(resolve => {
          let last = -1, frames = 0;
          const look = () => {
            frames = panel.scrollTop === last ? frames + 1 : 0;
            last = panel.scrollTop;
            if (frames > 5) resolve(last); else requestAnimationFrame(look);
          };
          look();
        })"""
    )
    return scrolled


def test_the_panel_stays_scrolled_when_a_late_response_arrives(page: Page, field: Locator) -> None:
    page.set_viewport_size({"width": 1280, "height": 560})
    late = HeldRequests(page)
    field.press("i")
    request = late.next()
    control(page, "更多结果").focus()
    before = resting_scroll(page)
    assert before > 0
    request.fulfill(json=ANSWER)
    settled(page)
    assert resting_scroll(page) == before


def test_a_new_query_shows_its_hits_from_the_first(page: Page, field: Locator) -> None:
    page.set_viewport_size({"width": 1280, "height": 560})
    panel = page.locator("zh-search .panel")
    panel.evaluate("panel => panel.scrollTo(0, 200)")
    field.press("i")
    settled(page)
    assert panel.evaluate("panel => panel.scrollTop") == 0


def test_the_button_for_more_results_keeps_the_focus_while_they_are_fetched(
    page: Page, field: Locator
) -> None:
    late = HeldRequests(page)
    more = control(page, "更多结果")
    more.focus()
    page.keyboard.press("Enter")
    request = late.next()
    page.keyboard.press("Enter")  # no second request
    expect(more).to_be_focused()
    request.fulfill(json=ANSWER)
    settled(page)
    expect(hits(page)).to_have_count(20)
    expect(more).to_be_focused()


def test_more_results_that_failed_leave_the_hits_and_can_be_fetched_again(page: Page, field: Locator) -> None:
    late = HeldRequests(page)
    more = control(page, "更多结果")
    more.click()
    late.next().fulfill(status=503, json={})
    retry = control(page, "重试")
    expect(retry).to_be_focused()
    expect(hits(page)).to_have_count(10)
    retry.click()
    late.next().fulfill(json=ANSWER)
    expect(hits(page)).to_have_count(20)


def test_more_results_do_not_take_the_focus_from_a_reader_who_has_left(page: Page, field: Locator) -> None:
    late = HeldRequests(page)
    control(page, "更多结果").click()
    request = late.next()
    link = page.get_by_role("link", name="站内搜索", exact=True)
    link.focus()
    expect(page.locator("zh-search .panel")).to_be_hidden()
    with page.expect_event("requestfinished"):
        request.fulfill(json={**ANSWER, "results": RESULTS[:1]})
    expect(page.locator("zh-search .hit")).to_have_count(11)
    expect(link).to_be_focused()


def test_the_panel_stays_busy_when_the_hits_of_a_shorter_word_come_between_the_keys(
    page: Page, field: Locator
) -> None:
    panel = page.locator("zh-search .panel")
    late = HeldRequests(page)
    field.press("i")
    request = late.next()
    stop_clock(page)
    field.press("i")
    request.fulfill(json={**ANSWER, "results": RESULTS[:1]})
    expect(page.locator("zh-search .hit")).to_have_count(1)
    expect(panel).to_have_attribute("aria-busy", "true")
    page.clock.fast_forward(1_000)
    late.next().fulfill(json=ANSWER)
    expect(panel).not_to_have_attribute("aria-busy", "true")


def test_what_is_typed_while_hits_in_the_own_language_arrive_is_searched_as_well(
    page: Page, site: Site
) -> None:
    open_host_page(page, site, body=search_element(site))
    late = HeldRequests(page)
    field = search_field(page)
    field.fill("容")
    request = late.next()
    stop_clock(page)
    field.press_sequentially("器")
    request.fulfill(json={**ANSWER, "results": RESULTS[:1], "language": "zh-CN"})
    expect(page.locator("zh-search .hit")).to_have_count(1)
    page.clock.fast_forward(1_000)
    request = late.next()
    assert asked(request) == ["容器"]
    request.fulfill(json={**ANSWER, "language": "zh-CN"})
    expect(page.locator("zh-search .hit")).to_have_count(10)


def test_the_panel_is_busy_from_the_first_key_to_the_hits(page: Page, field: Locator) -> None:
    panel = page.locator("zh-search .panel")
    late = HeldRequests(page)
    assert panel.get_attribute("aria-busy") is None
    busy_at_once = field.evaluate(
        """(input) => {
          input.value += "i";
          input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, data: "i" }));
          return input.getRootNode().querySelector(".panel").ariaBusy;
        }"""
    )
    assert busy_at_once == "true"
    request = late.next()
    expect(panel).to_have_attribute("aria-busy", "true")
    field.press("Escape")
    expect(panel).not_to_have_attribute("aria-busy", "true")
    field.press("ArrowDown")
    expect(panel).to_have_attribute("aria-busy", "true")
    late.next().fulfill(json=ANSWER)
    expect(panel).not_to_have_attribute("aria-busy", "true")
    request.abort()
