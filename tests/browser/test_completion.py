"""Completions while typing, recent searches, and the state that the address keeps."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.helpers.sites import ROOT

from .hosts import open_host_page, search_element
from .reader import SearchRequests, Site, complete, hits, mock_api, open_filters, open_search_page, settled

PASSAGES = json.loads((ROOT / "tests/data/passages.json").read_text(encoding="utf-8"))


def completions(page: Page) -> Locator:
    return page.locator("zh-search [role=option].completion")


def query_string(page: Page) -> str:
    return unquote(page.url.partition("?")[2])


def test_pinyin_typed_with_the_input_method_off_is_completed_to_a_word(page: Page) -> None:
    open_search_page(page)
    field = complete(page, "suanl")
    word = completions(page).filter(has_text=re.compile("^算力$"))
    expect(word).to_be_visible()
    expect(word.locator("b")).to_have_text("算力")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("算力")
    expect(field).to_be_focused()
    expect(hits(page).first).to_contain_text("算力")


def test_a_completed_title_opens_its_page(page: Page) -> None:
    titles = [{"text": "远方的页", "kind": "title", "pages": 1, "marks": [[0, 2]], "url": "/posts/far/"}]
    mock_api(page, suggestions=titles)
    open_search_page(page).fill("yuanfang")
    expect(completions(page)).to_have_attribute("href", "/posts/far/")


def test_completions_do_not_repeat_the_hits_or_the_query(page: Page) -> None:
    offered: list[dict[str, object]] = [
        {"text": "标题", "kind": "title", "pages": 1, "marks": [], "url": "/posts/a/"},
        {"text": "小节", "kind": "heading", "pages": 1, "marks": [], "url": "/posts/a/#x"},
        {"text": "BT", "kind": "word", "pages": 2, "marks": [], "url": None},
        {"text": "标题党", "kind": "word", "pages": 2, "marks": [[0, 2]], "url": None},
    ]
    mock_api(page, query="bt", suggestions=offered)
    open_search_page(page).fill("bt")
    expect(completions(page)).to_have_text(["标题党"])


def test_hits_do_not_wait_for_slow_or_failed_completions(page: Page) -> None:
    open_search_page(page)
    page.route(re.compile("/api/suggest"), lambda route: None)
    page.get_by_role("combobox").fill("算力")
    settled(page)
    expect(hits(page).first).to_be_visible()


def test_control_enter_on_a_completed_word_opens_the_search_page_in_a_new_tab(page: Page) -> None:
    word = [{"text": "算力网络", "kind": "word", "pages": 2, "marks": [], "url": None}]
    mock_api(page, suggestions=word)
    field = open_search_page(page)
    field.fill("suanli")
    expect(completions(page)).to_have_count(1)
    field.press("ArrowDown")
    with page.context.expect_page() as opened:
        field.press("Control+Enter")
    opened.value.wait_for_url(re.compile("/search"), wait_until="commit")
    assert query_string(opened.value) == "q=算力网络"
    expect(field).to_have_value("suanli")


def test_recent_searches_are_offered_and_can_be_removed(page: Page) -> None:
    for words in ("豆腐", "算力"):
        field = open_search_page(page)
        field.fill(words)
        settled(page)
        expect(hits(page).first).to_be_visible()
        field.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(words)
    field = open_search_page(page)
    expect(completions(page)).to_have_count(0)
    field.click()
    expect(completions(page)).to_have_text(["算力", "豆腐"])
    page.get_by_role("button", name="移除“算力”").click()
    expect(completions(page)).to_have_text(["豆腐"])
    expect(field).to_be_focused()
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("豆腐")
    expect(hits(page).first).to_be_visible()
    field.fill("")
    page.get_by_role("button", name="清除记录").click()
    expect(completions(page)).to_be_hidden()
    assert page.evaluate("localStorage.getItem('zh-search')") is None


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
    assert {"q=的", f"tag={tag}", "lang=zh-CN", "sort=oldest"} == set(query_string(page).split("&"))
    before = hits(page).locator(".title").all_inner_texts()
    page.reload()
    expect(hits(page).locator(".title")).to_have_text(before)
    expect(page.get_by_role("combobox")).to_have_value("的")
    shared_url = page.url
    page.get_by_role("combobox").press("Escape")
    expect(page).to_have_url(address)
    page.get_by_role("combobox").press("ArrowDown")
    expect(hits(page).first).to_be_visible()
    expect(page).to_have_url(shared_url)


def test_other_parameters_and_the_fragment_of_the_address_stay(page: Page, site: Site) -> None:
    address = open_host_page(page, site, body=search_element(site))
    page.goto(f"{address}?theme=x#part")
    page.get_by_role("combobox").fill("算力")
    expect(page).to_have_url(re.compile(r"\?theme=x&q=.*#part$"))
    page.mouse.click(900, 700)
    expect(page).to_have_url(f"{address}?theme=x#part")


def test_a_site_can_turn_off_address_state_recent_searches_and_shortcuts(page: Page, site: Site) -> None:
    address = open_host_page(
        page, site, body=search_element(site, attributes='state="none" recent="none" shortcuts="none"')
    )
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
    empty: dict[str, object] = {
        "title": "x",
        "title_marks": [],
        "date": None,
        "lang": "zh-CN",
        "tags": [],
        "section": {"title": "b", "anchor": "b"},
    }
    results = [
        {**empty, "url": "/a/", "excerpt": case["text"], "excerpt_marks": case["marks"]} for case in PASSAGES
    ]
    mock_api(page, results=results, total=len(results))
    open_search_page(page).fill("x")
    links = page.locator("zh-search a.passage")
    expect(links).to_have_count(len(PASSAGES))
    for case, link in zip(PASSAGES, links.all(), strict=True):
        words = case["passage"] if supports_text_fragments else ""
        assert unquote(link.get_attribute("href") or "") == f"/a/#b{':~:text=' if words else ''}{words}"


def test_hits_and_completions_lead_to_the_host_that_the_site_attribute_names(page: Page, site: Site) -> None:
    title = [{"text": "远方", "kind": "title", "pages": 1, "marks": [], "url": "/posts/far/"}]
    mock_api(page, suggestions=title)
    open_host_page(page, site, body=search_element(site, attributes='site="https://news.example"'))
    page.get_by_role("combobox").fill("x")
    settled(page)
    expect(hits(page).locator(".page")).to_have_attribute("href", "https://news.example/posts/a/")
    expect(completions(page)).to_have_attribute("href", "https://news.example/posts/far/")


def test_the_button_for_more_results_adds_hits_below_the_others(page: Page, site: Site) -> None:
    total = site.api(q="的")["total"]
    assert total > 16
    field = open_search_page(page)
    field.fill("的")
    settled(page)
    expect(hits(page)).to_have_count(8)
    requests = SearchRequests(page)
    more = page.get_by_role("button", name="更多结果")
    more.click()
    expect(hits(page)).to_have_count(16)
    expect(more).to_be_focused()
    expect(page.locator("zh-search [role=status]")).to_contain_text("16 /")
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
