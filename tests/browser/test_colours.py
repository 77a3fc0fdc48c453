"""The colours of the box on pages of any theme: light or dark as the page is, and the accent of its links."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from .bundle import SOURCES
from .conftest import page_of
from .reader import wait_until

# The sources without their bundle: what follows the page's colours needs nothing else of the box.
SCRIPT = "\n".join((SOURCES / name).read_text(encoding="utf-8") for name in ("first/dom.js", "box/theme.js"))
BOX = """
const host = document.querySelector("zh-search");
const sheet = new CSSStyleSheet();
sheet.replaceSync(TOKENS + ".box { color-scheme: inherit } .panel { background: var(--back) }");
const panel = make("div", { class: "panel" });
const dialog = make("dialog", { class: "box" }, panel);
const root = host.attachShadow({ mode: "open" });
root.adoptedStyleSheets = [sheet];
root.append(dialog);
window.stop = follow(host, panel);
window.again = () => follow(host, panel)();
window.box = () => {
  const probe = make("i");
  panel.append(probe);
  const read = (value) => {
    probe.style.color = value;
    return rgba(getComputedStyle(probe).color).slice(0, 3);
  };
  const names = ["accent", "on-accent", "back", "text", "soft", "tint", "chosen", "mark", "edge"];
  const found = Object.fromEntries(names.map((name) => [name, read(`var(--${name})`)]));
  probe.remove();
  return {
    scheme: luminance(found.back) < 0.2 ? "dark" : "light",
    accent: css(found.accent),
    contrast: (over, under) => contrast(found[over], found[under]),
  };
};
"""
DARK, LIGHT, INDIGO, RED = "rgb(18, 20, 24)", "rgb(255, 255, 255)", "#3f51b5", "#ff7f50"
DEFAULT = {"light": "rgb(36 98 127)", "dark": "rgb(140 195 220)"}


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A page of a reader whose device is light. A script error fails the test."""
    with page_of(browser.new_context(color_scheme="light")) as tab:
        yield tab


def show(
    tab: Page, style: str, *, body: str = "<main><zh-search></zh-search></main>", root: str = ""
) -> None:
    """Open a page with a style sheet, and let a box follow its colours."""
    html = f"<!doctype html><html {root}><head><style>{style}</style></head><body>{body}</body></html>"
    tab.route("http://page.example/", lambda route: route.fulfill(body=html, content_type="text/html"))
    tab.goto("http://page.example/")
    tokens = json.dumps((SOURCES / "tokens.css").read_text(encoding="utf-8"))
    tab.add_script_tag(content=f"{SCRIPT}\nconst TOKENS = {tokens};\n{BOX}", type="module")
    wait_until(tab, "!!window.box")


def scheme(tab: Page) -> Any:
    return tab.evaluate("box().scheme")


def accent(tab: Page) -> Any:
    return tab.evaluate("box().accent")


