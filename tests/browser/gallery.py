"""Draw docs/search-box.webp, a contact sheet of every state of the box: `HUGO_THEMES=folder make gallery`.

The sites are the sample content with Mainroad, PaperMod and Stack as `zhsearch hugo init` leaves them, and a plain page;
$SCREENSHOTS keeps every picture by itself. The result depends on this machine's Chromium and fonts, so that no test
compares it.
"""

from __future__ import annotations

import base64
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from tests.helpers.sites import ROOT
from tests.static.bench_visits import find_chromium

from .conftest import FLAGS, serving_sample
from .hosts import search_element
from .reader import API, LOCALE, Site, hits, settled, wait_until
from .sites import build, theme_folder
from .test_themes import file_of

SHEET: Final = ROOT / "docs" / "search-box.webp"
SCREENS: Final = {"desktop": (1120, 720), "phone": (390, 680)}
PLAIN: Final = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>a</title><style>:root{{color-scheme:light dark}} body{{max-width:44rem;margin:2rem auto;padding:0 1rem;'
    'font:17px/1.7 sans-serif}}</style><script type="module" src="{base}/widget.js"></script></head><body>{box}'
    "<h1>码上新闻</h1><p>一份讲中文世界里的技术、工程与日常生活的小杂志。</p></body></html>"
)  # fmt: skip
# Where the field lies in a part that the theme does not show, the button in the header opens another.
SUMMON: Final = """() => {
  const box = document.querySelector("zh-search");
  const other = document.querySelector("zh-search-follow");
  if (box.checkVisibility() || !other) box.summon();
  else other.shadowRoot.querySelector("button").click();
}"""
READY: Final = "!!document.querySelector('zh-search')?.shadowRoot"
STYLE: Final = """body { margin: 0; padding: 24px; width: 1960px; background: #e9eaee; color: #222; font: 15px/1.4 sans-serif }
h2 { margin: 18px 0 8px; font-size: 19px } section { display: flex; flex-wrap: wrap; gap: 14px; align-items: flex-start }
figure { margin: 0 } img { display: block; height: 440px; border-radius: 6px; box-shadow: 0 1px 5px #0004 }
figcaption { margin-top: 4px; color: #555 }"""
Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class View:
    """Where a state is shown: a theme, a screen, light or dark."""

    theme: str
    screen: str
    scheme: Scheme


def type_words(page: Page, words: str) -> None:
    """Go to the field, wherever the theme has it, and type in place of what is there."""
    page.evaluate(SUMMON)
    page.keyboard.press("Delete")
    page.keyboard.insert_text(words)


def _hits(page: Page, words: str = "算力") -> None:
    type_words(page, words)
    settled(page)
    expect(hits(page).first).to_be_visible()


def _state(page: Page, words: str) -> None:
    type_words(page, words)
    settled(page)
    page.wait_for_timeout(300)


def _start(page: Page) -> None:
    page.evaluate(SUMMON)
    page.wait_for_timeout(500)


def _recent(page: Page) -> None:
    address = page.url
    for words in ("算力", "Docker"):
        _hits(page, words)
        page.keyboard.press("Enter")
        page.wait_for_timeout(700)
        page.goto(address, wait_until="domcontentloaded")
        wait_until(page, READY)
    _start(page)


def _chosen(page: Page) -> None:
    _hits(page)
    for _ in range(2):
        page.keyboard.press("ArrowDown")


def _filters(page: Page) -> None:
    _hits(page)
    page.get_by_role("button", name=re.compile("筛选")).click()


def _offline(page: Page) -> None:
    _hits(page)
    page.context.set_offline(True)
    _state(page, "镜像")


def _failure(page: Page) -> None:
    page.evaluate(SUMMON)
    page.wait_for_timeout(300)
    page.route(API, lambda route: route.fulfill(status=503, json={"error": "a"}))
    page.route(re.compile("/healthz"), lambda route: route.abort())
    _state(page, "算力")


def _skeleton(page: Page) -> None:
    page.evaluate(SUMMON)
    page.wait_for_timeout(300)
    held: list[Route] = []
    page.route(API, lambda route: held.append(route))
    type_words(page, "算力")
    page.wait_for_timeout(900)


def _modal(page: Page) -> None:
    page.evaluate(SUMMON.replace("summon()", "summon(true)"))
    page.keyboard.insert_text("Docker")
    settled(page)
    expect(hits(page).first).to_be_visible()


def _follow(page: Page) -> None:
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(500)


STATES: Final[Mapping[str, Callable[[Page], None]]] = {
    "start": _start,
    "recent searches": _recent,
    "hits": _hits,
    "a chosen row": _chosen,
    "filters": _filters,
    "did you mean": lambda page: _state(page, "Dokcer"),
    "nothing found": lambda page: _state(page, "zzqxwv"),
    "pinyin": lambda page: _state(page, "rongq"),
    "waiting": _skeleton,
    "offline": _offline,
    "server down": _failure,
    "dialog": _modal,
    "a field out of sight": _follow,
}
THEMES: Final = {"Mainroad": "/posts/mapo-doufu/", "PaperMod": "/", "Stack": "/", "a plain page": "/"}
VIEWS: Final = [
    View(theme, screen, scheme) for theme in THEMES for screen in SCREENS for scheme in ("light", "dark")
]


def views_of(number: int) -> list[View]:
    """Where a state is shown on the sheet: on four of the views, others for each state."""
    desktop, phone = (VIEWS[start::4] + VIEWS[start + 1 :: 4] for start in (0, 2))
    turn = number % 4
    return [desktop[turn], desktop[4 + (turn + 1) % 4], phone[(turn + 2) % 4], phone[4 + (turn + 3) % 4]]


@contextmanager
def opened(browser: Browser, site: Site, folders: Mapping[str, Path | None], view: View) -> Iterator[Page]:
    """A page of a theme's site, as a reader with such a screen gets it."""
    width, height = SCREENS[view.screen]
    phone = view.screen == "phone"
    context = browser.new_context(
        locale=LOCALE, viewport={"width": width, "height": height}, color_scheme=view.scheme, is_mobile=phone,
        has_touch=phone, reduced_motion="reduce",
    )  # fmt: skip
    context.set_default_timeout(8_000)
    page = context.new_page()
    folder = folders[view.theme]
    plain = PLAIN.format(base=site.base, box=search_element(site))

    def answer(route: Route) -> None:
        file = file_of(folder, route.request.url) if folder else None
        if file:
            route.fulfill(path=file)
        elif folder:
            route.abort()
        else:
            route.fulfill(body=plain, content_type="text/html")

    page.route(re.compile(rf"127\.0\.0\.1:{site.other_port}/"), answer)
    page.goto(f"http://127.0.0.1:{site.other_port}{THEMES[view.theme]}", wait_until="domcontentloaded")
    wait_until(page, READY)
    yield page
    context.close()


def take(browser: Browser, site: Site, folders: Mapping[str, Path | None], work: Path) -> str:
    """Take all pictures; returns the page that shows them."""
    parts = []
    for number, (name, reach) in enumerate(STATES.items()):
        figures = ""
        for view in views_of(number):
            if view.theme not in folders or (name == "a field out of sight" and view.screen != "phone"):
                continue
            told = f"{view.theme}, {view.screen}, {view.scheme}"
            path = work / (re.sub(r"\W+", "-", f"{name} {told}") + ".png")
            with opened(browser, site, folders, view) as page:
                try:
                    reach(page)
                except Exception as error:
                    print(f"{name}, {told}: {str(error).splitlines()[0]}")
                page.screenshot(path=path)
            figures += f'<figure><img src="{path.as_uri()}"><figcaption>{told}</figcaption></figure>'
        parts.append(f"<h2>{name}</h2><section>{figures}</section>")
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{"".join(parts)}'


def draw(browser: Browser, html: Path, sheet: Path) -> None:
    """Draw the contact sheet as WebP."""
    page = browser.new_page(viewport={"width": 2008, "height": 1000})
    page.goto(html.as_uri(), wait_until="load")
    size: dict[str, Any] = page.evaluate("({ width: 2008, height: document.documentElement.scrollHeight })")
    options = {
        "format": "webp",
        "quality": 62,
        "captureBeyondViewport": True,
        "clip": {"x": 0, "y": 0, "scale": 1, **size},
    }
    shot = page.context.new_cdp_session(page).send("Page.captureScreenshot", options)
    sheet.write_bytes(base64.b64decode(shot["data"]))
    page.close()


def main() -> None:
    """Draw the contact sheet anew."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        work = Path(name)
        kept = Path(os.environ.get("SCREENSHOTS", work))
        kept.mkdir(parents=True, exist_ok=True)
        expect.set_options(timeout=8_000)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        with serving_sample(work) as site:
            folders: dict[str, Path | None] = {"a plain page": None}
            for theme in THEMES:
                try:
                    if theme != "a plain page":
                        folders[theme] = build(work / theme, site.base, theme=theme_folder(theme))
                except pytest.skip.Exception as missing:
                    print(f"without {theme}: {missing}")
            html = work / "sheet.html"
            html.write_text(take(browser, site, folders, kept), encoding="utf-8")
            draw(browser, html, SHEET)
        browser.close()
    print(f"{SHEET.relative_to(ROOT)}: {SHEET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
