"""What a reader does between a question and its answer: closes, leaves, types on, presses a control twice."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from .hosts import open_host_page, search_element
from .reader import (
    API,
    HeldRequests,
    Site,
    artificial_answer,
    asked,
    hits,
    open_filters,
    parameters,
    round_trip,
    search_field,
    search_for,
    settled,
    stop_clock,
    wait_until,
)
from .starts import mock_start, store

RESULTS = [{**artificial_answer()["results"][0], "url": f"/{n}/", "title": f"第 {n} 页"} for n in range(10)]
BOX = re.compile(r"/box\.js")
OTHER = '<p style="margin-top: 600px">text</p><input id="other" aria-label="other">'


def answer(**changes: object) -> dict[str, Any]:
    return artificial_answer(**{"results": RESULTS, "total": 30, "language": "zh-CN", **changes})


def panel(page: Page) -> Locator:
    return page.locator("zh-search .panel")


def with_hits(page: Page, site: Site, words: str = "容") -> Locator:
    """Return the field of a page of a site that shows hits for the words."""
    page.route(API, lambda route: route.fulfill(json=answer()))
    open_host_page(page, site, body=search_element(site) + OTHER)
    field = search_for(page, words)
    expect(hits(page)).to_have_count(10)
    return field


def test_the_words_typed_just_before_the_list_was_closed_are_searched_at_the_next_visit(
    page: Page, site: Site
) -> None:
    field = with_hits(page, site)
    late = HeldRequests(page)
    stop_clock(page)
    field.press_sequentially("器")
    field.press("Escape")
    expect(panel(page)).to_be_hidden()
    page.clock.resume()
    field.click()
    assert asked(late.next()) == ["容器"]


def test_no_hits_are_shown_for_a_field_that_was_emptied_just_before_the_list_was_closed(
    page: Page, site: Site
) -> None:
    field = with_hits(page, site)
    mock_start(page)
    stop_clock(page)
    field.press("Backspace")
    field.press("Escape")
    page.clock.resume()
    field.click()
    expect(page.locator("zh-search .newest")).to_be_visible()
    expect(hits(page)).to_have_count(0)


def test_a_list_closed_before_the_newest_posts_arrive_stays_closed(page: Page, site: Site) -> None:
    store(page, {"zh-search": ["豆腐"]})
    late = HeldRequests(page)
    open_host_page(page, site, body=search_element(site))
    field = search_field(page)
    field.click()
    expect(page.locator("zh-search .recent")).to_have_text(["豆腐"])
    request = late.next()
    field.press("Escape")
    expect(panel(page)).to_be_hidden()
    request.fulfill(json=artificial_answer(query="", results=RESULTS))
    round_trip(page)
    expect(panel(page)).to_be_hidden()
    field.press("ArrowDown")
    expect(page.locator("zh-search .newest")).to_be_visible()


def test_a_list_without_hits_closed_before_the_newest_posts_arrive_stays_closed(
    page: Page, site: Site
) -> None:
    late = HeldRequests(page)
    open_host_page(page, site, body=search_element(site))
    field = search_field(page)
    field.fill("容")
    late.next().fulfill(json=answer(total=0, results=[]))
    start = late.next()
    expect(page.locator("zh-search .state")).to_be_visible()
    field.press("Escape")
    start.fulfill(json=artificial_answer(query="", results=RESULTS))
    round_trip(page)
    expect(panel(page)).to_be_hidden()
    field.press("ArrowDown")
    expect(page.locator("zh-search .newest")).to_be_visible()


def test_enter_right_after_a_key_opens_no_hit_of_the_shorter_word(page: Page, site: Site) -> None:
    open_host_page(page, site, body=search_element(site))
    late = HeldRequests(page)
    field = search_field(page)
    field.fill("容")
    request = late.next()
    stop_clock(page)
    field.press_sequentially("器")
    request.fulfill(json=answer())
    expect(hits(page)).to_have_count(10)
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=%E5%AE%B9%E5%99%A8"))


def test_enter_right_after_a_suggestion_was_taken_opens_no_hit_of_the_words_before(
    page: Page, site: Site
) -> None:
    page.route(API, lambda route: route.fulfill(json=answer(suggestion="算力")))
    open_host_page(page, site, body=search_element(site))
    field = search_for(page, "suanl")
    late = HeldRequests(page)
    page.locator("zh-search .note button").click()
    late.next()
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=%E7%AE%97%E5%8A%9B"))


def years(page: Page) -> Locator:
    return page.locator("zh-search .facets .chip", has_text=re.compile("^20"))


@pytest.fixture
def with_years(page: Page, site: Site) -> Locator:
    facets = {
        **artificial_answer()["facets"],
        "year": [{"value": "2025", "count": 2}, {"value": "2024", "count": 1}],
    }
    page.route(API, lambda route: route.fulfill(json=answer(facets=facets)))
    open_host_page(page, site, body=search_element(site))
    field = search_for(page, "容")
    open_filters(page)
    return field


def test_a_second_year_replaces_the_first_before_its_hits_have_come(page: Page, with_years: Locator) -> None:
    late = HeldRequests(page)
    years(page).nth(0).click()
    late.next()
    years(page).nth(1).click()
    sent = parameters(late.next())
    assert (sent["from"], sent["to"]) == (["2024"], ["2024"])


def test_a_year_pressed_again_before_its_hits_have_come_is_chosen_no_more(
    page: Page, with_years: Locator
) -> None:
    late = HeldRequests(page)
    years(page).nth(0).click()
    late.next()
    years(page).nth(0).click()
    settled(page)
    expect(page.locator("zh-search form [name=from]")).to_have_count(0)


def test_more_results_pressed_while_other_hits_are_awaited_does_no_harm(page: Page, site: Site) -> None:
    field = with_hits(page, site)
    late = HeldRequests(page)
    field.press_sequentially("器")
    request = late.next()
    page.locator("zh-search .more").click()
    request.fulfill(json=answer())
    settled(page)
    expect(hits(page)).to_have_count(10)


def test_the_panel_stays_busy_when_more_results_come_between_the_keys(page: Page, site: Site) -> None:
    field = with_hits(page, site)
    late = HeldRequests(page)
    page.locator("zh-search .more").click()
    request = late.next()
    stop_clock(page)
    field.press_sequentially("器")
    request.fulfill(json=answer())
    expect(hits(page)).to_have_count(20)
    expect(panel(page)).to_have_attribute("aria-busy", "true")


def test_more_results_pressed_again_after_another_search_come_once(page: Page, site: Site) -> None:
    field = with_hits(page, site)
    late = HeldRequests(page)
    page.locator("zh-search .more").click()
    first = late.next()
    field.fill("器")
    late.next().fulfill(json=answer(total=1, results=RESULTS[:1]))
    expect(hits(page)).to_have_count(1)
    field.fill("容")
    expect(hits(page)).to_have_count(10)
    page.locator("zh-search .more").click()
    second = late.next()
    first.fulfill(json=answer(page=2))
    second.fulfill(json=answer(page=2))
    settled(page)
    round_trip(page)
    expect(hits(page)).to_have_count(20)


def test_an_address_with_a_search_does_not_replace_what_was_typed_before_the_box_came(
    page: Page, site: Site
) -> None:
    page.route(API, lambda route: route.fulfill(json=answer()))
    box = HeldRequests(page, BOX)
    address = open_host_page(page, site, body=search_element(site))
    page.goto(f"{address}?zh-q=算力")
    field = search_field(page)
    field.fill("豆腐")
    script = box.next()
    box.stop()
    script.continue_()
    expect(hits(page).first).to_be_visible()
    settled(page)
    expect(field).to_have_value("豆腐")


def test_an_address_with_a_search_does_not_take_the_focus_from_another_field(page: Page, site: Site) -> None:
    page.route(API, lambda route: route.fulfill(json=answer()))
    box = HeldRequests(page, BOX)
    address = open_host_page(page, site, body=search_element(site) + OTHER)
    page.goto(f"{address}?zh-q=算力")
    script = box.next()
    other = page.locator("#other")
    other.focus()
    box.stop()
    script.continue_()
    expect(panel(page)).to_be_attached()
    round_trip(page)
    expect(other).to_be_focused()


def test_the_cross_empties_the_field_at_once_and_not_what_is_typed_after_it(page: Page, site: Site) -> None:
    page.route(API, lambda route: route.fulfill(json=answer()))
    box = HeldRequests(page, BOX)
    open_host_page(page, site, body=search_element(site))
    field = search_field(page)
    field.fill("算力")
    script = box.next()
    page.locator("zh-search .clear").click()
    field.press_sequentially("豆腐")
    box.stop()
    script.continue_()
    expect(hits(page).first).to_be_visible()
    expect(field).to_have_value("豆腐")


def test_the_list_stays_closed_when_the_reader_left_before_the_box_came(page: Page, site: Site) -> None:
    page.route(API, lambda route: route.fulfill(json=answer()))
    box = HeldRequests(page, BOX)
    open_host_page(page, site, body=search_element(site) + OTHER)
    field = search_field(page)
    field.fill("算力")
    script = box.next()
    page.locator("#other").focus()
    box.stop()
    script.continue_()
    expect(panel(page)).to_be_attached()
    round_trip(page)
    page.wait_for_timeout(300)
    expect(panel(page)).to_be_hidden()


def test_a_dialog_closed_before_the_box_came_shows_its_hits_when_it_is_opened_again(
    page: Page, site: Site
) -> None:
    page.route(API, lambda route: route.fulfill(json=answer()))
    box = HeldRequests(page, BOX)
    page.set_viewport_size({"width": 390, "height": 800})
    open_host_page(page, site, body=search_element(site) + OTHER)
    field = search_field(page)
    field.click()
    field.fill("算力")
    script = box.next()
    page.get_by_role("button", name="取消").click()
    box.stop()
    script.continue_()
    expect(panel(page)).to_be_attached()
    round_trip(page)
    page.wait_for_timeout(300)
    expect(page.locator("zh-search dialog")).not_to_have_attribute("open", "")
    field.click()
    expect(hits(page).first).to_be_visible()


def test_the_list_stays_closed_when_the_reader_clicked_beside_it_before_the_response(
    page: Page, site: Site
) -> None:
    open_host_page(page, site, body=search_element(site) + OTHER)
    field = search_field(page)
    field.hover()
    expect(panel(page)).to_be_attached()
    late = HeldRequests(page)
    stop_clock(page)
    field.fill("算力")
    page.clock.run_for(250)  # the request leaves; nothing is shown as long as it may be answered soon
    request = late.next()
    expect(panel(page)).to_be_hidden()
    page.get_by_text("text").click()
    expect(field).not_to_be_focused()
    request.fulfill(json=answer())
    round_trip(page)
    expect(panel(page)).to_be_hidden()


def test_escape_before_the_first_hits_keeps_the_list_closed(page: Page, site: Site) -> None:
    mock_start(page)
    open_host_page(page, site, body=search_element(site))
    field = search_field(page)
    field.hover()
    expect(panel(page)).to_be_attached()
    HeldRequests(page)
    stop_clock(page)
    field.fill("算力")
    expect(panel(page)).to_be_hidden()
    field.press("Escape")
    page.clock.fast_forward(1_000)
    page.clock.resume()
    page.wait_for_timeout(600)
    expect(panel(page)).to_be_hidden()


def test_a_hit_that_the_reader_selected_while_others_are_awaited_stays_selected(
    page: Page, site: Site
) -> None:
    field = with_hits(page, site)
    late = HeldRequests(page)
    field.press("i")
    request = late.next()
    for _ in range(3):
        field.press("ArrowDown")
    request.fulfill(json=answer(results=[RESULTS[5], RESULTS[2], RESULTS[0]]))
    settled(page)
    expect(page.locator("zh-search [aria-selected=true]")).to_contain_text("第 2 页")


def test_end_moves_to_the_last_hit_once_the_reader_selected_one(page: Page, site: Site) -> None:
    field = with_hits(page, site)
    field.press("ArrowDown")
    field.press("End")
    expect(field).to_have_attribute("aria-activedescendant", "option9")


def test_the_first_hit_stays_chosen_when_a_letter_is_typed_and_taken_back_at_once(
    page: Page, site: Site
) -> None:
    field = with_hits(page, site)
    expect(page.locator("zh-search [aria-selected=true]")).to_contain_text("第 0 页")
    stop_clock(page)
    field.press("i")
    field.press("Backspace")
    page.clock.fast_forward(1_000)
    settled(page)
    expect(page.locator("zh-search [aria-selected=true]")).to_contain_text("第 0 页")


def test_other_words_sent_right_after_a_wider_search_keep_the_language_of_the_page(
    page: Page, site: Site
) -> None:
    page.route(API, lambda route: route.fulfill(json=answer(widened=True)))
    open_host_page(page, site, body=search_element(site, attributes='first="none"'))
    field = search_for(page, "容")
    HeldRequests(page)
    field.press_sequentially("器")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"lang=zh-CN"))


def test_a_composition_does_not_make_a_panel_idle_whose_hits_are_awaited(page: Page, site: Site) -> None:
    field = with_hits(page, site)
    late = HeldRequests(page)
    field.press_sequentially("器")
    request = late.next()
    keyboard: CDPSession = page.context.new_cdp_session(page)
    stop_clock(page)
    field.press_sequentially("a")
    keyboard.send("Input.imeSetComposition", {"text": "ni", "selectionStart": 2, "selectionEnd": 2})
    page.clock.fast_forward(1_000)
    expect(panel(page)).to_have_attribute("aria-busy", "true")
    request.fulfill(json=answer())


def test_the_list_stays_closed_when_the_reader_typed_and_left_before_the_script_came(
    page: Page, site: Site
) -> None:
    page.route(API, lambda route: route.fulfill(json=answer()))
    address = open_host_page(page, site, body=search_element(site) + OTHER)
    scripts = HeldRequests(page, re.compile(r"/widget\.js"))
    page.goto(address, wait_until="commit")
    script = scripts.next()
    page.locator("zh-search input").fill("算力")
    script.continue_()
    wait_until(page, "customElements.get('zh-search') && document.readyState !== 'loading'")
    page.locator("#other").focus()
    search_field(page).hover()
    expect(panel(page)).to_be_attached()
    page.wait_for_timeout(600)
    expect(panel(page)).to_be_hidden()
