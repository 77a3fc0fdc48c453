"""The element on pages of other origins: odd themes, strict policies, colour schemes, languages, a phone."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.helpers.server import free_port

from .hosts import open_host_page, search_element
from .reader import (
    LOCALE,
    SearchRequests,
    Site,
    hits,
    mock_api,
    open_filters,
    open_search_page,
    search_field,
    search_for,
    settled,
)


def style(locator: Locator, name: str) -> str:
    return str(locator.evaluate("(element, name) => getComputedStyle(element)[name]", name))


def panel(page: Page) -> Locator:
    return page.locator("zh-search .panel")


def lightness(locator: Locator) -> float:
    """Return the lightness of an element's background, from 0 to 1."""
    channels = [float(number) for number in re.findall(r"[\d.]+", style(locator, "backgroundColor"))[:3]]
    return sum(channels) / 3 / 255


@pytest.mark.parametrize("supports_text_fragments", [True, False])
def test_a_browser_without_text_fragments_opens_a_hit_at_its_heading(
    page: Page, site: Site, supports_text_fragments: bool
) -> None:
    if not supports_text_fragments:
        page.add_init_script("delete Document.prototype.fragmentDirective; delete document.fragmentDirective")
    mock_api(page, section={"title": "b", "anchor": "b"}, excerpt="前文。算力网络！", excerpt_marks=[[3, 5]])
    open_host_page(page, site, body=search_element(site))
    search_field(page).fill("算力")
    href = "/posts/a/#b:~:text=" + quote("算力网络") if supports_text_fragments else "/posts/a/#b"
    expect(page.locator("zh-search a.passage")).to_have_attribute("href", href)


def test_an_element_without_a_form_creates_one_that_leads_to_the_search_page(page: Page, site: Site) -> None:
    open_host_page(page, site, body=search_element(site, inside="", attributes='first="none"'))
    search_for(page, "算力").press("Enter")
    expect(page).to_have_url(f"{site.base}/search?q=%E7%AE%97%E5%8A%9B&lang=zh-CN")


def test_a_form_keeps_its_own_target_and_hidden_fields(page: Page, site: Site) -> None:
    form = '<form action="/find" class="x"><label>Find <input class="y" name="q"></label><input type="hidden" name="sitesearch" value="s"><input type="submit"></form>'
    address = open_host_page(page, site, body=search_element(site, inside=form, attributes='first="none"'))
    field = search_for(page, "算力")
    expect(hits(page).first).to_be_visible()
    for hidden in page.locator("zh-search dialog [type=hidden]").all():
        assert style(hidden, "display") == "none"  # else WebKit stops there with Tab
    field.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(f"{address}find?")))
    # Chromium sends fields that were moved in either order.
    assert parse_qs(urlsplit(page.url).query) == {"q": ["算力"], "sitesearch": ["s"], "lang": ["zh-CN"]}


def test_the_plain_form_works_while_the_search_is_down(page: Page, site: Site) -> None:
    page.route(re.compile("/widget.js"), lambda route: route.abort())
    address = open_host_page(page, site, body=search_element(site))
    plain = page.locator("zh-search > form input")
    plain.fill("算力")
    plain.press("Enter")
    expect(page).to_have_url(f"{address}search?q=%E7%AE%97%E5%8A%9B")


def test_a_content_policy_with_only_script_and_connection_is_enough(page: Page, site: Site) -> None:
    policy = f"default-src 'none'; script-src {site.base}; connect-src {site.base}; form-action 'self'; base-uri 'none'"
    open_host_page(page, site, body=search_element(site), policy=policy)
    field = search_field(page)
    assert style(field, "fontSize") == "16px"
    search_for(page, "豆腐")  # whose pages have no images
    expect(hits(page).first).to_be_visible()


def test_styles_of_the_theme_do_not_reach_the_element_nor_the_other_way_round(page: Page, site: Site) -> None:
    theme = """<style>
      * { letter-spacing: 9px; text-transform: uppercase; line-height: 4; }
      input, button, a, p, form { display: none !important; font-size: 40px !important; background: red !important; }
      body > mark { background: lime; }
    </style>"""
    open_host_page(page, site, head=theme, body=search_element(site) + "<mark>host</mark>")
    field = search_field(page)
    assert style(field, "fontSize") == "16px"
    field.fill("DeepSeek")
    excerpt = hits(page).locator(".excerpt").first
    expect(excerpt).to_be_visible()
    assert style(excerpt, "letterSpacing") == "normal"
    assert style(excerpt, "textTransform") == "none"
    assert style(page.locator("body > mark"), "backgroundColor") == "rgb(0, 255, 0)"


