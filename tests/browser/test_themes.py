"""The elements in sites built by the real Hugo with the customer's post, and in real themes where they are installed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.helpers.sites import SEED
from zhsearch.search.highlight.text_fragment import quoted_passage

from .reader import Site, hits, search_field, settled
from .sites import build, static_server, theme_folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Iterator[str]:
    """The URL of the sample site, built with the partials for Mainroad."""
    with static_server(build(tmp_path_factory.mktemp("hugo"), site.base), site.other_port) as address:
        yield address


def get_json(site: Site, path: str) -> Any:
    with urlopen(f"{site.base}{path}", timeout=30) as answer:
        return json.load(answer)


def test_a_hit_opens_the_page_that_hugo_built(page: Page, home: str) -> None:
    page.goto(home)
    field = search_field(page)
    field.press_sequentially("國產算力", delay=20)
    settled(page)
    expect(hits(page).locator(".title").first).to_have_text(SEED)
    hits(page).first.locator("a.page").click()
    expect(page.locator("h1")).to_have_text(SEED)
    assert page.url.startswith(f"{home}/")


def test_a_hit_opens_at_its_passage(page: Page, site: Site, home: str) -> None:
    results = site.api(q="docker history")["results"]
    hit = next(hit for hit in results if hit["section"])
    anchor, sentence = (
        hit["section"]["anchor"],
        quoted_passage(hit["excerpt"], hit["excerpt_marks"]).split()[-1],
    )
    page.set_viewport_size({"width": 1280, "height": 300})
    page.goto(home)
    search_field(page).fill("docker history")
    page.locator(f"zh-search a.passage[href*='#{anchor}:~:text=']").first.click()
    page.wait_for_url(re.compile("/posts/"))
    # The browser hides the text fragment from the scripts of the page.
    assert unquote(str(page.evaluate("location.hash"))) == f"#{anchor}"
    expect(page.get_by_text(sentence).first).to_be_in_viewport()


def test_back_from_a_hit_shows_the_hits_again(page: Page, home: str) -> None:
    page.goto(home)
    search_field(page).fill("算力")
    hits(page).first.locator("a.page").click()
    expect(page.locator("h1")).to_have_text(SEED)
    page.go_back()
    expect(hits(page).first).to_be_visible()
    expect(search_field(page)).to_have_value("算力")


def test_hits_are_in_the_language_of_the_page_until_its_filter_is_removed(
    page: Page, site: Site, home: str
) -> None:
    page.goto(home)
    search_field(page).fill("SQLite")
    all_languages, chinese = site.api(q="SQLite"), site.api(q="SQLite", lang="zh-CN")
    assert 0 < chinese["total"] < all_languages["total"]
    status = page.locator("zh-search [role=status]")
    expect(status).to_contain_text(f"找到 {chinese['total']} 条")
    page.get_by_role("button", name="移除“简体中文”").click()
    expect(status).to_contain_text(f"找到 {all_languages['total']} 条")


def test_a_query_without_hits_in_the_language_is_searched_in_all_languages(
    page: Page, site: Site, home: str
) -> None:
    assert site.api(q="sleeper train", lang="zh-CN")["total"] == 0
    page.goto(home)
    search_field(page).fill("sleeper train")
    expect(page.locator("zh-search .note")).to_have_text("以下是其他语言的内容。")
    expect(hits(page).first).to_contain_text("Wi-Fi on the Night Train")


def test_recent_posts_and_tags_are_shown_in_the_themes_own_markup(page: Page, site: Site, home: str) -> None:
    page.goto(home)
    recent = page.locator("zh-recent ul.widget__list > li.widget__item > a.widget__link")
    posts = get_json(site, "/api/recent?count=10")["results"]
    expect(recent).to_have_text([post["title"] for post in posts])
    assert [link.get_attribute("href") for link in recent.all()] == [post["url"] for post in posts]
    tags = page.locator("zh-taglist > a.widget-taglist__link")
    expect(tags).to_have_text(
        [f"{tag['value']} ({tag['count']})" for tag in get_json(site, "/api/tags")["tags"]]
    )
    tags.filter(has_text="R&D").click()
    expect(page).to_have_url(f"{home}/tags/rd/")  # the page that Hugo built for the tag


def test_the_lists_and_the_form_built_by_hugo_stay_while_the_search_is_down(
    page: Page, site: Site, home: str
) -> None:
    page.route(re.compile(re.escape(site.base)), lambda route: route.abort())
    page.goto(home)
    expect(page.locator("zh-recent a")).to_have_count(10)
    assert page.locator("zh-taglist a").count() > 10
    expect(page.locator("zh-search > form input")).to_be_visible()


def test_a_script_that_does_not_match_the_pinned_integrity_value_does_not_run(page: Page, home: str) -> None:
    page.route(
        re.compile("/widget.js"),
        lambda route: route.fulfill(
            body="document.body.remove()",
            content_type="text/javascript",
            headers={"Access-Control-Allow-Origin": "*"},
        ),
    )
    page.goto(home)
    expect(page.locator("zh-search > form input")).to_be_visible()
    expect(page.get_by_role("combobox")).to_have_count(0)


WIDE, PHONE = (1280, 900), (390, 780)
BUTTON, FOLLOWING = "zh-search-button button", "zh-search-follow button"


def open_theme(page: Page, site: Site, folder: Path, name: str, size: tuple[int, int]) -> None:
    """Open the home page of the sample site in a real theme."""
    public = build(folder, site.base, theme=theme_folder(name))
    page.set_viewport_size({"width": size[0], "height": size[1]})
    # `home` listens on the only allowed port, so its pages are replaced by those of this site.
    page.route(
        re.compile(rf"127\.0\.0\.1:{site.other_port}/"),
        lambda route: (
            route.fulfill(path=file) if (file := file_of(public, route.request.url)) else route.abort()
        ),
    )
    page.goto(f"http://127.0.0.1:{site.other_port}/", wait_until="domcontentloaded")


@pytest.mark.parametrize(
    ("name", "opener", "size"),
    [
        ("Mainroad", None, WIDE),
        ("Mainroad", FOLLOWING, PHONE),
        ("hugo-PaperMod", BUTTON, WIDE),
        ("hugo-PaperMod", BUTTON, PHONE),
        ("hugo-theme-stack", None, WIDE),
        ("hugo-theme-stack", FOLLOWING, PHONE),
    ],
)
def test_the_search_is_in_sight_in_a_real_theme_and_finds_the_post(
    page: Page, site: Site, tmp_path: Path, name: str, opener: str | None, size: tuple[int, int]
) -> None:
    open_theme(page, site, tmp_path, name, size)
    if opener:
        expect(page.locator(opener)).to_be_in_viewport(ratio=1)
        page.locator(opener).click()
    field = search_field(page)
    expect(field).to_be_in_viewport()
    field.fill("國產算力")
    settled(page)
    expect(hits(page).locator(".title").first).to_have_text(SEED)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_papermods_button_is_a_link_to_its_search_page_without_the_script(
    page: Page, site: Site, tmp_path: Path
) -> None:
    page.route(re.compile(re.escape(site.base)), lambda route: route.abort())
    open_theme(page, site, tmp_path, "hugo-PaperMod", WIDE)
    page.locator("zh-search-button a").click()
    expect(page.locator("zh-search > form input")).to_be_visible()


def file_of(public: Path, url: str) -> Path | None:
    """Return the published file at a URL."""
    path = public / unquote(url.split("/", 3)[3].partition("?")[0])
    path = path / "index.html" if path.is_dir() else path
    return path if path.exists() else None
