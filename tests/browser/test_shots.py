"""Pictures of the states a reader meets, for people to look at: set SCREENSHOTS to a folder that stays."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from .reader import LOCALE, Site, box, hits

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
        has_touch=phone, is_mobile=phone, device_scale_factor=2,
    )  # fmt: skip
    page = context.new_page()
    pages = {
        "page": "/search?q=算力",
        "chosen": "/search?q=&tag=R%26D&from=2025&to=2025",
        "empty": "/search?q=zzqxwv",
    }
    for state, path in pages.items():
        page.goto(path)
        box(page)
        page.screenshot(path=shots / f"{name}-{state}.png", full_page=True)
    page.goto("/search")
    box(page).fill("算力")
    expect(hits(page).first).to_be_visible()
    box(page).press("ArrowDown")
    page.wait_for_timeout(200)  # the list has faded in
    page.screenshot(path=shots / f"{name}-list.png")
    page.locator("zh-search .chip").first.click()
    expect(page.locator("zh-search .chip[aria-pressed=true]")).to_have_count(1)
    page.wait_for_timeout(200)
    page.screenshot(path=shots / f"{name}-list-chosen.png")
    context.close()
    assert all(
        (shots / f"{name}-{state}.png").read_bytes().startswith(PNG)
        for state in ["list", "list-chosen", *pages]
    )
