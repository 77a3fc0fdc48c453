"""Take the screenshots of the README: the search box in a Mainroad site, light and dark.

`HUGO_THEMES=folder python -m tests.browser.screenshots`; the folder contains the theme as Mainroad/. The result depends
on this machine's Chromium and fonts, so that no test makes or compares them.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from .conftest import FLAGS, serving_sample
from .reader import LOCALE, hits, open_filters, search_field, settled
from .sites import build, static_server, theme_folder

HERE = Path(__file__).parent
# Mainroad has no dark colours of its own; these stand in for a site's.
DARK = """
html { color-scheme: dark } body { background: #101316 }
.wrapper, .header, .footer, .container--outer { background: #181c20 !important; color: #d7dce0 }
h1, h2, h3, h4, .logo__title, .widget__link, .post__title, a { color: #e9edf0 !important }
.btn { background: #2c333a }
zh-search { --zh-search-accent: #ff8f8a }
"""


def main() -> None:
    """Build the site, open the hits and take a screenshot in both colour schemes."""
    with (
        tempfile.TemporaryDirectory() as name,
        sync_playwright() as playwright,
        serving_sample(Path(name)) as site,
    ):
        public = build(Path(name) / "site", site.base, theme=theme_folder("Mainroad"))
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        with static_server(public, site.other_port) as home:
            for scheme in ("light", "dark"):
                page = chromium.new_context(
                    locale=LOCALE, viewport={"width": 1080, "height": 700}, reduced_motion="reduce"
                ).new_page()
                page.goto(f"{home}/posts/mapo-doufu/", wait_until="domcontentloaded")
                page.add_style_tag(
                    content=DARK if scheme == "dark" else "zh-search { --zh-search-accent: #c01f22 }"
                )
                show_hits(page)
                page.screenshot(path=HERE / f"mainroad-{scheme}.png")
        chromium.close()


def show_hits(page: Page) -> None:
    """Type a query, open the filters and choose the first option."""
    search_field(page).fill("算力")
    settled(page)
    expect(hits(page).first).to_be_visible()
    open_filters(page)
    search_field(page).press("ArrowDown")
    page.mouse.move(5, 5)


if __name__ == "__main__":
    main()
