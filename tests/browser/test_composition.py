"""Chinese input methods: during a composition nothing is searched, selected, opened or submitted."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from .reader import HeldRequests, SearchRequests, hits, open_search_page, round_trip, settled, wait_until

# Safari ends the composition before the keydown of the Enter that confirms it; that event has keyCode 229.
SAFARI = """input => {
  const fire = (type, init) => input.dispatchEvent(new CompositionEvent(type, { bubbles: true, composed: true, ...init }));
  input.focus();
  fire("compositionstart");
  input.value = "算力";
  input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, isComposing: true, data: "算力" }));
  fire("compositionend", { data: "算力" });
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, composed: true, cancelable: true }));
}"""

# Both events in one task, so that a busy machine cannot separate them.
LETTER_THEN_COMPOSITION = """input => {
  input.value = "5";
  input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, data: "5" }));
  input.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true, composed: true }));
}"""


@pytest.fixture
def field(page: Page) -> Locator:
    field = open_search_page(page)
    field.focus()
    return field


@pytest.fixture
def keyboard(page: Page, field: Locator) -> CDPSession:
    """A DevTools session that drives Chromium's own composition, so that `isComposing` is what the browser computes."""
    return page.context.new_cdp_session(page)


def compose(keyboard: CDPSession, *steps: str) -> None:
    for text in steps:
        keyboard.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )


def commit(keyboard: CDPSession, text: str) -> None:
    keyboard.send("Input.insertText", {"text": text})


def test_nothing_is_searched_during_a_composition(page: Page, field: Locator, keyboard: CDPSession) -> None:
    requests = SearchRequests(page)
    compose(keyboard, "s", "su", "sua", "suan", "suan l", "suan li")
    expect(field).to_have_value("suan li")
    settled(page)
    assert requests.urls == []
    expect(hits(page)).to_have_count(0)


def test_the_end_of_a_composition_searches_once(page: Page, keyboard: CDPSession) -> None:
    requests = SearchRequests(page)
    compose(keyboard, "suan", "suan li")
    commit(keyboard, "算力")
    expect(hits(page).first).to_be_visible()
    settled(page)
    assert [parse_qs(urlsplit(url).query)["q"] for url in requests.urls] == [["算力"]]


def test_letters_typed_just_before_a_composition_are_not_searched_during_it(
    page: Page, field: Locator
) -> None:
    requests = SearchRequests(page)
    field.evaluate(LETTER_THEN_COMPOSITION)
    settled(page)
    assert requests.urls == []


@pytest.mark.parametrize("key", ["Enter", "ArrowDown", "ArrowUp", "Escape"])
def test_a_key_pressed_during_a_composition_belongs_to_the_input_method(
    page: Page, field: Locator, keyboard: CDPSession, key: str
) -> None:
    commit(keyboard, "算力")
    expect(hits(page).first).to_be_visible()
    settled(page)
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    requests = SearchRequests(page)
    address = page.url
    compose(keyboard, "xin")
    field.press(key)
    settled(page)
    round_trip(page)
    assert requests.pages == []
    assert page.url == address
    assert field.get_attribute("aria-activedescendant") == active
    expect(hits(page).first).to_be_visible()
    assert requests.urls == []


def test_the_enter_that_ends_a_composition_neither_submits_nor_opens_a_hit(
    page: Page, field: Locator, keyboard: CDPSession
) -> None:
    requests = SearchRequests(page)
    address = page.url
    compose(keyboard, "suan li")
    keyboard.send(
        "Input.dispatchKeyEvent",
        {"type": "rawKeyDown", "key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229},
    )
    commit(keyboard, "算力")
    keyboard.send(
        "Input.dispatchKeyEvent",
        {"type": "keyUp", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13},
    )
    expect(hits(page).first).to_be_visible()
    settled(page)
    assert requests.pages == []
    assert page.url == address
    expect(field).to_have_value("算力")


def test_safaris_late_enter_neither_submits_nor_opens_a_hit(page: Page, field: Locator) -> None:
    requests = SearchRequests(page)
    address = page.url
    field.evaluate(SAFARI)
    expect(hits(page).first).to_be_visible()
    settled(page)
    field.press("ArrowDown")
    field.evaluate(SAFARI)
    settled(page)
    round_trip(page)
    assert requests.pages == []
    assert page.url == address
    assert len(requests.urls) == 1


def test_enter_after_the_composition_opens_the_search_page(
    page: Page, field: Locator, keyboard: CDPSession
) -> None:
    compose(keyboard, "suan li")
    commit(keyboard, "算力")
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("算力")


def test_a_composition_survives_the_arrival_of_the_script(page: Page) -> None:
    scripts = HeldRequests(page, re.compile(r"/widget\.js"))
    page.goto("/search", wait_until="commit")
    script = scripts.next()
    plain = page.locator("zh-search input[name=q]")
    plain.focus()
    keyboard = page.context.new_cdp_session(page)
    compose(keyboard, "suan")
    script.continue_()
    wait_until(page, "customElements.get('zh-search') && document.readyState !== 'loading'")
    compose(keyboard, "suan li")
    expect(page.get_by_role("combobox")).to_have_count(0)
    commit(keyboard, "算力")
    upgraded = page.get_by_role("combobox")
    expect(upgraded).to_have_value("算力")
    expect(upgraded).to_be_focused()
    expect(hits(page).first).to_be_visible()