def test_a_narrow_clipping_sidebar_does_not_cut_off_the_list(page: Page, site: Site) -> None:
    head = "<style>aside { position: absolute; right: 0; width: 180px; height: 60px; overflow: hidden; transform: scale(1); z-index: 0 }</style>"
    open_host_page(page, site, head=head, body=f"<aside>{search_element(site)}</aside>")
    search_field(page).fill("算力")
    settled(page)
    expect(hits(page).last).to_be_in_viewport()
    shown = panel(page).bounding_box()
    assert shown
    assert shown["width"] == 38 * 16
    assert shown["x"] + shown["width"] <= 1280
    hits(page).last.get_by_role("option").first.click(trial=True)  # fails when something lies over it


def test_at_the_bottom_of_the_window_the_list_opens_upwards(page: Page, site: Site) -> None:
    open_host_page(
        page,
        site,
        head="<style>zh-search { position: fixed; bottom: 10px; width: 600px }</style>",
        body=search_element(site),
    )
    field = search_field(page)
    field.fill("算力")
    settled(page)
    expect(hits(page).first).to_be_in_viewport()
    list_box, field_box = panel(page).bounding_box(), field.bounding_box()
    assert list_box
    assert field_box
    assert list_box["y"] + list_box["height"] <= field_box["y"]


@pytest.mark.parametrize(
    ("theme", "system", "dark"),
    [
        ("", "dark", False),  # a theme without a dark scheme
        ("html { color-scheme: light dark }", "dark", True),
        ("html { color-scheme: light dark }", "light", False),
        ("html { color-scheme: dark }", "light", True),
        ("body { background: oklch(20% .02 250) }", "light", True),  # a theme with a switch of its own
        ("body { background: #fff } html { background: #000 }", "light", False),
        ("@media (prefers-color-scheme: dark) { body { background: #111 } }", "dark", True),
    ],
)
def test_the_list_is_as_dark_as_the_page(
    browser: Browser, site: Site, theme: str, system: str, dark: bool
) -> None:
    context = browser.new_context(locale=LOCALE, color_scheme="dark" if system == "dark" else "light")
    page = context.new_page()
    open_host_page(page, site, head=f"<style>{theme}</style>", body=search_element(site))
    search_field(page).fill("算力")
    settled(page)
    expect(hits(page).first).to_be_visible()
    assert (lightness(panel(page)) < 0.5) == dark
    context.close()


def test_a_site_can_set_its_own_colours(page: Page, site: Site) -> None:
    theme = (
        "<style>zh-search { --zh-search-accent: rgb(179, 38, 30); --zh-search-mark: rgb(1, 2, 3) }</style>"
    )
    open_host_page(page, site, head=theme, body=search_element(site))
    search_field(page).fill("算力")
    assert style(page.locator("zh-search .all"), "color") == "rgb(179, 38, 30)"
    assert style(hits(page).locator("mark").first, "backgroundColor") == "rgb(1, 2, 3)"


@pytest.mark.parametrize(
    ("page_language", "attributes", "placeholder"),
    [
        ("zh-Hant-HK", "", "搜尋本站"),
        ("zh", "", "搜索本站"),
        ("en-US", "", "Search this site"),
        ("en-US", 'lang="zh-CN"', "搜索本站"),
        ("zh-CN", 'placeholder="找文章"', "找文章"),
    ],
)
def test_the_element_uses_the_language_of_the_page(
    page: Page, site: Site, page_language: str, attributes: str, placeholder: str
) -> None:
    open_host_page(page, site, body=search_element(site, attributes=attributes), lang=page_language)
    expect(search_field(page)).to_have_attribute("placeholder", placeholder)


