"""The search as a dialog, and as a sheet that fills a small screen: how it opens, closes and keeps the focus."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .hosts import open_host_page, search_element
from .reader import LOCALE, Site, hits, search_for
from .starts import mock_start

BEFORE, AFTER = '<button id="before">甲</button>', '<button id="after">乙</button>'
FOCUSED = """() => {
  let at = document.activeElement;
  while (at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  return at.id || at.className || at.localName;
}"""


def dialog(page: Page) -> Locator:
    return page.locator("dialog:modal")


def field(page: Page) -> Locator:
    return dialog(page).get_by_role("combobox")


def on_screen(page: Page, part: Locator) -> bool:
    """Whether all of an element is within the window."""
    screen, box = page.viewport_size, part.bounding_box()
    assert screen
    assert box
    right, bottom = box["x"] + box["width"], box["y"] + box["height"]
    return box["x"] >= 0 <= box["y"] and right <= screen["width"] and bottom <= screen["height"] + 1


@pytest.fixture
def modal_page(page: Page, site: Site) -> Page:
    """A page whose search is a dialog, with the focus on a button before it."""
    mock_start(page)
    element = search_element(site, attributes='mode="modal"')
    open_host_page(page, site, body=f"{BEFORE}{element}{AFTER}")
    expect(page.locator("zh-search .trigger")).to_be_visible()
    page.locator("#before").focus()
    return page


def test_the_dialog_opens_at_its_keys_and_gives_the_focus_back(modal_page: Page) -> None:
    page = modal_page
    for close in ("Escape", "Control+k", "backdrop"):
        page.keyboard.press("Control+k")
        expect(field(page)).to_be_focused()
        page.keyboard.type("标题")
        expect(hits(page).first).to_be_visible()
        if close == "backdrop":
            page.mouse.click(20, 850)
        else:
            page.keyboard.press(close)
        expect(dialog(page)).to_have_count(0)
        expect(page.locator("#before")).to_be_focused()


def test_tab_stays_in_the_dialog_and_escape_closes_it_at_once(modal_page: Page) -> None:
    page = modal_page
    page.locator("zh-search .trigger").click()
    expect(field(page)).to_be_focused()
    search_for(page, "标题")
    stops = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        stops.add(page.evaluate(FOCUSED))
    assert not stops & {"before", "after", "trigger"}
    box = dialog(page).bounding_box()
    assert box
    assert 600 <= box["width"] <= 720
    assert box["x"] + box["width"] / 2 == pytest.approx(640, abs=1)
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    assert page.evaluate(FOCUSED) == "trigger"


@pytest.mark.parametrize(
    "element",
    ["", "{}", '<aside style="display: none">{}</aside>'],
    ids=["makes one", "opens that of the page", "opens one in a closed menu"],
)
def test_a_button_opens_the_search_as_a_dialog(page: Page, site: Site, element: str) -> None:
    mock_start(page)
    button = f'<zh-search-button src="{site.base}"><a href="/find">搜索</a></zh-search-button>'
    open_host_page(page, site, body=f"{button}{element.format(search_element(site))}")
    trigger = page.locator("zh-search-button").get_by_role("button")
    for _ in range(2):
        trigger.click()
        expect(field(page)).to_be_focused()
        search_for(page, "标题")
        expect(hits(page).first).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog(page)).to_have_count(0)
        expect(trigger).to_be_focused()


def test_on_a_small_screen_a_sheet_fills_it_until_the_reader_cancels(browser: Browser, site: Site) -> None:
    context = browser.new_context(
        locale=LOCALE, viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    mock_start(page)
    open_host_page(page, site, body=f"<p>甲</p>{search_element(site)}<p id='below'>乙</p>")
    plain = page.get_by_role("combobox")
    expect(plain).to_be_visible()
    places = "['#below', 'zh-search'].map((name) => document.querySelector(name).getBoundingClientRect().top)"
    before = page.evaluate(places)
    plain.tap()
    expect(field(page)).to_be_focused()
    assert dialog(page).bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 700}
    assert page.evaluate(places) == before
    search_for(page, "标题")
    expect(hits(page).first).to_be_in_viewport()
    page.get_by_role("button", name="取消").tap()
    expect(dialog(page)).to_have_count(0)
    expect(page.locator("zh-search .panel")).to_be_hidden()
    assert page.evaluate(places) == before
    context.close()


@pytest.mark.parametrize(("width", "height"), [(320, 215), (640, 300), (700, 490), (1280, 560)])
def test_field_and_hits_stay_on_the_screen_wherever_the_field_stands(
    page: Page, site: Site, width: int, height: int
) -> None:
    """In low windows too: a phone on its side, a page at 400 %."""
    page.set_viewport_size({"width": width, "height": height})
    space = '<div style="height: 1500px"></div>'
    open_host_page(page, site, body=f"{space}{search_element(site)}{space}")
    page.keyboard.press("/")
    search_for(page, "的")
    for block in ("start", "center", "end"):
        page.keyboard.press("Escape")
        page.locator("zh-search").evaluate("(element, block) => element.scrollIntoView({ block })", block)
        page.get_by_role("combobox").click()
        expect(hits(page).first).to_be_in_viewport()
        assert on_screen(page, page.get_by_role("combobox"))
        assert on_screen(page, page.locator("zh-search .panel"))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for top in (200, 2200):  # the field leaves the screen
        page.evaluate(f"scrollTo(0, {top})")
        page.evaluate("new Promise(requestAnimationFrame)")
        assert on_screen(page, page.locator("zh-search .panel"))
