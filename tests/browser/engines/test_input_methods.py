"""Input methods: what is composed is not searched, and the Enter that ends it opens nothing."""

from __future__ import annotations

from selenium.webdriver.common.keys import Keys

from .input_method import commit, compose
from .reader import FIELD, SETTLED, Reader


def test_what_is_being_composed_is_not_searched(reader: Reader) -> None:
    reader.open()
    reader.go_to_field()
    compose(reader, "豆")
    reader.pause(0.6)
    assert reader.stage.searched == []
    commit(reader, "豆")
    reader.until("all('.hit').length")
    assert reader.stage.searched == ["豆"]


def test_the_enter_that_ends_a_composition_opens_nothing(reader: Reader) -> None:
    reader.open()
    reader.search("麻婆")
    address = reader.driver.current_url.partition("?")[0]
    compose(reader, "豆")
    commit(reader, "豆")
    reader.until(f"{FIELD}.value === '麻婆豆' && {SETTLED}")
    reader.pause(0.4)
    assert reader.driver.current_url.partition("?")[0] == address
    assert reader.titles == ["麻婆豆腐"]


def test_enter_after_a_composition_opens_the_first_hit(reader: Reader) -> None:
    reader.open()
    reader.go_to_field()
    compose(reader, "豆")
    commit(reader, "豆")
    reader.until(f"all('.hit').length && {SETTLED}")
    if not reader.active:
        reader.press(Keys.ARROW_DOWN)
    reader.press(Keys.ENTER)
    reader.until("document.querySelector('h1')?.textContent === '麻婆豆腐'")


def test_escape_in_a_composition_belongs_to_the_input_method(reader: Reader) -> None:
    reader.open()
    reader.search("豆腐")
    compose(reader, "豆")
    if reader.engine != "firefox":  # there it would be a key of no input method
        reader.press(Keys.ESCAPE)
        reader.pause(0.2)
    assert reader.see("seen(one('.panel'))")
    if reader.engine == "firefox":
        commit(reader, "豆")


def test_a_composition_in_the_dialog_neither_closes_nor_searches_it(reader: Reader) -> None:
    reader.open("<zh-search mode=modal src=/><form action=/search><input name=q></form></zh-search>")
    reader.press("k", holding=(Keys.CONTROL,))
    reader.until(f"one(':modal') && focused() === {FIELD}")
    compose(reader, "豆")
    reader.pause(0.5)
    assert reader.stage.searched == []
    commit(reader, "豆")
    reader.until("one(':modal') && all('.hit').length")
    assert reader.titles == ["麻婆豆腐"]
