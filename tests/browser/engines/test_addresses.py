"""Addresses: Back shows the search again, a shared link too, and the page's own parameters stay its own."""

from __future__ import annotations

from urllib.parse import unquote

from selenium.webdriver.common.keys import Keys

from .posts import BOX
from .reader import FIELD, Reader


def test_back_shows_the_words_in_the_field_and_their_hits(reader: Reader) -> None:
    reader.open()
    reader.search("容器")
    reader.press(Keys.ARROW_DOWN)
    reader.press(Keys.ENTER)
    reader.until("document.querySelector('h1')?.textContent.startsWith('容器')")
    reader.driver.back()
    reader.until(f"root && {FIELD}.value === '容器' && all('.hit').length > 3")


def test_forward_and_reload_show_the_search_of_the_address(reader: Reader) -> None:
    reader.open()
    reader.search("豆腐")
    reader.driver.refresh()
    reader.until(f"root && {FIELD}.value === '豆腐' && all('.hit').length")


def test_the_parameters_of_the_page_stay_in_its_address(reader: Reader) -> None:
    reader.open(query="?tag=a&lang=de&page=3&q=eigenes")
    reader.search("豆腐")
    reader.press(Keys.ESCAPE)
    reader.until("!seen(one('.panel'))")
    assert reader.driver.current_url.endswith("?tag=a&lang=de&page=3&q=eigenes")


def test_a_query_that_is_the_pages_own_opens_no_panel(reader: Reader) -> None:
    reader.open(query="?q=eigenes")
    reader.see("fetch('/healthz').then((answer) => answer.text()), 0")
    assert not reader.see("seen(one('.panel'))")
    assert reader.stage.searched == []


def test_a_passage_is_opened_at_its_heading_and_seen(reader: Reader) -> None:
    reader.open()
    reader.search("映射端口")
    link = "all('a.passage, .hit a').find((link) => link.href.includes('#network'))"
    reader.until(link)
    reader.click(link)
    reader.until("document.querySelector('h1')?.textContent === '容器入门' && scrollY > 300")
    assert unquote(reader.driver.current_url).partition("#")[2].startswith("network")
    top = reader.see(
        "box([...document.querySelectorAll('p')].find((p) => p.textContent.includes('映射端口'))).top"
    )
    assert 0 <= top < 800


def test_a_passage_of_this_very_page_closes_the_hits(reader: Reader) -> None:
    reader.visit("/posts/guide/")
    reader.search("映射端口")
    reader.click("all('a.passage, .hit a').find((link) => link.href.includes('#network'))")
    reader.until("scrollY > 300 && !seen(one('.panel'))")


def test_the_plain_form_leads_to_the_search_page(reader: Reader) -> None:
    reader.open(BOX.replace("<zh-search", '<zh-search first="none"'))
    reader.search("豆腐")
    reader.press(Keys.ENTER)
    reader.until("document.querySelector('h1')?.textContent.includes('豆腐')")
