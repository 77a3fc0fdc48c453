"""The search box of a static export: the same hits without a server, in a worker where that is allowed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from . import reader
from .reader import LOCALE, hits, open_filters, search_field, settled
from .static_sites import (
    BASE,
    BOX,
    POLICY,
    SEARCH,
    StaticSite,
    build_with_hugo,
    export_sample,
    serving_files,
    write_page,
)

NO_WORKER = "delete window.Worker;"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample site with its export, built once."""
    return export_sample(tmp_path_factory.mktemp("static"))


@pytest.fixture(scope="module")
def republished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after an edit of one post and with many new ones, in a folder without the files of before."""
    posts = {
        f"posts/new{number}.md": f"---\ntitle: 新文{number}\n---\n长长的原文。\n" for number in range(40)
    }
    public = export_sample(tmp_path_factory.mktemp("anew"), edit=("西部机房", "东部机房"), posts=posts)
    write_page(public)
    return public


@pytest.fixture
def site(published: Path) -> Iterator[StaticSite]:
    write_page(published)
    with serving_files(published) as site:
        yield site


@pytest.fixture
def context(browser: Browser, site: StaticSite) -> Iterator[BrowserContext]:
    context = browser.new_context(locale=LOCALE, viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of a reader. A script error or a violation of the content policy fails the test."""
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)
    yield tab
    assert not errors


@pytest.fixture
def field(page: Page, site: StaticSite) -> Locator:
    page.goto(site.url)
    return search_field(page)


def with_box(page: Page) -> Locator:
    """Return the field once the script of the box is there, which is loaded when a reader comes to the field."""
    field = search_field(page)
    field.hover()
    expect(page.locator("zh-search .panel")).to_be_attached()
    return field


def search_for(page: Page, words: str) -> Locator:
    """Type words into the field all at once, and wait for the answer."""
    with_box(page)
    return reader.search_for(page, words)


def failure(page: Page) -> Locator:
    return page.locator("zh-search .state p")


def addresses(page: Page) -> list[str]:
    return [unquote(link.get_attribute("href") or "") for link in page.locator("zh-search a.page").all()]


def test_nothing_but_the_script_of_the_box_loads_before_a_reader_goes_to_it(
    page: Page, site: StaticSite, field: Locator
) -> None:
    page.wait_for_load_state("networkidle")
    assert [path.partition("?")[0] for path in site.asked if "favicon" not in path] == [
        BASE,
        f"{SEARCH}/widget.js",
    ]
    field.hover()
    expect(page.locator("zh-search .panel")).to_be_attached()
    assert len(site.asked_below("box.js?v=")) == len(site.asked_below("")) - 1 == 1
    search_for(page, "算力")
    expect(hits(page)).to_have_count(3)
    assert site.asked_below("search.js") == [f"{SEARCH}/search.js"]
    assert site.asked_below("api/") == site.asked_below("healthz") == []
    assert len(page.workers) == 1


@pytest.mark.parametrize("worker", ["", NO_WORKER], ids=["in a worker", "in the page"])
def test_chinese_is_found_with_its_passage_and_opens_by_keys(
    page: Page, site: StaticSite, worker: str
) -> None:
    page.add_init_script(worker)
    page.goto(site.url)
    field = search_for(page, "算力 芯片")
    expect(hits(page).first).to_be_visible()
    assert addresses(page)[0].startswith(f"{BASE}posts/")
    expect(page.locator("zh-search .excerpt mark").first).to_have_text("算力")
    assert len(page.workers) == (0 if worker else 1)
    first = page.locator("zh-search .results [role=option]").first
    target = first.get_attribute("href") or ""
    expect(first).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    page.wait_for_url(f"**{target.partition('#')[0]}**")


def test_pinyin_shows_the_hits_of_what_was_meant_at_once(page: Page, field: Locator) -> None:
    search_for(page, "suanl")
    expect(hits(page)).to_have_count(3)
    expect(page.locator("zh-search .panel")).to_contain_text("按拼音：算力")
    page.locator("zh-search [data-words='算力']").first.click()
    expect(field).to_have_value("算力")
    expect(page.locator("zh-search .total")).to_have_text("找到 3 条结果")


def test_a_field_without_words_shows_the_newest_posts_and_tags(page: Page, site: StaticSite) -> None:
    page.goto(site.url)
    with_box(page).click()
    newest = page.locator("zh-search .panel a[role=option][href^='/news/posts/']")
    expect(newest.first).to_be_visible()
    expect(page.locator("zh-search .panel").get_by_text("AI", exact=True)).to_be_visible()


def test_a_misspelt_query_is_corrected(page: Page, field: Locator) -> None:
    search_for(page, "人工只能")
    page.locator("zh-search .panel").get_by_text("人工智能", exact=True).first.click()
    expect(field).to_have_value("人工智能")
    expect(hits(page).first).to_be_visible()


