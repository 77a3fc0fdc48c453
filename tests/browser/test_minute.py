"""README's minute, pasted on a fresh site of the real Hugo: the box is on the site, and a hit opens its page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.helpers.hugo import hugo, write_files
from tests.helpers.sites import post

from .minute import minute_on
from .reader import LOCALE, hits, search_field
from .sites import theme_folder, write_minimal_mainroad


@pytest.fixture(params=["minimal", "Mainroad"])
def fresh_site(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A site as `hugo new site` makes it, with a theme, Chinese as its language, and two posts."""
    site = tmp_path / "site"
    hugo("new", "site", site)
    if request.param == "minimal":
        write_minimal_mainroad(site)
    else:
        (site / "themes/mainroad").symlink_to(theme_folder("Mainroad"))
    lines = (site / "hugo.toml").read_text(encoding="utf-8").replace("en-us", "zh-CN")
    (site / "hugo.toml").write_text(f'{lines}theme = "mainroad"\n', encoding="utf-8")
    posts = {"posts/a.md": post("国产算力", "芯片与服务器"), "posts/b.md": post("菜谱", "麻婆豆腐")}
    return write_files(site, {f"content/{name}": text for name, text in posts.items()})


def test_the_minute_of_the_readme_ends_with_a_box_that_works(browser: Browser, fresh_site: Path) -> None:
    with minute_on(fresh_site) as address:
        context = browser.new_context(locale=LOCALE, viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(address)
        search_field(page).press_sequentially("算力", delay=20)
        expect(hits(page).locator(".title").first).to_have_text("国产算力")
        # With `locale` alone, Hugo's key of the language stays `en`, and that is what themes write into <html>.
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator("zh-search [role=status]")).to_contain_text("找到 1 条")
        expect(page.locator("zh-search .note")).to_have_count(0)
        hits(page).first.locator("a.page").click()
        expect(page.locator("h1").first).to_have_text("国产算力")
        assert page.url.startswith(f"{address}/posts/a/")
        context.close()
