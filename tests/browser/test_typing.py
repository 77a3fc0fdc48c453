"""Search as you type: which requests are sent, what is shown, and that markup stays text."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Error, Page, expect

from .reader import (
    HeldRequests,
    SearchRequests,
    Site,
    expected_runs,
    hits,
    mock_api,
    open_search_page,
    round_trip,
    search_for,
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

TYPE_SLOWLY = """(input, words) => new Promise((done) => {
  const letters = [...words];
  const press = () => {
    input.value += letters.shift();
    input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
    if (!letters.length) {
      clearInterval(timer);
      done();
    }
  };
  const timer = setInterval(press, 180);
})"""


@pytest.mark.parametrize("query", ["DeepSeek", "算力", "野家", "國產算力", "豆腐 花椒", "C++"])
def test_hits_appear_while_typing_with_the_highlights_of_the_api(page: Page, site: Site, query: str) -> None:
    field = open_search_page(page)
    with page.expect_response(
        lambda response: f"q={quote(query)}&" in f"{response.url}&".replace("+", "%20")
    ):
        field.press_sequentially(query, delay=20)
    settled(page)  # not the hits of an earlier prefix
    answer = site.api(q=query)
    assert answer["total"]
    expect(hits(page)).to_have_count(len(answer["results"]))
    expect(page.locator("zh-search [role=status]")).to_contain_text(f"找到 {answer['total']} 条结果")
    for shown, hit in zip(hits(page).all(), answer["results"], strict=True):
        assert text_runs(shown.locator(".title").first) == expected_runs(hit["title"], hit["title_marks"])
        found = [
            run for passage in hit["passages"] for run in expected_runs(passage["text"], passage["marks"])
        ]
        marks = [
            text for excerpt in shown.locator(".excerpt").all() for text in text_runs(excerpt) if text[1]
        ]
        assert marks
        assert set(marks) <= set(found)


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


def test_a_word_typed_at_an_ordinary_pace_sends_one_request(page: Page) -> None:
    """The keys come from a timer of the page itself, which a busy machine delays as it does that of the box."""
    field = open_search_page(page)
    field.focus()
    requests = SearchRequests(page)
    field.evaluate(TYPE_SLOWLY, "deepseek算力国产化模")
    settled(page)
    assert [parse_qs(urlsplit(url).query)["q"] for url in requests.urls if "q=&" not in url] == [
        ["deepseek算力国产化模"]
    ]


def test_what_was_asked_a_moment_ago_is_not_asked_again(page: Page) -> None:
    field = open_search_page(page)
    requests = SearchRequests(page)
    for words in ("算力", "豆腐", "算力", " 豆腐 ", ""):
        search_for(page, words)
        expect(hits(page).first if words else field).to_be_visible()
    assert [parse_qs(urlsplit(url).query).get("q") for url in requests.urls] == [["算力"], ["豆腐"], None]


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


def test_clearing_the_field_takes_the_hits_away(page: Page) -> None:
    field = open_search_page(page)
    search_for(page, "算力")
    expect(hits(page).first).to_be_visible()
    page.get_by_role("button", name="清空").click()
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    expect(hits(page)).to_have_count(0)
    expect(page.locator("zh-search [role=status]")).to_have_text("")


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
    expect(page.locator("zh-search .total")).to_have_text("以下 3 条结果只含部分词语")
    expect(page.locator("zh-search [role=status]")).to_have_text(
        "没有找到“火锅 麻辣” 以下 3 条结果只含部分词语"
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
    (url,) = requests.urls
    assert "suggested=1" in url  # for the owner's report


def test_a_placeholder_is_shown_until_a_slow_response_arrives(page: Page) -> None:
    field = open_search_page(page)
    slow = HeldRequests(page)
    field.fill("算力")
    expect(page.locator("zh-search .skeleton")).to_have_count(3)
    slow.next().continue_()
    expect(hits(page).first).to_be_visible()
    expect(page.locator("zh-search .skeleton")).to_have_count(0)
