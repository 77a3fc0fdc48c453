"""Phones, phones on their side, and 400 % zoom: a sheet with the field on top, all of it on the screen."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from .posts import BOX
from .reader import FIELD, Reader

SCREENS = [(390, 700), (320, 215), (640, 300)]
PAGE = f"<h1>a</h1><p>b</p>{BOX}<div style='height:900px'></div>"


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_field_and_hits_are_on_the_screen(reader: Reader, width: int, height: int) -> None:
    reader.screen(width, height)
    reader.open(PAGE)
    reader.search("容器")
    reader.until("all('.hit').length > 3")
    for part in ("one('.panel')", FIELD):
        place = reader.see(f"box({part})")
        assert place["top"] >= 0, part
        assert place["left"] >= 0, part
        assert place["right"] <= width, part
        assert place["bottom"] < height + 1, part
    assert reader.see("box(one('.hit .title')).top") < height - 16
    assert reader.see("document.documentElement.scrollWidth") <= width
    assert reader.see("one('.panel').scrollWidth <= one('.panel').clientWidth")


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_the_last_hit_can_be_scrolled_into_sight(reader: Reader, width: int, height: int) -> None:
    reader.screen(width, height)
    reader.open(PAGE)
    reader.search("容器")
    reader.press(Keys.ARROW_UP, Keys.ARROW_UP)
    place = reader.see("box(one('[role=option][aria-selected=true]'))")
    assert 0 < place["bottom"] < height + 1


def test_the_sheet_fills_the_screen_and_cancel_closes_it(reader: Reader) -> None:
    reader.screen(390, 700)
    reader.open(PAGE)
    before = reader.see(f"box({FIELD}).top")
    reader.go_to_field()
    reader.until("one(':modal')")
    sheet = reader.see("box(one(':modal'))")
    assert sheet["height"] == 700
    assert sheet["width"] >= 390 - 16  # a scroll bar's place
    reader.type("豆腐")
    reader.until("all('.hit').length")
    reader.click("one('.cancel')")
    reader.until("!one(':modal') && !seen(one('.panel'))")
    assert reader.see(f"box({FIELD}).top") == before
    assert reader.see("scrollY") == 0


def test_a_box_out_of_sight_has_a_button_that_follows(reader: Reader) -> None:
    reader.screen(390, 700)
    reader.open(
        f"<header style='position:sticky;top:0;height:50px'>site</header><div style='height:3000px'></div>{BOX}"
    )
    reader.until("document.querySelector('zh-search-follow, .zh-search-follow') || all('.follow').some(seen)")
