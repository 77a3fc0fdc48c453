"""The button that opens the search where its field is out of sight, in the headers of themes and without one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from .bundle import SOURCES
from .conftest import page_of
from .reader import wait_until

_FIRST = SOURCES / "first"


def _text(*files: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


STYLE = _text(SOURCES / "tokens.css", _FIRST / "field.css", _FIRST / "follow.css")
SCRIPT = _text(*(_FIRST / f"{name}.js" for name in ("dom", "texts", "follow")))
BOX = """
const SHEET = sheetOf(STYLE);
window.summoned = [];
customElements.define("zh-search", class extends HTMLElement {
  get language() { return languageOf(this); }
  summon() { summoned.push(this.getAttribute("mode")); }
});
window.life = new AbortController();
followButton(document.querySelector("zh-search"), life.signal);
"""
FAR = '<main style="height: 3000px">文</main><zh-search style="display: block; height: 45px">域</zh-search><p>尾</p>'
LOGO = '<a href="/" style="font-size: 24px; line-height: 60px">码上新闻</a>'
BUTTON = "zh-search-follow button"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A narrow page. A script error fails the test."""
    with page_of(browser.new_context(viewport={"width": 390, "height": 780})) as tab:
        yield tab


def show(tab: Page, body: str, *, style: str = "", root: str = 'lang="zh-CN"') -> None:
    """Open a page with a search element."""
    html = (
        f"<!doctype html><html {root}><head><meta name=viewport content='width=device-width'>"
        f"<style>body {{ margin: 0 }} {style}</style></head><body>{body}</body></html>"
    )
    tab.route("http://page.example/", lambda route: route.fulfill(body=html, content_type="text/html"))
    tab.goto("http://page.example/")
    tab.add_script_tag(content=f"{SCRIPT}\nconst STYLE = {json.dumps(STYLE)};\n{BOX}", type="module")
    wait_until(tab, "!!window.life")


def place(tab: Page) -> Any:
    """The box of the button on the screen."""
    found = tab.locator(BUTTON).bounding_box()
    assert found
    return found


def test_it_stands_at_the_end_of_a_headers_first_line(phone: Page) -> None:
    show(phone, f"<header>{LOGO}<p>科技、工程与日常</p></header>{FAR}")
    expect(phone.locator(f"header {BUTTON}")).to_have_accessible_name("搜索")
    found = place(phone)
    assert (found["width"], found["height"]) == (45, 45)
    assert found["x"] + found["width"] == pytest.approx(382, abs=1)
    assert found["y"] + found["height"] / 2 == pytest.approx(30, abs=2)


@pytest.mark.parametrize(
    "end", ["<button>菜单</button>", "<img width=40 height=40 alt='' src=''>", "<b>周日</b>"]
)
def test_it_stands_before_what_is_at_the_end_of_the_header(phone: Page, end: str) -> None:
    show(phone, f'<header><i style="float: right; line-height: 60px">{end}</i>{LOGO}</header>{FAR}')
    found, other = place(phone), phone.locator("header i > *").bounding_box()
    assert other
    assert found["x"] + found["width"] <= other["x"]
    assert found["y"] < 30 < found["y"] + found["height"]


def test_it_stands_before_what_the_theme_lays_over_its_header(phone: Page) -> None:
    menu = '<button style="position: absolute; top: 10px; right: 0; width: 45px; height: 45px">≡</button>'
    show(phone, f"{menu}<header>{LOGO}</header>{FAR}")
    assert place(phone)["x"] + 45 <= 345


@pytest.mark.parametrize("header", ["", f"<header>{LOGO}{'<a href=/>目录</a> ' * 12}</header>"])
def test_without_a_free_spot_it_stands_in_the_lower_corner(phone: Page, header: str) -> None:
    show(phone, header + FAR)
    expect(phone.locator(f"body > {BUTTON}")).to_be_visible()
    for top in (0, 900):
        phone.evaluate(f"scrollTo(0, {top})")
        found = place(phone)
        assert (found["x"], found["y"]) == pytest.approx((390 - 16 - 45, 780 - 16 - 45), abs=1)


@pytest.mark.parametrize(
    ("position", "is_kept"), [("static", False), ("relative", False), ("sticky", True), ("fixed", True)]
)
def test_it_scrolls_and_sticks_as_the_header_does(phone: Page, position: str, is_kept: bool) -> None:
    show(
        phone,
        f"<header>{LOGO}</header>{FAR}",
        style=f"header {{ position: {position}; top: 0; width: 100% }}",
    )
    before = place(phone)
    phone.evaluate("scrollTo(0, 500)")
    assert place(phone)["y"] == pytest.approx(before["y"] - (0 if is_kept else 500), abs=1)


def test_it_stands_on_the_other_side_where_a_page_is_read_from_the_right(phone: Page) -> None:
    show(phone, f"<header>{LOGO}</header>{FAR}", root='lang="ar" dir="rtl"')
    assert place(phone)["x"] == pytest.approx(8, abs=1)


def test_a_field_in_sight_needs_no_button(phone: Page) -> None:
    show(phone, f"<header>{LOGO}</header><zh-search>域</zh-search>{FAR.partition('<zh')[0]}")
    expect(phone.locator(BUTTON)).to_have_count(0)
    phone.evaluate("scrollTo(0, 900)")
    expect(phone.locator(BUTTON)).to_have_count(0)


def test_it_is_hidden_while_the_field_is_in_sight(phone: Page) -> None:
    show(phone, FAR)
    expect(phone.locator(BUTTON)).to_be_visible()
    phone.evaluate("document.querySelector('zh-search').scrollIntoView()")
    expect(phone.locator(BUTTON)).to_be_hidden()
    phone.evaluate("scrollTo(0, 0)")
    expect(phone.locator(BUTTON)).to_be_visible()


def test_its_press_opens_the_search(phone: Page) -> None:
    show(phone, FAR)
    phone.locator(BUTTON).click()
    assert phone.evaluate("summoned") == [None]


def test_the_search_of_a_part_that_is_not_shown_opens_as_a_dialog_of_its_own(phone: Page) -> None:
    show(phone, f'<header>{LOGO}</header><aside style="display: none"><zh-search>域</zh-search></aside>')
    for _ in range(2):
        phone.locator(BUTTON).click()
    wait_until(phone, "summoned.length === 2")
    assert phone.evaluate("summoned") == ["modal", "modal"]
    expect(phone.locator("body > zh-search[bare]")).to_have_count(1)


def test_nothing_is_left_of_it_when_the_element_is_gone(phone: Page) -> None:
    show(phone, '<aside style="display: none"><zh-search>域</zh-search></aside>')
    phone.locator(BUTTON).click()
    phone.evaluate("life.abort(), dispatchEvent(new Event('resize'))")
    expect(phone.locator("zh-search-follow, body > zh-search")).to_have_count(0)


def test_it_is_not_printed(phone: Page) -> None:
    show(phone, FAR)
    phone.emulate_media(media="print")
    expect(phone.locator(BUTTON)).to_be_hidden()


def test_on_a_dark_page_it_is_dark(phone: Page) -> None:
    show(phone, FAR, style="body { background: #111; color: #ddd }")
    back = phone.locator(BUTTON).evaluate("button => getComputedStyle(button).backgroundColor")
    assert back == "rgb(27, 31, 36)"
