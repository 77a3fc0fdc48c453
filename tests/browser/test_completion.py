"""Completions while typing, recent searches, and the state that the address keeps."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.helpers.sites import ROOT

from .hosts import open_host_page, search_element
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

PASSAGES = json.loads((ROOT / "tests/data/passages.json").read_text(encoding="utf-8"))


def completions(page: Page) -> Locator:
    return page.locator("zh-search [role=option].completion")


def query_string(page: Page) -> str:
    return unquote(page.url.partition("?")[2])


def test_pinyin_typed_with_the_input_method_off_shows_the_hits_of_its_word(page: Page) -> None:
    open_search_page(page)
    field = search_for(page, "suanl")
    word = page.locator("zh-search .meant")
    expect(word).to_contain_text("按拼音：算力")
    expect(hits(page).first).to_contain_text("算力")
    expect(page.locator("zh-search .note")).to_have_text("没有找到“suanl”")
    expect(field).to_have_attribute("aria-expanded", "true")
    word.click()
    settled(page)
    expect(field).to_have_value("算力")
    expect(field).to_be_focused()
    expect(hits(page).first).to_contain_text("算力")


def test_a_completed_title_opens_its_page(page: Page) -> None:
    titles = [{"text": "远方的页", "kind": "title", "pages": 1, "marks": [[0, 2]], "url": "/posts/far/"}]
    mock_api(page, completions=titles)
    open_search_page(page).fill("yuanfang")
    expect(completions(page)).to_have_attribute("href", "/posts/far/")


def test_completions_do_not_repeat_the_hits_or_the_query(page: Page) -> None:
    offered: list[dict[str, object]] = [
        {"text": "标题", "kind": "title", "pages": 1, "marks": [], "url": "/posts/a/"},
        {"text": "小节", "kind": "heading", "pages": 1, "marks": [], "url": "/posts/a/#x"},
        {"text": "BT", "kind": "word", "pages": 2, "marks": [], "url": None},
        {"text": "标题党", "kind": "word", "pages": 2, "marks": [[0, 2]], "url": None},
    ]
    mock_api(page, query="bt", completions=offered)
    open_search_page(page).fill("bt")
    expect(completions(page)).to_have_text(["标题党"])


def test_control_enter_on_a_completed_word_opens_the_search_page_in_a_new_tab(page: Page) -> None:
    word = [{"text": "算力网络", "kind": "word", "pages": 2, "marks": [], "url": None}]
    mock_api(page, completions=word)
    field = open_search_page(page)
    field.fill("suanli")
    expect(completions(page)).to_have_count(1)
    field.press("ArrowDown")
    with page.context.expect_page() as opened:
        field.press("Control+Enter")
    opened.value.wait_for_url(re.compile("/search"), wait_until="commit")
    assert query_string(opened.value) == "q=算力网络"
    expect(field).to_have_value("suanli")


def test_searches_are_offered_the_next_time(page: Page) -> None:
    for words in ("豆腐", "算力"):
        open_search_page(page)
        search_for(page, words).press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(words)
    field = open_search_page(page)
    recent = page.locator("zh-search .recent")
    expect(recent).to_have_count(0)
    field.click()
    expect(recent).to_have_text(["算力", "豆腐"])
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("豆腐")
    settled(page)
    expect(hits(page).first).to_contain_text("豆腐")


def test_search_works_where_local_storage_is_denied(page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied'); } })"
    )
    field = open_search_page(page)
    field.click()
    field.fill("算力")
    settled(page)
    expect(hits(page).first).to_be_visible()
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("算力")


def test_reload_and_a_shared_link_open_the_same_hits(page: Page, site: Site) -> None:
    address = open_host_page(page, site, body=search_element(site))
    page.get_by_role("combobox").fill("的")
    settled(page)
    expect(hits(page).first).to_be_visible()
    open_filters(page)
    page.locator("zh-search .facets .chip").first.click()
    settled(page)
    page.get_by_role("button", name="最早").click()
    expect(page.get_by_role("button", name="最早")).to_have_attribute("aria-pressed", "true")
    tag = page.locator("zh-search .chosen").last.inner_text()
    expect(page).to_have_url(re.compile("sort=oldest"))
    assert {"zh-q=的", f"zh-tag={tag}", "zh-lang=zh-CN", "zh-sort=oldest"} == set(
        query_string(page).split("&")
    )
    before = hits(page).locator(".title").all_inner_texts()
    page.reload()
    expect(hits(page).locator(".title")).to_have_text(before)
    field = page.get_by_role("combobox")
    expect(field).to_have_value("的")
    assert field.evaluate("field => field.defaultValue") == "的"  # what WebKit restores after "back"
    shared_url = page.url
    page.get_by_role("combobox").press("Escape")
    expect(page).to_have_url(address)
    page.get_by_role("combobox").press("ArrowDown")
    expect(hits(page).first).to_be_visible()
    expect(page).to_have_url(shared_url)


def test_a_site_can_turn_off_address_recent_searches_shortcuts_and_the_choice_of_the_first_hit(
    page: Page, site: Site
) -> None:
    off = 'state="none" recent="none" shortcuts="none" first="none"'
    address = open_host_page(page, site, body=search_element(site, attributes=off))
    field = page.get_by_role("combobox")
    page.keyboard.press("Control+k")
    expect(field).not_to_be_focused()
    field.fill("算力")
    settled(page)
    expect(hits(page).first).to_be_visible()
    assert page.url == address
    field.press("Enter")
    page.wait_for_url(re.compile("/search"))
    assert page.evaluate("localStorage.getItem('zh-search')") is None


@pytest.mark.parametrize("supports_text_fragments", [True, False])
def test_hits_open_at_the_sentence_around_their_highlight(page: Page, supports_text_fragments: bool) -> None:
    if not supports_text_fragments:
        page.add_init_script("delete Document.prototype.fragmentDirective; delete document.fragmentDirective")
    hit = {**artificial_answer()["results"][0], "section": {"title": "b", "anchor": "b"}}
    results = [
        {**hit, "url": f"/{place}/", "excerpt": case["text"], "excerpt_marks": case["marks"]}
        for place, case in enumerate(PASSAGES)
    ]
    mock_api(page, results=results, total=len(results))
    open_search_page(page).fill("x")
    links = page.locator("zh-search a.passage")
    expect(links).to_have_count(len(PASSAGES))
    for place, (case, link) in enumerate(zip(PASSAGES, links.all(), strict=True)):
        words = case["passage"] if supports_text_fragments else ""
        assert unquote(link.get_attribute("href") or "") == f"/{place}/#b{':~:text=' if words else ''}{words}"


def test_hits_and_completions_lead_to_the_host_that_the_site_attribute_names(page: Page, site: Site) -> None:
    title = [{"text": "远方", "kind": "title", "pages": 1, "marks": [], "url": "/posts/far/"}]
    mock_api(page, completions=title)
    open_host_page(page, site, body=search_element(site, attributes='site="https://news.example"'))
    page.get_by_role("combobox").fill("x")
    settled(page)
    expect(hits(page).get_by_role("option")).to_have_attribute("href", "https://news.example/posts/a/")
    expect(completions(page)).to_have_attribute("href", "https://news.example/posts/far/")


def test_the_button_for_more_results_adds_hits_below_the_others(page: Page, site: Site) -> None:
    total = site.api(q="的")["total"]
    assert total > 20
    field = open_search_page(page)
    field.fill("的")
    settled(page)
    expect(hits(page)).to_have_count(10)
    requests = SearchRequests(page)
    more = page.get_by_role("button", name="更多结果")
    more.click()
    expect(hits(page)).to_have_count(20)
    expect(more).to_be_focused()
    expect(page.locator("zh-search [role=status]")).to_contain_text("20 /")
    assert (
        len({option.get_attribute("id") for option in page.get_by_role("option").all()})
        == page.get_by_role("option").count()
    )
    more.click()
    expect(hits(page)).to_have_count(total)
    expect(more).to_have_count(0)
    expect(field).to_be_focused()
    assert [re.findall(r"[&?]page=(\d)", url) for url in requests.urls] == [["2"], ["3"]]
    titles = hits(page).locator(".title").all_inner_texts()
    assert len(set(titles)) == total


def test_hits_are_sorted_by_the_chosen_order(page: Page) -> None:
    field = open_search_page(page)
    field.fill("的")
    settled(page)
    expect(hits(page).first).to_be_visible()
    for name, reverse in (("最早", False), ("最新", True)):
        button = page.get_by_role("button", name=name)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(button).to_be_focused()
        days = hits(page).locator("time").all_inner_texts()
        assert days == sorted(days, reverse=reverse)
