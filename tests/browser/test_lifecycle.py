"""Elements that a page removes, copies, moves and loads anew, as pjax, swup and Turbo do."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from .hosts import open_host_page, search_element
from .reader import API, SearchRequests, Site, hits, round_trip, search_field, search_for
from .starts import mock_start

COUNT_LISTENERS = """() => {
  window.listening = 0;
  for (const target of [window, document, visualViewport]) {
    const add = target.addEventListener.bind(target), remove = target.removeEventListener.bind(target);
    target.addEventListener = (type, act, options) => {
      listening += 1;
      if (options && options.signal) options.signal.addEventListener("abort", () => { listening -= 1; });
      return add(type, act, options);
    };
    target.removeEventListener = (...all) => {
      listening -= 1;
      return remove(...all);
    };
  }
}"""


def put(page: Page, html: str) -> None:
    page.evaluate("(html) => { document.querySelector('main').innerHTML = html; }", html)


def test_removed_elements_leave_nothing_behind(page: Page, site: Site) -> None:
    mock_start(page)
    open_host_page(page, site, body="<main></main>")
    page.evaluate(COUNT_LISTENERS)
    counts = []
    for _ in range(3):
        put(page, search_element(site))
        search_field(page).click()
        search_for(page, "标题")
        expect(hits(page).first).to_be_visible()
        put(page, "")
        counts.append(page.evaluate("listening"))
    assert counts[2] == counts[0]


def test_a_removed_element_searches_no_more_when_the_network_is_back(page: Page, site: Site) -> None:
    open_host_page(page, site, body=f"<main>{search_element(site)}</main>")
    search_field(page).click()
    page.route(API, lambda route: route.abort())
    search_for(page, "算力")
    expect(page.locator("zh-search .state")).to_be_visible()
    put(page, "")
    requests = SearchRequests(page)
    page.evaluate("dispatchEvent(new Event('online'))")
    round_trip(page)
    assert requests.urls == []


def test_a_copy_of_an_element_and_of_the_page_as_html_work(page: Page, site: Site) -> None:
    mock_start(page)
    form = '<form action="/find"><input name="q" placeholder="找"><input type="hidden" name="tag" value="AI"></form>'
    open_host_page(page, site, body=f"<main>{search_element(site, form)}</main>")
    copies = (
        "(main) => main.replaceChildren(main.firstElementChild.cloneNode(true))",
        "(main) => { main.innerHTML = main.innerHTML; }",
    )
    for copy in ("() => {}", *copies):
        page.locator("main").evaluate(copy)
        expect(search_field(page)).to_have_attribute("placeholder", "找")
        requests = SearchRequests(page)
        search_for(page, f"标题{len(copy)}")
        expect(hits(page)).to_have_count(1)
        assert "tag=AI" in requests.urls[-1]
        expect(page.locator("zh-search > form input")).to_have_count(2)
        expect(page.get_by_role("link", name="查看全部")).to_have_attribute("href", re.compile("/find"))


def test_an_element_works_after_it_was_removed_and_added_again(page: Page, site: Site) -> None:
    open_host_page(page, site, body=search_element(site))
    search_for(page, "算力")
    expect(hits(page).first).to_be_visible()
    page.evaluate(
        "() => { const e = document.querySelector('zh-search'); e.remove(); document.body.append(e); }"
    )
    expect(hits(page).first).to_be_hidden()
    search_for(page, "豆腐")
    expect(hits(page).first).to_be_visible()


def test_the_box_is_loaded_again_after_it_could_not_be_had(page: Page, site: Site) -> None:
    box = re.compile(r"/box\.js")
    page.route(box, lambda route: route.abort())
    open_host_page(page, site, body=search_element(site))
    with page.expect_console_message(lambda line: "dynamically imported" in line.text):
        search_field(page).fill("算")
    page.unroute(box)
    search_for(page, "算力")
    expect(hits(page).first).to_be_visible()


def test_a_page_scrolls_again_after_an_open_dialog_was_removed(page: Page, site: Site) -> None:
    mock_start(page)
    modal = search_element(site, attributes='mode="modal"')
    open_host_page(page, site, body=f"<main>{modal}</main>")
    overflow = "getComputedStyle(document.documentElement).overflow"
    expect(page.locator("zh-search .trigger")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(search_field(page)).to_be_focused()
    assert page.evaluate(overflow) == "hidden"
    put(page, modal)
    assert page.evaluate(overflow) == "visible"
    page.locator("zh-search .trigger").click()
    search_for(page, "标题")
    expect(hits(page).first).to_be_visible()