def test_a_filter_leaves_as_many_hits_as_its_chip_says(page: Page, field: Locator) -> None:
    search_for(page, "手机")
    open_filters(page)
    chip = page.locator("zh-search .facets .chip").first
    name, count = chip.inner_text().split()
    chip.click()
    settled(page)
    expect(page.locator("zh-search .total")).to_contain_text(count)
    expect(page.locator("zh-search .chosen")).to_have_text(name)
    expect(hits(page)).to_have_count(min(int(count), 5))


def test_more_results_come_five_at_a_time_and_nothing_leads_to_a_page_that_is_not_there(
    page: Page, field: Locator
) -> None:
    search_for(page, "手机")
    expect(hits(page)).to_have_count(5)
    expect(page.locator("zh-search .foot .all")).to_be_hidden()
    page.get_by_role("button", name="更多结果").click()
    expect(hits(page)).to_have_count(7)
    assert len(set(addresses(page))) == 7
    expect(page.locator("zh-search .foot")).to_be_hidden()
    search_for(page, "算力")
    expect(page.locator("zh-search .foot")).to_be_hidden()


def test_a_page_of_the_site_can_show_all_results(page: Page, site: StaticSite) -> None:
    box = BOX.replace("<form", f'<form action="{BASE}search/"')
    write_page(site.public, box)
    write_page(site.public, box, "search/index.html")
    page.goto(site.url)
    search_for(page, "算力")
    page.locator("zh-search .foot .all").click()
    page.wait_for_url(f"**{BASE}search/?q=*")
    expect(hits(page)).to_have_count(3)


def test_a_form_that_leads_elsewhere_does_so_only_without_the_script(
    browser: Browser, page: Page, site: StaticSite
) -> None:
    box = BOX.replace("<zh-search", '<zh-search first="none"')
    write_page(site.public, box.replace("<form", '<form action="https://engine.example/search"'))
    page.goto(site.url)
    search_for(page, "算力").press("Enter")
    settled(page)
    expect(hits(page)).to_have_count(3)
    assert page.url.partition("?")[0] == site.url
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(site.url)
    expect(plain.locator("form")).to_have_attribute("action", "https://engine.example/search")
    context.close()


def test_a_shared_address_shows_its_search(page: Page, site: StaticSite) -> None:
    page.goto(f"{site.url}?zh-q=算力&zh-tag=AI")
    expect(search_field(page)).to_have_value("算力")
    expect(hits(page)).to_have_count(2)


def test_lists_show_the_posts_and_tags_of_the_export(page: Page, site: StaticSite) -> None:
    lists = f'{BOX}<zh-recent src="{SEARCH}" count="3"></zh-recent><zh-taglist src="{SEARCH}" counts></zh-taglist>'
    write_page(site.public, lists)
    page.goto(site.url)
    expect(page.locator("zh-recent a")).to_have_count(3)
    assert (page.locator("zh-recent a").first.get_attribute("href") or "").startswith(BASE)
    tag = page.locator("zh-taglist a").filter(has_text="AI (").first
    count = int((tag.text_content() or "").strip("AI ()"))
    tag.click()
    expect(page.locator("zh-search .total")).to_have_text(f"找到 {count} 条结果")


@pytest.mark.parametrize("worker", ["", NO_WORKER], ids=["in a worker", "in the page"])
def test_a_reader_goes_on_when_the_site_is_published_anew(
    page: Page, site: StaticSite, republished: Path, worker: str
) -> None:
    page.add_init_script(worker)
    page.goto(site.url)
    search_for(page, "算力")
    expect(hits(page)).to_have_count(3)
    site.public = republished
    search_for(page, "东部机房")
    expect(hits(page).first).to_contain_text("东部机房")


def test_a_total_that_is_not_certain_says_so(page: Page, site: StaticSite, republished: Path) -> None:
    site.public = republished
    page.goto(site.url)
    search_for(page, "“长长的原文”")
    expect(page.locator("zh-search .total")).to_have_text(re.compile(r"^找到 \d+\+ 条结果$"))
    before = page.locator("zh-search .total").inner_text()
    page.get_by_role("button", name="更多结果").click()
    expect(hits(page)).to_have_count(10)
    expect(page.locator("zh-search .total")).not_to_have_text(before)


def test_files_that_are_gone_are_told_with_what_to_do(page: Page, site: StaticSite, field: Locator) -> None:
    search_for(page, "算力")
    site.lost = "/data/|/pages/"
    search_for(page, "都江堰")
    expect(failure(page)).to_have_text("网站刚刚更新过，请刷新页面后再搜索。")
    site.lost = ""
    page.get_by_role("button", name="重试").click()
    expect(hits(page).first).to_be_visible()


