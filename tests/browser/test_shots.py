"""Pictures of the states a reader meets, for people to look at: set SCREENSHOTS to a folder that stays."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from .reader import LOCALE, Site, box, hits, unfold

PNG = b"\x89PNG"


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [("light", 1280, "light"), ("dark", 1280, "dark"), ("phone", 390, "light"), ("phone-dark", 390, "dark")],
)
def test_pictures_of_the_page_and_the_list(
    browser: Browser, site: Site, shots: Path, name: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    phone = width < 600
    context = browser.new_context(
        locale=LOCALE, base_url=site.base, viewport={"width": width, "height": 844}, color_scheme=scheme,
        has_touch=phone, is_mobile=phone, device_scale_factor=2, reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()

    def picture(state: str, *, full: bool = False) -> None:
        page.screenshot(path=shots / f"{name}-{state}.png", full_page=full)
        assert (shots / f"{name}-{state}.png").read_bytes().startswith(PNG)

    for state, path in (("page", "/search?q=算力"), ("chosen", "/search?q=&tag=R%26D&from=2025&to=2025")):
        page.goto(path)
        box(page)
        picture(state, full=True)
    page.goto("/search")
    box(page).fill("算力")
    expect(hits(page).first).to_be_visible()
    box(page).press("ArrowDown")
    picture("list")
    unfold(page)
    picture("facets")
    box(page).fill("zzqxwv")
    expect(page.locator("zh-search .state")).to_be_visible()
    picture("nothing")
    context.close()
