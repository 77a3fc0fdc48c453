"""Results while typing: what is asked, what is shown, and that text stays text."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import quote

import pytest
from playwright.sync_api import Error, Page, expect

from .reader import Asked, Site, canned, held, hits, pieces, visit, wanted_pieces

API = re.compile("/api/search")

# Letters without a pause, however busy the machine that runs the test.
TYPE = """(input, words) => {
  for (const letter of words) {
    input.value += letter;
    input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, data: letter }));
  }
}"""


@pytest.mark.parametrize("query", ["DeepSeek", "算力", "野家", "國產算力", "豆腐 花椒", "C++"])
def test_hits_appear_while_typing_with_the_marks_the_api_gives(page: Page, site: Site, query: str) -> None:
    field = visit(page)
    with page.expect_response(
        lambda response: f"q={quote(query)}&" in f"{response.url}&".replace("+", "%20")
    ):
        field.press_sequentially(query, delay=20)
    answer = site.api(q=query, per_page=8)
    assert answer["total"]
    marks = sum(len(hit["title_marks"]) + len(hit["excerpt_marks"]) for hit in answer["results"])
    expect(page.locator("zh-search mark")).to_have_count(marks)  # not those of what was typed so far
    expect(hits(page)).to_have_count(len(answer["results"]))
    expect(page.locator("zh-search [role=status]")).to_contain_text(f"找到 {answer['total']} 条结果")
    for shown, hit in zip(hits(page).all(), answer["results"], strict=True):
        assert pieces(shown.locator(".title")) == wanted_pieces(hit["title"], hit["title_marks"])
        assert pieces(shown.locator(".excerpt")) == wanted_pieces(hit["excerpt"], hit["excerpt_marks"])


def test_marks_are_right_behind_characters_that_javascript_counts_twice(page: Page) -> None:
    canned(
        page,
        title="𠮷野家的😀新店",
        title_marks=[[1, 3], [5, 7]],
        excerpt="👨‍👩‍👧吃𠮷",
        excerpt_marks=[[5, 6], [6, 7]],
    )
    visit(page).fill("野家")
    assert pieces(hits(page).locator(".title")) == [
        ("𠮷", False),
        ("野家", True),
        ("的😀", False),
        ("新店", True),
    ]
    assert pieces(hits(page).locator(".excerpt")) == [("👨‍👩‍👧", False), ("吃𠮷", True)]


def test_fast_typing_asks_once(page: Page) -> None:
    field = visit(page)
    asked = Asked(page)
    field.evaluate(TYPE, "deepseek")
    expect(hits(page).first).to_be_visible()
    page.wait_for_timeout(300)
    assert len(asked.urls) == 1


def test_words_that_did_not_change_are_not_asked_again(page: Page) -> None:
    field = visit(page)
    field.press_sequentially("算力")
    expect(hits(page).first).to_be_visible()
    asked = Asked(page)
    field.press_sequentially("  ")
    page.wait_for_timeout(300)
    assert asked.urls == []


def test_a_late_answer_never_replaces_a_newer_one(page: Page) -> None:
    field = visit(page)
    late = held(page, re.compile(r"/api/search\?q=DeepSeek&"))
    with page.expect_request(API):
        field.fill("DeepSeek")
    field.fill("豆腐")
    expect(hits(page).locator("mark", has_text="豆腐").first).to_be_visible()
    with suppress(Error):  # the page may have called the request off: better still
        late[0].continue_()
    page.wait_for_timeout(300)
    expect(hits(page).locator("mark", has_text="DeepSeek")).to_have_count(0)


def test_who_turns_away_while_waiting_is_not_called_back(page: Page) -> None:
    visit(page)
    slow = held(page, API)
    with page.expect_request(API):
        page.get_by_role("combobox").fill("算力")
    page.mouse.click(5, 600)
    page.get_by_role("combobox").press("Tab")
    page.keyboard.press("Tab")
    page.wait_for_timeout(300)
    expect(page.locator("zh-search .panel")).to_be_hidden()
    with suppress(Error):
        slow[0].continue_()
    page.wait_for_timeout(200)
    expect(page.locator("zh-search .panel")).to_be_hidden()


def test_words_typed_again_after_the_field_was_emptied_find_again(page: Page) -> None:
    page.add_init_script("localStorage.setItem('zh-search', '[\"豆腐\"]')")
    field = visit(page)
    field.fill("算力")
    expect(hits(page).first).to_be_visible()
    field.fill("")
    expect(page.locator("zh-search .recent")).to_be_visible()
    field.fill("算力")
    expect(hits(page).first).to_be_visible()
    field.fill("")
    field.click()
    expect(page.locator("zh-search .recent")).to_be_visible()
    expect(hits(page)).to_have_count(0)


def test_an_emptied_field_closes_the_list(page: Page) -> None:
    field = visit(page)
    field.fill("算力")
    expect(hits(page).first).to_be_visible()
    page.get_by_role("button", name="清空").click()
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    expect(hits(page).first).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")


def test_markup_in_a_title_a_tag_and_a_query_is_text(page: Page) -> None:
    field = visit(page)
    field.fill("<script>")
    title = hits(page).locator(".title", has_text="<script>")
    expect(title).to_contain_text("如何在 HTML 里写 <script> 标签")
    expect(hits(page).locator(".tag", has_text="R&D").first).to_have_text("R&D")
    words = "<img src=x onerror=alert(1)>"
    canned(page, query=words, total=0, results=[])
    field.fill(words)
    expect(page.locator("zh-search .state")).to_contain_text(f"没有找到“{words}”")
    assert page.locator("zh-search img, zh-search script").count() == 0


def test_a_section_is_a_deep_link_of_its_own(page: Page) -> None:
    canned(page, section={"title": "先说转义", "anchor": "先说转义"}, excerpt_marks=[[0, 2]])
    visit(page).fill("转义")
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    expect(options.nth(0)).to_have_attribute("href", "/posts/a/")
    expect(options.nth(1)).to_have_attribute("href", "/posts/a/#先说转义:~:text=%E6%AD%A3%E6%96%87")
    expect(options.nth(1)).to_contain_text("先说转义")


def test_date_and_tags_stand_with_a_hit(page: Page) -> None:
    visit(page).fill("DeepSeek")
    seed = hits(page).filter(has_text="国产化加速")
    expect(seed.locator("time")).to_have_text("2025-02-13")
    expect(seed.locator(".tag")).to_have_text(["qq"])


def test_a_link_leads_to_all_results(page: Page, site: Site) -> None:
    visit(page).fill("算力")
    total = site.api(q="算力")["total"]
    link = page.get_by_role("link", name=f"查看全部 {total} 条结果")
    link.click()
    expect(page).to_have_url(re.compile(r"/search\?q=%E7%AE%97%E5%8A%9B$"))
    expect(page.locator("ol .hit")).to_have_count(min(total, 10))


def test_a_relaxed_answer_says_so(page: Page) -> None:
    canned(page, relaxed=True)
    visit(page).fill("算力 不存在的词")
    expect(page.locator("zh-search .note")).to_contain_text("没有内容同时包含所有词语")


def test_a_suggestion_is_one_press_away(page: Page) -> None:
    canned(page, suggestion="算力")
    field = visit(page)
    field.fill("suanli")
    suggested = page.get_by_role("button", name="算力")
    expect(suggested).to_be_visible()
    asked = Asked(page)
    suggested.click()
    expect(field).to_have_value("算力")
    expect(field).to_be_focused()
    assert len(asked.urls) == 1


def test_nothing_found_says_so(page: Page) -> None:
    field = visit(page)
    field.fill("zzqxwv")
    expect(page.locator("zh-search .state")).to_contain_text("没有找到“zzqxwv”")
    expect(field).to_have_attribute("aria-expanded", "false")


def test_a_slow_answer_shows_a_skeleton_and_a_quick_one_none(page: Page) -> None:
    field = visit(page)
    slow = held(page, API)
    field.fill("算力")
    expect(page.locator("zh-search .skeleton")).to_have_count(3)
    slow[0].continue_()
    expect(hits(page).first).to_be_visible()
    expect(page.locator("zh-search .skeleton")).to_have_count(0)


@pytest.mark.parametrize(("status", "told"), [(503, "请稍后再试"), (429, "请稍等片刻")])
def test_a_failure_says_so_and_may_be_tried_again(page: Page, status: int, told: str) -> None:
    field = visit(page)
    page.route(
        API,
        lambda route: route.fulfill(
            status=status, json={"title": "Busy", "status": status, "detail": "Not for readers"}
        ),
    )
    field.fill("算力")
    state = page.locator("zh-search .state")
    expect(state).to_contain_text("暂时无法搜索")
    expect(state).to_contain_text(told)
    expect(state).not_to_contain_text("Not for readers")
    page.unroute(API)
    page.get_by_role("button", name="重试").click()
    expect(hits(page).first).to_be_visible()


def test_an_offline_reader_is_told(page: Page) -> None:
    field = visit(page)
    page.context.set_offline(True)
    field.fill("算力")
    expect(page.locator("zh-search .state")).to_contain_text("网络已断开")


def test_a_gateway_that_answers_html_is_a_failure_like_another(page: Page) -> None:
    field = visit(page)
    page.route(
        API, lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")
    )
    field.fill("算力")
    expect(page.locator("zh-search .state")).to_contain_text("暂时无法搜索")
