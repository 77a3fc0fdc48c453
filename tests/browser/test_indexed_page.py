"""From a query to the end: a hit opens the page, where the server of the search is the only one."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from .reader import LOCALE, HeldRequests, Site, hits, open_search_page, search_field, wait_until
from .test_access import violations

TEXT_WIDTH = """element => {
  const range = document.createRange();
  range.selectNodeContents(element);
  return range.getBoundingClientRect().width;
}"""


def test_a_hit_of_the_search_page_opens_at_its_sentence(page: Page) -> None:
    page.set_viewport_size({"width": 800, "height": 300})
    page.goto("/search?q=卡脖子")
    page.locator(".hit h2 a").first.click()
    expect(page.locator("article h1")).to_be_visible()
    expect(page.get_by_role("note")).to_contain_text("site_url")
    wait_until(page, "window.scrollY > 0")


def test_the_section_of_a_hit_opens_at_its_heading(page: Page, site: Site) -> None:
    query = "温度告警"
    (hit,) = [hit for hit in site.api(q=query)["results"] if hit["section"]]
    page.set_viewport_size({"width": 800, "height": 300})
    page.goto(f"/search?q={query}")
    page.locator(".section a").click()
    heading = page.locator(f"[id='{hit['section']['anchor']}']")
    expect(heading).to_have_text(hit["section"]["title"])
    expect(heading).to_be_in_viewport()
    assert heading.evaluate("element => element.matches(':target')")


def test_a_hit_while_typing_opens_the_page_and_the_page_leads_back_to_the_search(page: Page) -> None:
    open_search_page(page).fill("麻婆豆腐")
    hits(page).first.locator("a").first.click()
    expect(page.locator("article h1")).to_have_text("麻婆豆腐的化学课")
    search_field(page).fill("镜像")
    expect(hits(page).first).to_be_visible()
    page.get_by_role("link", name="返回搜索页").click()
    expect(page).to_have_url(re.compile("/search$"))


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_wrong_on_a_shown_page_and_beside_a_suggestion(
    browser: Browser, site: Site, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(
        locale=LOCALE, base_url=site.base, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page = context.new_page()
    for path in ("/posts/docker-image-diet/", "/posts/mapo-doufu/", "/search?q=rongqi", "/search?q=zzqxwv"):
        open_search_page(page, path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.parametrize("fails", ["404", "no answer"])
def test_a_thumbnail_has_its_space_while_it_loads_and_none_once_it_failed(page: Page, fails: str) -> None:
    held = HeldRequests(page, re.compile("inews.gtimg.com"))
    page.goto("/search?q=AICG", wait_until="domcontentloaded")
    picture = held.next()
    thumb = page.locator(".thumb").first
    while_loading = thumb.bounding_box()
    assert while_loading
    assert while_loading["height"] == 96
    excerpt = page.locator(".hit .excerpt").first
    width_beside = excerpt.evaluate(TEXT_WIDTH)
    picture.fulfill(status=404, body="") if fails == "404" else picture.abort()
    wait_until(page, "document.querySelector('.thumb img').complete")
    wait_until(page, "document.querySelector('.thumb').getBoundingClientRect().height === 0")
    assert excerpt.evaluate(TEXT_WIDTH) > width_beside + 60  # px: the lines take the place of the image


def test_every_search_tip_finds_something(page: Page) -> None:
    page.goto("/search?q=zzqxwv")
    examples = page.locator(".help code").all_inner_texts()
    assert len(examples) == 7
    for example in examples:
        page.goto(f"/search?q={example}")
        expect(page.locator(".hit").first).to_be_visible()


def test_the_search_page_leads_back_to_the_site(page: Page) -> None:
    page.goto("/search?q=算力")
    home = page.get_by_role("link", name="码上新闻")
    expect(home).to_have_attribute("href", "/")
    home.click()
    expect(page).to_have_url(re.compile("/search$"))  # this server has no other home page
