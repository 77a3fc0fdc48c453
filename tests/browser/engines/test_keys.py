"""Keys: what is chosen is opened, Tab stops only where something is seen, and the shortcuts lead to the field and back."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from .posts import BOX
from .reader import FIELD, Reader


def test_the_first_hit_is_chosen_from_the_start_and_opened_by_enter(reader: Reader) -> None:
    reader.open()
    reader.search("夜车")
    assert "夜车上的无线网" in (reader.active or "")
    reader.press(Keys.ENTER)
    reader.until("document.querySelector('h1')?.textContent === '夜车上的无线网'")


def test_arrows_go_through_the_hits_and_back(reader: Reader) -> None:
    reader.open()
    reader.search("容器")
    first = reader.active
    reader.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    assert reader.active != first
    reader.press(Keys.ARROW_UP, Keys.ARROW_UP)
    assert reader.active == first


@pytest.mark.parametrize("key", ["x", Keys.ARROW_LEFT])
def test_after_typing_on_enter_does_not_open_the_hit_chosen_before(reader: Reader, key: str) -> None:
    reader.open()
    reader.search("豆腐")
    reader.press(Keys.ARROW_DOWN, key)
    assert not reader.active


def test_control_and_enter_open_a_hit_in_a_new_tab(reader: Reader) -> None:
    if reader.engine == "webkit":
        pytest.skip("WebKitGTK's own browser opens tabs for clicks of a mouse alone")
    reader.open()
    reader.search("豆腐")
    if not reader.active:
        reader.press(Keys.ARROW_DOWN)
    before = reader.driver.current_url
    reader.press(Keys.ENTER, holding=(Keys.CONTROL,))
    reader.wait(lambda: len(reader.driver.window_handles) == 2)
    assert reader.driver.current_url.partition("?")[0] == before.partition("?")[0]
    assert reader.words == "豆腐"


def test_slash_leads_to_the_field_and_escape_back(reader: Reader) -> None:
    reader.open(f"<button id=before>a</button>{BOX}")
    reader.click("document.querySelector('#before')")
    reader.press("/")
    reader.until(f"focused() === {FIELD} && seen(one('.panel'))")
    reader.press(Keys.ESCAPE)
    reader.until("!seen(one('.panel'))")
    if reader.see(f"focused() === {FIELD}"):  # the first Escape has closed a panel
        reader.press(Keys.ESCAPE)
    reader.until("focused().id === 'before'")
    assert reader.words == ""


def test_every_stop_of_tab_is_seen(reader: Reader) -> None:
    reader.open(f"<button id=before>a</button>{BOX}<button id=after>b</button>")
    reader.search("容器")
    stops = []
    for _ in range(40):
        reader.press(Keys.TAB)
        stops.append(
            reader.see("[focused().id || focused().className, seen(focused()), box(focused()).width]")
        )
        if stops[-1][0] == "after":
            break
    assert stops[-1][0] == "after"
    assert [stop for stop in stops if not stop[1] or stop[2] < 2] == []
