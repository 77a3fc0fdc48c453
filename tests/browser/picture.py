"""Print the pictures of the README: the search box in a Mainroad site, light and dark.

`HUGO_THEMES=folder python -m tests.browser.picture`; the folder holds the theme, as Mainroad/. Chromium and the fonts
of this machine decide how it looks, so that the pictures are made by hand and not by a test.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.helpers.server import free_port

from .conftest import FLAGS, serving, zhsearch
from .reader import LOCALE, box, hits, unfold
from .sites import build, static_server, theme_at_hand

HERE = Path(__file__).parent
# Mainroad has no dark colours of its own; these stand for a site's.
DARK = """
html { color-scheme: dark } body { background: #101316 }
.wrapper, .header, .footer, .container--outer { background: #181c20 !important; color: #d7dce0 }
h1, h2, h3, h4, .logo__title, .widget__link, .post__title, a { color: #e9edf0 !important }
.btn { background: #2c333a }
zh-search { --zh-search-accent: #ff8f8a }
"""


def main() -> None:
    """Build the site, open the list and print it in both colours."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        port, other = free_port(), free_port()
        zhsearch("reindex", "--content", "content", "--index", str(folder / "index"), "--full")
        search = f"http://127.0.0.1:{port}"
        public = build(folder / "site", search, theme=theme_at_hand("Mainroad"))
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        with (
            serving(folder / "index", port, cors=f"http://127.0.0.1:{other}"),
            static_server(public, other) as home,
        ):
            for scheme in ("light", "dark"):
                page = chromium.new_context(
                    locale=LOCALE, viewport={"width": 1080, "height": 700}, reduced_motion="reduce"
                ).new_page()
                page.goto(f"{home}/posts/mapo-doufu/", wait_until="domcontentloaded")
                page.add_style_tag(
                    content=DARK if scheme == "dark" else "zh-search { --zh-search-accent: #c01f22 }"
                )
                show(page)
                page.screenshot(path=HERE / f"mainroad-{scheme}.png")
        chromium.close()


def show(page: Page) -> None:
    """Type, choose, unfold: what the picture shows."""
    box(page).fill("算力")
    expect(hits(page).first).to_be_visible()
    unfold(page)
    box(page).press("ArrowDown")
    page.mouse.move(5, 5)


if __name__ == "__main__":
    main()
