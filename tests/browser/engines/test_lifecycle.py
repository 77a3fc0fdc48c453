"""Elements that a page removes, moves, adds and copies, as pjax, swup and Turbo do."""

from __future__ import annotations

from selenium.webdriver.common.keys import Keys

from .posts import BOX
from .reader import FIELD, Reader


def test_a_removed_element_that_comes_back_still_searches(reader: Reader) -> None:
    reader.open(f"<main>{BOX}</main>")
    reader.search("豆腐")
    reader.see("window.kept = host, host.remove(), 0")
    assert reader.see("document.querySelector('zh-search') === null")
    reader.see("document.querySelector('main').append(window.kept), 0")
    reader.see(f"{FIELD}.value = '', 0")
    reader.search("夜车")
    reader.until("all('.hit .title')[0]?.textContent === '夜车上的无线网'")


def test_an_element_that_is_added_later_searches(reader: Reader) -> None:
    reader.open("<p>a</p>")
    reader.see("document.body.insertAdjacentHTML('beforeend', arguments[0]), 0", BOX)
    reader.until("root")
    reader.search("豆腐")
    assert reader.titles == ["麻婆豆腐"]


def test_a_copy_of_the_page_as_html_still_has_the_form(reader: Reader) -> None:
    reader.open(f"<main>{BOX}</main>")
    reader.search("豆腐")
    reader.press(Keys.ESCAPE)
    reader.see(
        "(window.copy = document.querySelector('main').innerHTML, document.querySelector('main').replaceChildren(), 0)"
    )
    reader.see("document.querySelector('main').innerHTML = window.copy, 0")
    reader.until("root && host.querySelector('form input[name=q]')")
    reader.search("夜车")
    reader.until("all('.hit .title')[0]?.textContent === '夜车上的无线网'")


def test_removed_elements_leave_no_listeners_behind(reader: Reader) -> None:
    reader.open("<main></main>")
    reader.see(
        """(window.listening = 0, ["addEventListener", "removeEventListener"].forEach((name, turn) => {
             for (const target of [window, document]) { const real = target[name].bind(target);
               target[name] = (type, act, options) => { const signal = options && options.signal;
                 if (turn) window.listening -= 1;
                 else { window.listening += 1; if (signal) signal.addEventListener("abort", () => { window.listening -= 1; }); }
                 return real(type, act, options); }; } }), 0)"""
    )
    counts = []
    for _ in range(4):
        reader.see("document.querySelector('main').innerHTML = arguments[0], 0", BOX)
        reader.until("root")
        reader.search("豆腐")
        reader.see("document.querySelector('main').replaceChildren(), 0")
        counts.append(reader.see("window.listening"))
    assert counts[-1] == counts[1]


def test_two_boxes_on_a_page_each_show_their_own_hits(reader: Reader) -> None:
    reader.open(f"{BOX}<div style='height:200px'></div>{BOX}")
    reader.search("豆腐")
    second = "document.querySelectorAll('zh-search')[1].shadowRoot"
    reader.click(f"{second}.querySelector('input')")
    reader.type("夜车")
    reader.until(f"{second}.querySelector('.hit .title')?.textContent === '夜车上的无线网'")
    assert not reader.see("seen(one('.panel'))")