def test_a_page_in_a_language_that_the_site_lacks_is_answered_in_all_with_one_request(
    page: Page, site: Site
) -> None:
    open_host_page(page, site, body=search_element(site), lang="fr")
    requests = SearchRequests(page)
    for words in ("DeepSeek", "Linux"):
        search_for(page, words)
        expect(hits(page).first).to_be_visible()
        expect(page.locator("zh-search .note")).to_have_count(0)
        expect(page.locator("zh-search .chosen")).to_have_count(0)
    asked = [parse_qs(urlsplit(url).query) for url in requests.urls]
    assert [query.get("prefer_lang") for query in asked if "q" in query] == [["fr"], None]


def test_recent_and_tag_lists_without_a_template_use_their_own_markup(page: Page, site: Site) -> None:
    lists = f'<zh-recent src="{site.base}" count="3" lang="zh-TW"></zh-recent><zh-taglist src="{site.base}" count="2"></zh-taglist>'
    open_host_page(page, site, body=lists)
    expect(page.locator("zh-recent > ul > li > a[lang='zh-TW']")).to_have_count(3)
    tags = page.locator("zh-taglist > ul > li > a")
    expect(tags).to_have_count(2)
    tag = tags.first.inner_text()
    tags.first.click()
    expect(page).to_have_url(f"{site.base}/search?tag={quote(tag)}")
    expect(page.locator("main .chip.chosen")).to_have_text([tag])


def test_two_elements_on_a_page_work_independently(page: Page, site: Site) -> None:
    open_host_page(page, site, body=search_element(site) + search_element(site, inside=""))
    fields = page.get_by_role("combobox")
    expect(fields).to_have_count(2)
    fields.nth(0).fill("算力")
    settled(page)
    expect(hits(page).first).to_be_visible()
    fields.nth(1).fill("豆腐")
    settled(page)
    expect(page.locator("zh-search").nth(1).locator(".hit").first).to_be_visible()
    expect(page.locator("zh-search").nth(0).locator(".hit").first).to_be_hidden()


def test_on_a_phone_the_sheet_fits_and_targets_are_large_enough_for_fingers(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(
        locale=LOCALE,
        base_url=site.base,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
    )
    page = context.new_page()
    field = open_search_page(page)
    field.tap()
    search_for(page, "算力")
    expect(hits(page).first).to_be_visible()
    open_filters(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shown = panel(page).bounding_box()
    assert shown
    assert shown["width"] == 390
    assert float(style(field, "fontSize").removesuffix("px")) >= 16
    for target in page.locator("zh-search :is(button, [role=option], .all):visible").all():
        size = target.bounding_box()
        assert size
        assert size["height"] >= 44, target.inner_text()
    context.close()


def test_a_reader_who_prefers_reduced_motion_gets_no_animation(browser: Browser, site: Site) -> None:
    context = browser.new_context(locale=LOCALE, base_url=site.base, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/search")
    search_field(page).fill("算力")
    settled(page)
    expect(hits(page).first).to_be_visible()
    assert style(panel(page), "animationName") == "none"
    context.close()


def test_from_an_origin_that_is_not_allowed_the_form_still_works(page: Page, site: Site) -> None:
    stranger = f"http://127.0.0.1:{free_port()}/"
    html = f'<!doctype html><script type="module" src="{site.base}/widget.js"></script>{search_element(site)}'
    page.route(
        re.compile(re.escape(stranger)), lambda route: route.fulfill(body=html, content_type="text/html")
    )
    page.goto(stranger)
    field = search_field(page)
    field.fill("算力")
    expect(page.locator("zh-search .state")).to_be_visible()
    expect(hits(page)).to_have_count(0)
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q="))


def test_with_the_style_sheet_nothing_moves_when_the_script_loads(page: Page, site: Site) -> None:
    head = f'<link rel="stylesheet" href="{site.base}/widget.css"><style>p {{ margin: 0 }}</style>'
    html = (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>Host</title>{head}'
        f"</head><body>{search_element(site, inside='')}<p>后文</p></body></html>"
    )
    page.route(
        f"http://127.0.0.1:{site.other_port}/",
        lambda route: route.fulfill(body=html, content_type="text/html"),
    )
    page.goto(f"http://127.0.0.1:{site.other_port}/")
    top_of_text = "document.querySelector('p').getBoundingClientRect().top"
    before = page.evaluate(top_of_text)
    page.add_script_tag(type="module", url=f"{site.base}/widget.js")
    search_field(page)
    assert abs(page.evaluate(top_of_text) - before) < 1