def test_an_address_without_search_files_is_told_as_such(page: Page, site: StaticSite) -> None:
    site.lost = "manifest"
    page.goto(site.url)
    search_for(page, "算力")
    expect(failure(page)).to_have_text("找不到本站的搜索文件，请稍后再试。")


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_the_language_of_the_page_tells_of_failures(page: Page, site: StaticSite, lang: str) -> None:
    write_page(site.public, BOX.replace("<zh-search", f'<zh-search lang="{lang}"'))
    site.lost = "/data/"
    page.goto(site.url)
    search_for(page, "算力")
    hints = {
        "zh-TW": "網站剛剛更新過，請重新整理頁面後再搜尋。",
        "en": "The site has just been updated. Please reload the page.",
    }
    expect(failure(page)).to_have_text(hints[lang])


@pytest.mark.parametrize("worker", ["", NO_WORKER], ids=["in a worker", "in the page"])
def test_a_site_that_cannot_be_reached_is_told_and_asked_again(
    page: Page, site: StaticSite, worker: str
) -> None:
    page.add_init_script(worker)
    page.goto(site.url)
    with_box(page)
    site.is_up = False
    search_for(page, "算力")
    expect(failure(page)).to_have_text("无法连接网站，请检查网络后重试。")
    site.is_up = True
    page.get_by_role("button", name="重试").click()
    expect(hits(page)).to_have_count(3)


def test_a_file_that_is_lost_on_its_way_is_asked_for_again(page: Page, site: StaticSite) -> None:
    lost: list[str] = []

    def lose_one(route: Route) -> None:
        if lost or "/pages/" not in route.request.url:
            route.continue_()
        else:
            lost.append(route.request.url)
            route.abort("connectionreset")

    page.add_init_script(NO_WORKER)
    page.route("**/*.bin", lose_one)
    page.goto(site.url)
    search_for(page, "算力")
    expect(hits(page)).to_have_count(3)
    assert len(lost) == 1
    pages = site.asked_below("pages/")
    assert len(pages) == len(set(pages)) == 3


def test_a_reader_who_goes_offline_is_told_and_the_search_goes_on_afterwards(
    page: Page, site: StaticSite, context: BrowserContext, field: Locator
) -> None:
    search_for(page, "算力")
    site.is_up = False
    context.set_offline(True)
    search_for(page, "都江堰")
    expect(page.locator("zh-search .state strong")).to_have_text("网络已断开")
    site.is_up = True
    context.set_offline(False)
    expect(hits(page).first).to_be_visible()


def test_a_browser_that_cannot_unpack_files_is_told_to_be_updated(page: Page, site: StaticSite) -> None:
    page.add_init_script(f"{NO_WORKER} delete window.DecompressionStream;")
    page.goto(site.url)
    search_for(page, "算力")
    expect(failure(page)).to_have_text("浏览器版本过旧，请更新后再搜索。")
    expect(page.get_by_role("link", name="用其他引擎搜索")).to_be_visible()


def test_a_policy_without_workers_lets_the_page_search_by_itself(
    context: BrowserContext, site: StaticSite
) -> None:
    site.policy = POLICY.replace("worker-src 'self'", "worker-src 'none'")
    page = context.new_page()
    page.goto(site.url)
    search_for(page, "算力")
    expect(hits(page)).to_have_count(3)
    assert page.workers == []


def test_the_lines_of_the_docs_give_a_site_of_hugo_its_search(page: Page, tmp_path: Path) -> None:
    with serving_files(build_with_hugo(tmp_path)) as site:
        site.policy = f"{POLICY}; style-src 'unsafe-inline'; img-src *"  # what posts of the sample need
        page.goto(f"{site.url}posts/docker-image-diet/")
        search_for(page, "算力 芯片")
        first = page.locator("zh-search a.page").first
        title = first.locator(".title").inner_text()
        first.click()
        expect(page.locator("h1")).to_have_text(title)
        assert site.url in page.url


SLOW_COMPLETIONS = """
  const later = () => new Promise((done) => { setTimeout(done, 2000, { suggestions: [{ kind: "word", text: "算力芯片", marks: [] }] }); });
  export const open = async () => ({
    search: async (query) => ({ ...ANSWER, query }), suggest: later, languages: async () => ["zh-CN"],
    recent: async () => ({ results: [] }), tags: async () => ({ tags: [] }), close() {},
  });
"""


def test_completions_missed_by_typing_on_are_there_when_the_word_is_typed_again(
    page: Page, site: StaticSite
) -> None:
    script = f"const ANSWER = {json.dumps(reader.artificial_answer())};{SLOW_COMPLETIONS}"
    page.route(
        re.compile(r"/search\.js"), lambda route: route.fulfill(body=script, content_type="text/javascript")
    )
    page.add_init_script(NO_WORKER)
    page.goto(site.url)
    field = with_box(page)
    field.fill("算")
    expect(hits(page)).to_have_count(1)
    field.fill("算力")
    expect(page.locator("zh-search .completion")).to_have_text("算力芯片")
    field.fill("算")
    settled(page)
    expect(page.locator("zh-search .completion")).to_have_text("算力芯片")
