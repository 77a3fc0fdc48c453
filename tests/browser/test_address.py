"""The open search in the page's address: it comes back after a reload, and never takes the page's own parameters."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from .hosts import open_host_page, search_element
from .reader import SearchRequests, Site, hits, round_trip, search_field, search_for, settled
from .starts import mock_start

OWN = "?q=own&tag=t&page=2&lang=de&flag&a=%20b"
FORM = '<form action="{action}" role="search"><input type="search" name="q"></form>'


def starting_with(address: str) -> re.Pattern[str]:
    """Addresses that begin like this."""
    return re.compile(re.escape(address))


def open_page(page: Page, site: Site, query: str, action: str = "/results") -> str:
    """Open a page with a field, whose form leads to `action`, and parameters in its address."""
    mock_start(page)
    address = open_host_page(page, site, body=search_element(site, FORM.format(action=action)))
    page.goto(address + query)
    return address


def test_parameters_of_the_page_stay_as_they_are_written(page: Page, site: Site) -> None:
    address = open_page(page, site, OWN)
    field = search_for(page, "算力 C++")
    expect(page).to_have_url(starting_with(f"{address}{OWN}&zh-q=%E7%AE%97%E5%8A%9B+C%2B%2B"))
    field.press("Escape")
    expect(page).to_have_url(address + OWN)


def test_a_pages_own_query_opens_nothing(page: Page, site: Site) -> None:
    requests = SearchRequests(page)
    open_page(page, site, OWN)
    expect(search_field(page)).to_have_value("")
    round_trip(page)
    expect(page.locator("zh-search .panel")).to_be_hidden()
    assert not requests.urls


def test_a_reload_opens_the_same_search_with_its_filters(page: Page, site: Site) -> None:
    address = open_page(page, site, "?tag=own&zh-q=算力&zh-tag=AI&zh-sort=newest&zh-other=1#part")
    requests = SearchRequests(page)
    page.reload()
    settled(page)
    expect(search_field(page)).to_have_value("算力")
    expect(hits(page)).to_have_count(1)
    assert re.search("tag=AI", requests.urls[0])
    assert re.search("sort=newest", requests.urls[0])
    assert "own" not in requests.urls[0]
    expect(page).to_have_url(starting_with(f"{address}?tag=own&zh-other=1&zh-q="))
    assert page.url.endswith("#part")


def test_the_page_that_the_form_leads_to_has_the_plain_names(page: Page, site: Site) -> None:
    address = open_page(page, site, "?q=算力&tag=AI&page=2&zh-q=other", "/")
    settled(page)
    expect(search_field(page)).to_have_value("算力")
    expect(hits(page)).to_have_count(1)
    expect(page).to_have_url(starting_with(f"{address}?page=2&zh-q=other&q=%E7%AE%97%E5%8A%9B"))
    search_field(page).press("Escape")
    expect(page).to_have_url(f"{address}?page=2&zh-q=other")
