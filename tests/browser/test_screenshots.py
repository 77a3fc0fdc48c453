"""Screenshots of the states that a reader sees, for people to look at: set SCREENSHOTS to a folder to keep them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from .reader import LOCALE, Site, hits, open_filters, search_field, settled

PNG = b"\x89PNG"


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [("light", 1280, "light"), ("dark", 1280, "dark"), ("phone", 390, "light"), ("phone-dark", 390, "dark")],
)
def test_screenshots_of_the_search_page_and_of_the_hits_are_taken(
    browser: Browser, site: Site, screenshots: Path, name: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    phone = width < 600
    context = browser.new_context(
        locale=LOCALE, base_url=site.base, viewport={"width": width, "height": 844}, color_scheme=scheme,
        has_touch=phone, is_mobile=phone, device_scale_factor=2, reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()

    def screenshot(state: str, *, full: bool = False) -> None:
        page.screenshot(path=screenshots / f"{name}-{state}.png", full_page=full)
        assert (screenshots / f"{name}-{state}.png").read_bytes().startswith(PNG)

    for state, path in (("page", "/search?q=算力"), ("chosen", "/search?q=&tag=R%26D&from=2025&to=2025")):
        page.goto(path)
        search_field(page)
        screenshot(state, full=True)
    page.goto("/search")
    search_field(page).fill("算力")
    settled(page)
    expect(hits(page).first).to_be_visible()
    search_field(page).press("ArrowDown")
    screenshot("list")
    open_filters(page)
    screenshot("facets")
    search_field(page).fill("zzqxwv")
    expect(page.locator("zh-search .state")).to_be_visible()
    screenshot("nothing")
    context.close()
