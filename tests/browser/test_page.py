"""The search page without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from zhsearch.search.highlight.text_fragment import text_fragment
from zhsearch.search.http.page_hits import branches

from .reader import LOCALE, Site, expected_runs, text_runs


@pytest.fixture
def plain(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(locale=LOCALE, base_url=site.base, java_script_enabled=False)
    yield context.new_page()
    context.close()


def follow(plain: Page, target: Locator) -> None:
    """Click a link or a button, and wait until the next page is there: texts read earlier are those of this one."""
    with plain.expect_navigation():
        target.click()


def search(plain: Page, words: str) -> None:
    plain.goto("/search")
    plain.get_by_role("searchbox").fill(words)
    follow(plain, plain.get_by_role("button", name="搜索"))


@pytest.mark.parametrize("query", ["DeepSeek", "野家", "豆腐 花椒"])
def test_hits_and_highlights_are_shown_without_javascript(plain: Page, site: Site, query: str) -> None:
    search(plain, query)
    answer = site.api(q=query)
    expect(plain.locator(".hit")).to_have_count(len(answer["results"]))
    for shown, hit in zip(plain.locator(".hit").all(), answer["results"], strict=True):
        # Playwright reads elements with its own script, which runs even where the page may run none.
        assert text_runs(shown.locator("h2")) == expected_runs(hit["title"], hit["title_marks"])
        tree = branches(hit, "")
        headings = [branch.heading for branch in tree if branch.heading]
        passages = [passage for branch in tree for passage in branch.passages]
        for element, part in zip(
            [*shown.locator(".section a").all(), *shown.locator(".excerpt").all()],
            [*headings, *passages],
            strict=True,
        ):
            assert text_runs(element) == expected_runs(part.text, [list(mark) for mark in part.marks])
        assert [link.get_attribute("href") for link in shown.locator(".section a").all()] == [
            heading.href for heading in headings
        ]
        if shown.locator("a.passage").count():
            hrefs = [link.get_attribute("href") for link in shown.locator("a.passage").all()]
            assert hrefs == [passage.href for passage in passages]
            expect(shown.locator("h2 a")).to_have_attribute("href", re.compile(re.escape(hit["url"])))
        else:
            words = text_fragment(hit["excerpt"], hit["excerpt_marks"])
            expect(shown.locator("h2 a")).to_have_attribute("href", hit["url"] + words)
    expect(plain.get_by_role("searchbox")).to_have_value(query)


def test_the_search_page_asks_search_engines_not_to_index_it(plain: Page) -> None:
    plain.goto("/search?q=算力")
    expect(plain.locator("meta[name=robots]")).to_have_attribute("content", "noindex")
    expect(plain.locator("html")).to_have_attribute("lang", "zh-CN")


def test_readers_can_go_to_the_next_page_of_hits_and_back(plain: Page, site: Site) -> None:
    total = site.api(q="")["total"]
    assert total > 10
    plain.goto("/search")
    expect(plain.locator(".hit")).to_have_count(10)
    first = plain.locator(".hit h2").all_inner_texts()
    follow(plain, plain.get_by_role("link", name="下一页"))
    expect(plain.get_by_role("link", name="第 2 页")).to_have_attribute("aria-current", "page")
    assert not set(first) & set(plain.locator(".hit h2").all_inner_texts())
    follow(plain, plain.get_by_role("link", name="上一页"))
    assert plain.locator(".hit h2").all_inner_texts() == first


def test_a_page_after_the_last_links_to_the_first(plain: Page) -> None:
    plain.goto("/search?q=算力&page=500")
    follow(plain, plain.get_by_role("link", name="回到第一页"))
    expect(plain.locator(".hit").first).to_be_visible()


def test_a_facet_filters_the_hits_and_can_be_removed(plain: Page, site: Site) -> None:
    search(plain, "的")
    before = plain.locator(".total").inner_text()
    facet = site.api(q="的")["facets"]["tag"][0]
    entry = (
        plain.locator("aside li a")
        .filter(has_text=re.compile(rf"^\s*{re.escape(facet['value'])}\s*×?\s*{facet['count']}\s*$"))
        .first
    )
    follow(plain, entry)
    total = site.api(q="的", tag=facet["value"])["total"]
    expect(plain.locator(".total")).to_contain_text(f"共 {total} 条")
    expect(plain.locator("aside [aria-current=true]")).to_have_count(1)
    follow(plain, plain.get_by_role("link", name=f"移除“{facet['value']}”"))
    expect(plain.locator(".total")).to_have_text(before)


def test_a_selected_year_shows_its_months(plain: Page, site: Site) -> None:
    year = str(site.api(q="")["facets"]["year"][0]["value"])
    plain.goto(f"/search?q=&from={year}&to={year}")
    months = (
        plain.locator("aside section", has=plain.get_by_role("heading", name="月份"))
        .locator("li span:first-child")
        .all_inner_texts()
    )
    assert months
    assert all(month.startswith(year) for month in months)
    expect(plain.locator("aside [aria-current=true]")).to_contain_text([year])


def test_a_tag_below_a_hit_filters_by_that_tag(plain: Page) -> None:
    search(plain, "DeepSeek")
    follow(plain, plain.locator(".hit .tag", has_text="qq").first)
    expect(plain.locator("main .chip.chosen")).to_have_text(["qq"])


def test_hits_are_sorted_by_the_chosen_order(plain: Page) -> None:
    search(plain, "的")
    follow(plain, plain.get_by_role("link", name="最早"))
    days = plain.locator(".hit time").all_inner_texts()
    assert days == sorted(days)
    follow(plain, plain.get_by_role("link", name="最新"))
    days = plain.locator(".hit time").all_inner_texts()
    assert days == sorted(days, reverse=True)


def test_a_new_query_keeps_the_filters(plain: Page) -> None:
    plain.goto("/search?q=DeepSeek&tag=qq")
    plain.get_by_role("searchbox").fill("算力")
    follow(plain, plain.get_by_role("button", name="搜索"))
    expect(plain.locator("main .chip.chosen")).to_have_text(["qq"])
    expect(plain.get_by_role("searchbox")).to_have_value("算力")


def test_a_query_without_hits_shows_the_help_on_the_query_language(plain: Page) -> None:
    search(plain, "zzqxwv")
    expect(plain.get_by_role("heading", level=1)).to_have_text("没有找到“zzqxwv”")
    expect(plain.locator(".help[open] code")).to_have_count(7)


def test_an_invalid_parameter_is_explained_on_an_error_page(plain: Page) -> None:
    answer = plain.goto("/search?q=算力&from=2025-13")
    assert answer
    assert answer.status == 400
    expect(plain.get_by_role("alert")).to_contain_text("2025-13")
    expect(plain.get_by_role("link", name="返回搜索页")).to_be_visible()


def test_markup_in_a_query_is_shown_as_text(plain: Page) -> None:
    words = '"><script>alert(1)</script>'
    search(plain, words)
    expect(plain.get_by_role("searchbox")).to_have_value(words)
    expect(plain.locator("h1")).to_contain_text(words)


@pytest.mark.parametrize(
    ("locale", "heading"), [("zh-TW", "「算力」的搜尋結果"), ("en-GB", "Results for “算力”")]
)
def test_the_page_uses_the_readers_language(browser: Browser, site: Site, locale: str, heading: str) -> None:
    context = browser.new_context(locale=locale, base_url=site.base, java_script_enabled=False)
    page = context.new_page()
    page.goto("/search?q=算力")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    context.close()
