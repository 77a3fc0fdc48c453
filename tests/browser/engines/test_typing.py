"""Typing: one request a pause, no answer out of turn, failures that say what to do."""

from __future__ import annotations

from selenium.webdriver.common.keys import Keys

from .reader import FIELD, Reader


def test_a_word_typed_quickly_is_searched_once(reader: Reader) -> None:
    """A busy machine may hold keys up, in some of the tries."""

    def searched() -> list[str]:
        reader.start_anew()
        reader.open()
        reader.search("duanwang")
        return reader.stage.searched[:]

    assert ["duanwang"] in (searched() for _ in range(5))


def test_a_late_answer_does_not_replace_that_to_what_was_typed_since(reader: Reader) -> None:
    reader.open()
    reader.go_to_field()
    with reader.stage.holding("豆"):
        reader.type("豆")
        reader.stage.wait_for_search("豆")
        reader.type("腐")
        reader.until("all('.hit .title').length === 1")
    reader.settled()
    reader.see("fetch('/healthz').then((answer) => answer.text()), 0")
    assert reader.titles == ["麻婆豆腐"]


def test_while_the_first_answer_is_awaited_no_earlier_search_can_be_chosen(reader: Reader) -> None:
    reader.open()
    reader.search("豆腐")
    reader.press(Keys.ENTER)  # remembered
    reader.until("document.querySelector('h1')?.textContent === '麻婆豆腐'")
    reader.visit("/posts/night/")
    with reader.stage.holding("容器"):
        reader.go_to_field()
        reader.type("容器")
        reader.stage.wait_for_search("容器")
        reader.press(Keys.ARROW_DOWN)
        assert "豆腐" not in (reader.active or "")
    reader.until("all('.hit').length > 3")


def test_the_button_in_the_field_clears_it(reader: Reader) -> None:
    reader.open()
    reader.search("豆腐")
    reader.click("one('.clear')")
    reader.until(f"{FIELD}.value === '' && !all('.hit').length && focused() === {FIELD}")


def test_a_server_that_fails_is_told_and_asked_again(reader: Reader) -> None:
    reader.open()
    with reader.stage.failing():
        reader.search("豆腐")
        assert reader.titles == []
        assert reader.see("one('.panel').textContent.trim()")
    reader.click("all('.panel button').find((button) => /重试/.test(button.textContent))")
    reader.until("all('.hit').length")
    assert reader.titles == ["麻婆豆腐"]
