"""Take the picture of the lab, and those of the README: the search box on a fresh Hugo site with the theme Mainroad.

`HUGO_THEMES=folder make pictures`; the folder contains the theme as Mainroad/. The site is the sample content with a
title and a language, and what README's minute writes and prints; a picture is taken only of a page whose style sheets
are all the theme's. Mainroad is light for every reader, and the box follows it: there is no dark picture to take. The
result depends on this machine's Chromium and fonts, so that no test compares the pictures.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.helpers.hugo import hugo
from tests.helpers.sites import ROOT

from .conftest import FLAGS
from .minute import minute_on
from .owner import running_lab, sample_in
from .reader import LOCALE, hits, open_filters, search_field, settled
from .sites import theme_folder, write_minimal_mainroad

HERE: Final = Path(__file__).parent
SCREENS: Final = {"desktop": (1000, 680), "phone": (390, 680)}
LAB_PICTURE: Final = ROOT / "docs" / "lab.png"
OWN_LINES: Final = 'baseURL = "/"\ntitle = "码上新闻"\nlocale = "zh-CN"\ntheme = "mainroad"\n'


def main() -> None:
    """Take the pictures anew."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        take_lab_picture(chromium, sample_in(Path(name) / "lab"), LAB_PICTURE)
        try:
            take_pictures(chromium, fresh_site(Path(name) / "site", theme_folder("Mainroad")), HERE)
        except pytest.skip.Exception as missing:
            print(f"No pictures of the box: {missing}", file=sys.stderr)
        chromium.close()


def fresh_site(site: Path, theme: Path | None) -> Path:
    """Make a site as its owner begins it: `hugo new site`, the sample posts, a title, a language and a theme (None: a
    minimal one)."""
    hugo("new", "site", site)
    shutil.copytree(ROOT / "content", site / "content", dirs_exist_ok=True)
    (site / "content/hugo.toml").unlink()  # the sample's own configuration
    (site / "hugo.toml").write_text(OWN_LINES, encoding="utf-8")
    if theme:
        (site / "themes/mainroad").symlink_to(theme)
    else:
        write_minimal_mainroad(site)
    return site


def take_pictures(chromium: Browser, site: Path, folder: Path) -> None:
    """Take a picture of the hits on each screen, as mainroad-<screen>.png."""
    with minute_on(site) as home:
        for screen in SCREENS:
            with reader_of(chromium, screen) as page:
                page.goto(f"{home}/posts/mapo-doufu/", wait_until="domcontentloaded")
                show_hits(page)
                check_styles(page)
                page.screenshot(path=folder / f"mainroad-{screen}.png")


def take_lab_picture(chromium: Browser, folder: Path, picture: Path) -> None:
    """Take a picture of the lab in the folder of an owner who tries a synonym."""
    context = chromium.new_context(locale="en", viewport={"width": 1360, "height": 860})
    page = context.new_page()
    with running_lab(folder) as url:
        page.goto(url)
        page.get_by_role("searchbox").fill("服务器 散热")
        page.get_by_role("button", name="Right: ").first.click()
        page.get_by_label("Synonyms").fill("服务器, 伺服器\n散热, 风扇\n")
        page.get_by_role("button", name="Try").click()
        expect(page.get_by_role("region", name="As tried").locator(".hit")).to_have_count(2)
        page.screenshot(path=picture)
    context.close()


@contextmanager
def reader_of(chromium: Browser, screen: str) -> Iterator[Page]:
    """Yield a page of a reader with this screen."""
    width, height = SCREENS[screen]
    phone = screen == "phone"
    context = chromium.new_context(
        locale=LOCALE, viewport={"width": width, "height": height}, is_mobile=phone, has_touch=phone,
        reduced_motion="reduce",
    )  # fmt: skip
    yield context.new_page()
    context.close()


def show_hits(page: Page) -> None:
    """Type a query, and open the filters where there is room. A phone has the box below the post, and a button in the
    header, which opens it."""
    field = search_field(page)
    follow = page.locator("zh-search-follow button")
    if is_phone := follow.is_visible():
        follow.click()
    field.fill("算力")
    settled(page)
    expect(hits(page).first).to_be_visible()
    if not is_phone:
        open_filters(page)
        field.press("ArrowDown")


def check_styles(page: Page) -> None:
    """Refuse a page with styles that are neither in the files that its HTML, as Hugo wrote it, names, nor the box's own."""
    sheets: list[str | None] = page.evaluate("[...document.styleSheets].map((sheet) => sheet.href)")
    inline: list[str] = page.evaluate(
        "[...document.querySelectorAll('[style]:not(html, zh-search, zh-search-follow)')].map((one) => one.outerHTML)"
    )
    written = page.request.get(page.url).text()
    foreign = [sheet for sheet in sheets if not (sheet and urlsplit(sheet).path in written)]
    assert not foreign + inline, f"styles that no user gets: {foreign + inline}"


if __name__ == "__main__":
    main()
