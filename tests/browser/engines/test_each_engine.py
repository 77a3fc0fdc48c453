"""What every reader does, in each engine: type, choose with keys, open, go back, search in a dialog. The only tests here of `make test`."""

from __future__ import annotations

from selenium.webdriver.common.keys import Keys

from .posts import MODAL
from .reader import FIELD, Reader


def test_hits_are_shown_while_typing_and_their_words_are_marked(reader: Reader) -> None:
    reader.open()
    reader.search("容器入门")
    assert reader.titles[0] == "容器入门"
    assert "容器" in reader.see("all('.hit mark').map((mark) => mark.textContent).join(' ')")


def test_arrows_and_enter_open_a_hit_and_back_shows_the_search_again(reader: Reader) -> None:
    reader.open()
    reader.search("豆腐")
    if not reader.active:
        reader.press(Keys.ARROW_DOWN)
    assert "麻婆豆腐" in (reader.active or "")
    reader.press(Keys.ENTER)
    reader.until("document.querySelector('h1')?.textContent === '麻婆豆腐'")
    reader.driver.back()
    reader.until(f"root && {FIELD}.value === '豆腐' && all('.hit').length")


def test_escape_closes_the_hits_and_keeps_the_words(reader: Reader) -> None:
    reader.open()
    reader.search("豆腐")
    reader.press(Keys.ESCAPE)
    reader.until("!seen(one('.panel'))")
    assert reader.words == "豆腐"


def test_control_k_opens_a_dialog_with_the_focus_in_its_field(reader: Reader) -> None:
    reader.open(MODAL)
    assert not reader.see(f"seen({FIELD})")
    reader.press("k", holding=(Keys.CONTROL,))
    reader.until(f"one(':modal') && focused() === {FIELD}")
    reader.type("豆腐")
    reader.until("all('.hit').length")
    assert reader.titles == ["麻婆豆腐"]
    dialog = reader.see("box(one(':modal'))")
    assert 600 <= dialog["width"] <= 740
    assert abs(dialog["left"] + dialog["right"] - 1200) <= 20
