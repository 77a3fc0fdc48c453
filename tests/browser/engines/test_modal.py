"""The search as a dialog: opened by keys or a button, closed by Escape or a click beside it, the focus given back."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from .posts import MODAL
from .reader import FIELD, Reader

PAGE = f"<button id=before>a</button>{MODAL}<button id=after>b</button><div style='height:3000px'></div>"
BUTTON = "document.querySelector('zh-search-button').shadowRoot.querySelector('button')"


@pytest.mark.parametrize("how", ["escape", "backdrop", "shortcut"])
def test_a_closed_dialog_gives_the_focus_back(reader: Reader, how: str) -> None:
    reader.open(PAGE)
    reader.click("document.querySelector('#before')")
    reader.press("k", holding=(Keys.CONTROL,))
    reader.until(f"one(':modal') && focused() === {FIELD}")
    if how == "escape":
        reader.press(Keys.ESCAPE)
    elif how == "backdrop":
        reader.click_at(30, 700)
    else:
        reader.press("k", holding=(Keys.CONTROL,))
    reader.until("!one(':modal') && focused().id === 'before'")


def test_the_focus_stays_in_the_dialog(reader: Reader) -> None:
    reader.open(PAGE)
    reader.press("k", holding=(Keys.CONTROL,))
    reader.until("one(':modal')")
    reader.type("容器")
    reader.until("all('.hit').length > 3")
    for _ in range(12):
        reader.press(Keys.TAB)
        assert reader.see("!['before', 'after'].includes(focused().id)")


def test_the_page_behind_does_not_scroll_and_nothing_of_it_moves(reader: Reader) -> None:
    reader.open(PAGE)
    places = "JSON.stringify(['#before', '#after'].map((id) => box(document.querySelector(id))))"
    before = reader.see(places)
    reader.press("k", holding=(Keys.CONTROL,))
    reader.until("one(':modal')")
    assert reader.see(places) == before
    reader.see("scrollTo(0, 0), 0")
    reader.press(Keys.PAGE_DOWN)
    assert reader.see("getComputedStyle(document.documentElement).overflow").startswith("hidden")
    reader.press(Keys.ESCAPE)
    reader.until("!one(':modal')")
    assert not reader.see("getComputedStyle(document.documentElement).overflow").startswith("hidden")


def test_a_button_in_the_header_opens_the_dialog(reader: Reader) -> None:
    reader.open("<zh-search-button src='/'><a href='/search'>搜索</a></zh-search-button><p>a</p>")
    reader.until(f"{BUTTON} && host")
    reader.click(BUTTON)
    reader.until(f"one(':modal') && focused() === {FIELD}")
    reader.type("豆腐")
    reader.until("all('.hit').length")
    assert reader.titles == ["麻婆豆腐"]
    reader.press(Keys.ESCAPE)
    reader.until("!one(':modal') && document.activeElement.localName === 'zh-search-button'")


def test_recent_searches_are_offered_in_the_dialog(reader: Reader) -> None:
    reader.open(PAGE)
    reader.press("k", holding=(Keys.CONTROL,))
    reader.until("one(':modal')")
    reader.type("豆腐")
    reader.until("all('.hit').length")
    reader.press(Keys.ENTER)
    reader.until("document.querySelector('h1')")
    reader.open(PAGE)
    reader.press("k", holding=(Keys.CONTROL,))
    reader.until("one('.panel')?.textContent.includes('豆腐')")
