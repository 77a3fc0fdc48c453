"""Search as you type: which requests are sent, what is shown, and that markup stays text."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import quote

import pytest
from playwright.sync_api import Error, Page, expect

from .reader import (
    API,
    HeldRequests,
    SearchRequests,
    Site,
    expected_runs,
    hits,
    mock_api,
    open_search_page,
    round_trip,
    settled,
    text_runs,
)

# All letters in one task, so that a busy machine cannot pause between them.
TYPE = """(input, words) => {
  for (const letter of words) {
    input.value += letter;
    input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, data: letter }));
  }
}"""


@pytest.mark.parametrize("query", ["DeepSeek", "算力", "野家", "國產算力", "豆腐 花椒", "C++"])
def test_hits_appear_while_typing_with_the_highlights_of_the_api(page: Page, site: Site, query: str) -> None:
    field = open_search_page(page)
    with page.expect_response(
        lambda response: f"q={quote(query)}&" in f"{response.url}&".replace("+", "%20")
    ):
        field.press_sequentially(query, delay=20)
    settled(page)  # not the hits of an earlier prefix
    answer = site.api(q=query, per_page=8)
    assert answer["total"]
    marks = sum(len(hit["title_marks"]) + len(hit["excerpt_marks"]) for hit in answer["results"])
    expect(page.locator("zh-search mark")).to_have_count(marks)
    expect(hits(page)).to_have_count(len(answer["results"]))
    expect(page.locator("zh-search [role=status]")).to_contain_text(f"找到 {answer['total']} 条结果")
    for shown, hit in zip(hits(page).all(), answer["results"], strict=True):
        assert text_runs(shown.locator(".title")) == expected_runs(hit["title"], hit["title_marks"])
        assert text_runs(shown.locator(".excerpt")) == expected_runs(hit["excerpt"], hit["excerpt_marks"])


def test_highlights_are_right_after_characters_that_javascript_counts_as_two(page: Page) -> None:
    mock_api(
        page,
        title="𠮷野家的😀新店",
        title_marks=[[1, 3], [5, 7]],
        excerpt="👨‍👩‍👧吃𠮷",
        excerpt_marks=[[5, 6], [6, 7]],
    )
    open_search_page(page).fill("野家")
    assert text_runs(hits(page).locator(".title")) == [
        ("𠮷", False),
        ("野家", True),
        ("的😀", False),
        ("新店", True),
    ]
    assert text_runs(hits(page).locator(".excerpt")) == [("👨‍👩‍👧", False), ("吃𠮷", True)]


def test_fast_typing_sends_one_request(page: Page) -> None:
    field = open_search_page(page)
    requests = SearchRequests(page)
    field.evaluate(TYPE, "deepseek")
    expect(hits(page).first).to_be_visible()
    assert len(requests.urls) == 1


def test_an_unchanged_query_sends_no_request(page: Page) -> None:
    field = open_search_page(page)
    field.press_sequentially("算力")
    settled(page)
    expect(hits(page).first).to_be_visible()
    requests = SearchRequests(page)
    field.press_sequentially("  ")
    settled(page)
    assert requests.urls == []


def test_a_late_response_never_replaces_a_newer_one(page: Page) -> None:
    field = open_search_page(page)
    late = HeldRequests(page, re.compile(r"/api/search\?q=DeepSeek&"))
    field.fill("DeepSeek")
    request = late.next()
    field.fill("豆腐")
    settled(page)
    expect(hits(page).locator("mark", has_text="豆腐").first).to_be_visible()
    with suppress(Error):  # the page may have cancelled the request, which is better still
        request.continue_()
    round_trip(page)
    expect(hits(page).locator("mark", has_text="DeepSeek")).to_have_count(0)


def test_the_list_stays_closed_when_the_reader_left_before_the_response(page: Page) -> None:
    field = open_search_page(page)
    slow = HeldRequests(page)
    field.fill("算力")
    request = slow.next()
    page.mouse.click(5, 600)
    field.press("Tab")
    page.keyboard.press("Tab")
    settled(page)
    expect(page.locator("zh-search .panel")).to_be_hidden()
    with suppress(Error):
        request.continue_()
    round_trip(page)
    expect(page.locator("zh-search .panel")).to_be_hidden()


def test_a_query_typed_again_after_the_field_was_cleared_finds_hits_again(page: Page) -> None:
    page.add_init_script("localStorage.setItem('zh-search', '[\"豆腐\"]')")
    field = open_search_page(page)
    field.fill("算力")
    settled(page)
    expect(hits(page).first).to_be_visible()
    field.fill("")
    expect(page.locator("zh-search .recent")).to_be_visible()
    field.fill("算力")
    settled(page)
    expect(hits(page).first).to_be_visible()
    field.fill("")
    field.click()
    expect(page.locator("zh-search .recent")).to_be_visible()
    expect(hits(page)).to_have_count(0)


def test_clearing_the_field_closes_the_list(page: Page) -> None:
    field = open_search_page(page)
    field.fill("算力")
    settled(page)
    expect(hits(page).first).to_be_visible()
    page.get_by_role("button", name="清空").click()
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    expect(hits(page).first).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")


def test_markup_in_a_title_a_tag_and_a_query_is_shown_as_text(page: Page) -> None:
    field = open_search_page(page)
    field.fill("<script>")
    title = hits(page).locator(".title", has_text="<script>")
    expect(title).to_contain_text("如何在 HTML 里写 <script> 标签")
    expect(hits(page).locator(".tag", has_text="R&D").first).to_have_text("R&D")
    words = "<img src=x onerror=alert(1)>"
    mock_api(page, query=words, total=0, results=[])
    field.fill(words)
    expect(page.locator("zh-search .state")).to_contain_text(f"没有找到“{words}”")
    assert page.locator("zh-search img, zh-search script").count() == 0


def test_a_section_is_a_separate_option_with_a_deep_link(page: Page) -> None:
    mock_api(page, section={"title": "先说转义", "anchor": "先说转义"}, excerpt_marks=[[0, 2]])
    open_search_page(page).fill("转义")
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    expect(options.nth(0)).to_have_attribute("href", "/posts/a/")
    expect(options.nth(1)).to_have_attribute("href", "/posts/a/#先说转义:~:text=%E6%AD%A3%E6%96%87")
    expect(options.nth(1)).to_contain_text("先说转义")


def test_a_hit_shows_its_date_and_tags(page: Page) -> None:
    open_search_page(page).fill("DeepSeek")
    seed = hits(page).filter(has_text="国产化加速")
    expect(seed.locator("time")).to_have_text("2025-02-13")
    expect(seed.locator(".tag")).to_have_text(["qq"])


def test_a_link_leads_to_all_results(page: Page, site: Site) -> None:
    open_search_page(page).fill("算力")
    total = site.api(q="算力")["total"]
    link = page.get_by_role("link", name=f"查看全部 {total} 条结果")
    link.click()
    expect(page).to_have_url(re.compile(r"/search\?q=%E7%AE%97%E5%8A%9B$"))
    expect(page.locator("ol .hit")).to_have_count(min(total, 10))


def test_a_word_that_a_hit_lacks_is_struck_out_under_its_excerpt(page: Page) -> None:
    mock_api(page, relaxed=True, missing=["麻辣", "<b>"])
    open_search_page(page).fill("火锅 麻辣 <b>")
    expect(page.locator("zh-search .note")).to_have_text("以下内容不一定包含所有词语。")
    expect(hits(page).first).to_contain_text("缺少字词：麻辣 <b>")
    expect(page.locator("zh-search .hit s")).to_have_text(["麻辣", "<b>"])
    assert (
        page.locator("zh-search .hit s").first.evaluate("s => getComputedStyle(s).textDecorationLine")
        == "line-through"
    )


def test_weak_hits_stand_under_a_note_that_nothing_was_found(page: Page) -> None:
    mock_api(page, query="火锅 麻辣", total=3, relaxed=True, weak=True, missing=["麻辣"])
    open_search_page(page).fill("火锅 麻辣")
    expect(page.locator("zh-search .panel > .note")).to_have_text("没有找到“火锅 麻辣”")
    expect(page.locator("zh-search .total")).to_have_text("以下 3 条结果只包含其中一部分")
    expect(page.locator("zh-search [role=status]")).to_have_text(
        "没有找到“火锅 麻辣” 以下 3 条结果只包含其中一部分"
    )
    expect(hits(page).first).to_be_visible()


def test_one_press_searches_for_the_suggestion(page: Page) -> None:
    mock_api(page, suggestion="算力")
    field = open_search_page(page)
    field.fill("suanli")
    suggested = page.get_by_role("button", name="算力")
    expect(suggested).to_be_visible()
    requests = SearchRequests(page)
    suggested.click()
    expect(field).to_have_value("算力")
    expect(field).to_be_focused()
    assert len(requests.urls) == 1


def test_a_message_says_that_nothing_was_found(page: Page) -> None:
    field = open_search_page(page)
    field.fill("zzqxwv")
    expect(page.locator("zh-search .state")).to_contain_text("没有找到“zzqxwv”")
    expect(field).to_have_attribute("aria-expanded", "false")


def test_a_placeholder_is_shown_until_a_slow_response_arrives(page: Page) -> None:
    field = open_search_page(page)
    slow = HeldRequests(page)
    field.fill("算力")
    expect(page.locator("zh-search .skeleton")).to_have_count(3)
    slow.next().continue_()
    expect(hits(page).first).to_be_visible()
    expect(page.locator("zh-search .skeleton")).to_have_count(0)


@pytest.mark.parametrize(("status", "message"), [(503, "请稍后再试"), (429, "请稍等片刻")])
def test_a_failed_search_shows_a_message_and_can_be_retried(page: Page, status: int, message: str) -> None:
    field = open_search_page(page)
    page.route(
        API,
        lambda route: route.fulfill(
            status=status, json={"title": "Busy", "status": status, "detail": "Not for readers"}
        ),
    )
    field.fill("算力")
    state = page.locator("zh-search .state")
    expect(state).to_contain_text("暂时无法搜索")
    expect(state).to_contain_text(message)
    expect(state).not_to_contain_text("Not for readers")
    page.unroute(API)
    page.get_by_role("button", name="重试").click()
    expect(hits(page).first).to_be_visible()


def test_a_message_says_that_the_reader_is_offline(page: Page) -> None:
    field = open_search_page(page)
    page.context.set_offline(True)
    field.fill("算力")
    expect(page.locator("zh-search .state")).to_contain_text("网络已断开")


def test_an_html_error_page_of_a_gateway_is_shown_as_a_failed_search(page: Page) -> None:
    field = open_search_page(page)
    page.route(
        API, lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")
    )
    field.fill("算力")
    expect(page.locator("zh-search .state")).to_contain_text("暂时无法搜索")