PAGES = {  # what a theme does -> its style, and the scheme that a reader sees
    "nothing": ("", "light"),
    "a dark body": (f"body {{ background: {DARK}; color: #ddd }}", "dark"),
    "dark by class, though both are declared": (
        f":root {{ color-scheme: light dark }} body {{ background: {DARK} }}",
        "dark",
    ),
    "dark declared": (":root { color-scheme: dark }", "dark"),
    "light by class, though dark is declared": (
        f":root {{ color-scheme: dark }} body {{ background: {LIGHT} }}",
        "light",
    ),
    "a dark gradient": (
        "body { background: linear-gradient(120deg, #0f2027, #203a43 50%, #2c5364) }",
        "dark",
    ),
    "a light gradient over dark": (
        f"body {{ background: {DARK} }} main {{ background: radial-gradient(#fff, #eef) }}",
        "light",
    ),
    "a dark layer that lets a little through": ("main { background: #000000d9 }", "dark"),
    "a dark layer that lets most through": ("main { background: #0000004d }", "light"),
    "two half dark layers": ("body { background: #0000008c } main { background: #0000008c }", "dark"),
    "a picture with light text": ("main { background: url(night.jpg) #fff; color: #eee }", "dark"),
    "a picture with dark text": ("main { background: url(snow.jpg) #000; color: #222 }", "light"),
    "a colour of CSS 4": ("body { background: oklch(20% 0.02 250) }", "dark"),
    "a gradient of CSS 4": (
        "body { background: linear-gradient(oklch(20% 0 0), oklch(25% 0.1 250)) }",
        "dark",
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_box_is_light_or_dark_as_the_page_that_is_seen(tab: Page, name: str) -> None:
    style, expected = PAGES[name]
    show(tab, style)
    assert scheme(tab) == expected


def test_the_box_follows_the_themes_switch_while_it_is_open(tab: Page) -> None:
    show(tab, f"body {{ background: {LIGHT} }} .dark body {{ background: {DARK} }}")
    for turn, expected in (("add", "dark"), ("remove", "light"), ("add", "dark")):
        tab.evaluate(f"document.documentElement.classList.{turn}('dark')")
        wait_until(tab, f"box().scheme === '{expected}'")


def test_the_box_follows_a_theme_that_fades_from_light_to_dark(tab: Page) -> None:
    style = f"body {{ background: {LIGHT}; transition: background-color .3s }} [data-theme=dark] {{ background: {DARK} }}"
    show(tab, style)
    tab.evaluate("document.body.dataset.theme = 'dark'")
    wait_until(tab, "box().scheme === 'dark'")


def test_the_box_follows_the_device(tab: Page) -> None:
    show(tab, f"@media (prefers-color-scheme: dark) {{ body {{ background: {DARK} }} }}")
    assert scheme(tab) == "light"
    tab.emulate_media(color_scheme="dark")
    wait_until(tab, "box().scheme === 'dark'")


def test_a_box_that_is_closed_follows_nothing(tab: Page) -> None:
    show(tab, f".dark body {{ background: {DARK} }}")
    tab.evaluate("stop(), document.documentElement.classList.add('dark')")
    tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert scheme(tab) == "light"


def test_the_accent_is_the_colour_of_the_sites_links(tab: Page) -> None:
    show(tab, f"main a {{ color: {INDIGO} }}")
    assert accent(tab) == "rgb(63 81 181)"


def test_the_links_of_a_text_count_not_those_of_a_menu(tab: Page) -> None:
    body = '<nav><a href="/">a</a></nav><main><p><a href="/">b</a></p><zh-search></zh-search></main>'
    show(tab, f"nav a {{ color: red }} p a {{ color: {INDIGO} }}", body=body)
    assert accent(tab) == "rgb(63 81 181)"


def test_the_links_of_a_theme_count_where_the_page_has_none_in_a_text(tab: Page) -> None:
    body = '<main><a href="/">a</a><div class="post"><p>b</p></div><zh-search></zh-search></main>'
    show(tab, f"a {{ color: #000 }} .post a {{ color: {INDIGO} }}", body=body)
    assert accent(tab) == "rgb(63 81 181)"


def test_a_property_of_the_theme_counts_where_its_links_are_as_grey_as_text(tab: Page) -> None:
    show(
        tab, f":root {{ --brand: {INDIGO}; --accent-color: var(--brand); --accent: red }} a {{ color: #333 }}"
    )
    assert accent(tab) == "rgb(63 81 181)"


@pytest.mark.parametrize("colour", ["#000", "#333", "#8b949e", "#2d333b", "inherit"])
def test_links_as_grey_as_text_give_no_accent(tab: Page, colour: str) -> None:
    show(tab, f"a {{ color: {colour} }}")
    assert accent(tab) == DEFAULT["light"]


def test_the_sites_own_accent_is_kept(tab: Page) -> None:
    show(tab, f"a {{ color: {INDIGO} }} zh-search {{ --zh-search-accent: #00838f }}")
    assert accent(tab) == "rgb(0 131 143)"
    assert tab.evaluate("box().contrast('on-accent', 'accent')") >= 4.5


COLOURS = ("#ff7f50", "#ffeb3b", "#00e676", "#3f51b5", "#0000ee", "#e91e63", "#00bcd4", "#7c4dff", "#1a237e")


@pytest.mark.parametrize("background", [LIGHT, DARK])
@pytest.mark.parametrize("colour", [*COLOURS, "#000"])
def test_whatever_the_sites_links_are_everything_can_be_read(tab: Page, colour: str, background: str) -> None:
    show(tab, f"body {{ background: {background} }} a {{ color: {colour} }}")
    for ground in ("back", "tint", "chosen", "mark"):
        for text in ("text", "soft", "accent"):
            ratio = tab.evaluate(f"box().contrast('{text}', '{ground}')")
            assert ratio >= 4.45, (text, ground, ratio)
        assert tab.evaluate(f"box().contrast('edge', '{ground}')") >= 3 or ground == "mark"
    assert tab.evaluate("box().contrast('on-accent', 'accent')") >= 4.45


def test_the_page_is_the_same_after_the_box_looked_at_it(tab: Page) -> None:
    show(tab, f"a {{ color: {RED} }}")
    before = tab.evaluate("document.querySelector('main').innerHTML")
    tab.evaluate("again()")
    assert tab.evaluate("document.querySelector('main').innerHTML") == before
    assert re.fullmatch(r"<zh-search></zh-search>", before)


def looks(tab: Page) -> int:
    """How many computed styles are read to find the colours."""
    read: int = tab.evaluate(
        """() => {
          const original = window.getComputedStyle;
          let read = 0;
          window.getComputedStyle = (...element) => (read++, original(...element));
          again();
          window.getComputedStyle = original;
          return read;
        }"""
    )
    return read


def test_the_colours_of_a_long_page_take_as_few_looks_as_those_of_a_short_one(tab: Page) -> None:
    style = f"body {{ background: {DARK} }} a {{ color: {RED} }}"
    show(tab, style)
    few = looks(tab)
    body = "<section><h2>题</h2><ul><li><a href='/'>文</a></li></ul></section>" * 1500
    show(tab, style, body=f"<main>{body}<zh-search></zh-search></main>")
    assert looks(tab) == few < 20
