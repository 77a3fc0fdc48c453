"""Facets of a site's own in the box: a value becomes a field of the query, and its chip takes it back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.helpers import server
from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.settings import Settings

from .reader import hits, open_filters, open_search_page, settled


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a small site with a facet of its own."""
    posts = {
        "a.md": post("甲", "正文", series=['山海"经']),
        "b.md": post("乙", "正文", series=["搜神记"]),
    }
    posts["a.md"] = posts["a.md"].replace('"山海"经"', "'山海\"经'")
    folder = write_site(tmp_path_factory.mktemp("own-facets"), posts)
    settings = index_site(folder, Settings(facets=("series",)))
    with server.serving(folder, settings, "--workers", "1") as running:
        yield running.url


@pytest.mark.parametrize(("value", "title"), [("搜神记", "乙"), ('山海"经', "甲")])
def test_a_value_of_the_sites_own_facet_narrows_the_hits_until_its_chip_is_pressed(
    page: Page, base: str, value: str, title: str
) -> None:
    field = open_search_page(page, f"{base}/search")
    field.fill("正文")
    settled(page)
    expect(hits(page)).to_have_count(2)
    open_filters(page)
    page.get_by_role("group", name="系列").get_by_role("button", name=f"{value} 1").click()
    expect(hits(page)).to_have_count(1)
    expect(hits(page).first).to_contain_text(title)
    asked = f'正文 series:"{value.replace(chr(34), " ")}"'
    expect(field).to_have_value(asked)
    page.get_by_role("group", name="已选条件").get_by_role("button").click()
    expect(hits(page)).to_have_count(2)
    expect(field).to_have_value("正文")
