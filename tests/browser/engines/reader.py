"""What a reader does and sees in a driven browser: open pages, type, press keys, point, and look at the search box."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from selenium.common.exceptions import JavascriptException, WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.webdriver import WebDriver

from .posts import BOX
from .stage import Stage

# What the scripts below may use: the element, one or all of what is in its shadow root, and what has the focus.
PRELUDE: Final = """
const host = document.querySelector("zh-search"), root = host && host.shadowRoot;
const one = (selector) => root && root.querySelector(selector);
const all = (selector) => root ? [...root.querySelectorAll(selector)] : [];
const box = (element) => { const {left, top, right, bottom, width, height} = element.getBoundingClientRect();
  return {left, top, right, bottom, width, height}; };
const focused = () => { let at = document.activeElement;
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement; return at; };
const seen = (element) => Boolean(element && element.getClientRects().length && getComputedStyle(element).visibility === "visible");
"""
FIELD: Final = "one('input[role=combobox]')"
SETTLED: Final = "one('.panel') && !one('.panel[aria-busy]')"
PATIENCE: Final = 20  # seconds; they only bound a failing test
ENLARGE_FIREFOX: Final = """
const [width, height] = arguments, {style} = gBrowser.selectedBrowser;
for (const [name, value] of [["width", width], ["height", height]])
  for (const bound of ["", "min-", "max-"]) style.setProperty(bound + name, value ? value + "px" : "");
"""


class Reader:
    """A reader in front of one browser."""

    def __init__(self, driver: WebDriver, engine: str, stage: Stage, home: str) -> None:
        self.driver, self.engine, self.stage, self._home = driver, engine, stage, home

    # Pages

    def open(self, body: str = BOX, *, query: str = "", **page: str) -> None:
        """Open a page with this body (see `Stage.page`), and wait for its search box."""
        self.visit(self.stage.page(body, **page) + query)

    def visit(self, path: str) -> None:
        """Open a page of the site; wait for its search box, where it has one."""
        self.driver.get(self._home + path)
        self.until("!host || (root && customElements.get('zh-search'))")

    def start_anew(self) -> None:
        """Forget what the site has stored in this browser, and have the usual screen."""
        self.driver.get(f"{self._home}/robots.txt")
        self.see("localStorage.clear(), 0")
        self.screen(1200, 800)
        self.stage.searched.clear()

    def screen(self, width: int, height: int) -> None:
        """Have a screen whose page is this large, in CSS pixels."""
        if self.engine == "chromium":
            metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
            self.devtools("Emulation.setDeviceMetricsOverride", metrics)
        elif self.engine == "firefox":
            self.in_chrome(ENLARGE_FIREFOX, width, height)
        else:
            self.wait(lambda: self._resized(width, height), "the size of the window")
        self.until(f"innerWidth === {width} && innerHeight === {height}")

    def _resized(self, width: int, height: int) -> bool:
        """Give the window of WebKitGTK a size, bars included; it takes it a moment later, or not at all."""
        page, bars = self.see("[[innerWidth, innerHeight], outerHeight - innerHeight]")
        if page != [width, height]:
            self.driver.set_window_size(width, height + bars)
            time.sleep(0.05)
        return bool(page == [width, height])

    def devtools(self, command: str, parameters: Mapping[str, object]) -> None:
        """Send a command of Chromium's DevTools protocol."""
        self.driver.execute("executeCdpCommand", {"cmd": command, "params": parameters})

    def in_chrome(self, script: str, *arguments: object) -> None:
        """Run a script in Firefox's own window, around the page."""
        self.driver.execute("setContext", {"value": "chrome"})
        try:
            self.driver.execute_script(script, *arguments)
        finally:
            self.driver.execute("setContext", {"value": "content"})

    # What is seen

    def see(self, expression: str, *arguments: object) -> Any:
        """The value of an expression in the page; see PRELUDE."""
        return self.driver.execute_script(f"{PRELUDE} return {expression};", *arguments)

    def until(self, expression: str) -> None:
        """Wait until an expression is true; also while one page goes and the next one comes."""
        self.wait(lambda: bool(self.see(f"Boolean({expression})")), expression)

    def wait(self, condition: Callable[[], bool], told: str = "") -> None:
        """Wait until a condition holds; an error of the browser, as while a page goes, is not the last word."""
        until = time.monotonic() + PATIENCE
        while True:
            with suppress(JavascriptException, WebDriverException):
                if condition():
                    return
            assert time.monotonic() < until, f"{self.engine}: never true: {told}"
            time.sleep(0.02)

    def pause(self, seconds: float) -> None:
        """Let time go by, in which something must not happen."""
        time.sleep(seconds)

    def settled(self) -> None:
        """Wait until what is shown is the answer to everything that was typed and pressed."""
        self.until(SETTLED)

    @property
    def titles(self) -> list[str]:
        """The titles of the hits."""
        titles: list[str] = self.see("all('.hit .title').map((title) => title.textContent)")
        return titles

    @property
    def words(self) -> str:
        """What is in the field."""
        return str(self.see(f"{FIELD}.value"))

    @property
    def active(self) -> str | None:
        """The text of the option that Enter would open."""
        text: str | None = self.see("one('[role=option][aria-selected=true]')?.textContent")
        return text

    # What is done

    def go_to_field(self) -> None:
        """Click into the field."""
        self.click(FIELD)

    def type(self, text: str, pause: float = 0) -> None:
        """Type text at the focus, with so many seconds after each key."""
        for letter in text if pause else [text]:
            keys = ActionChains(self.driver, duration=0).send_keys(letter)
            (keys.pause(pause) if pause else keys).perform()

    def search(self, words: str) -> None:
        """Type words into the field, and wait for the answer to them."""
        self.go_to_field()
        self.type(words)
        self.until(f"{FIELD}.value.endsWith({words!r}) && {SETTLED} && all('.panel *').length")

    def press(self, *keys: str, holding: Sequence[str] = ()) -> None:
        """Press keys one after the other, while others are held."""
        for key in keys:
            chain = ActionChains(self.driver, duration=0)
            for held in holding:
                chain.key_down(held)
            chain.key_down(key).key_up(key)
            for held in holding:
                chain.key_up(held)
            chain.perform()

    def click(self, expression: str) -> None:
        """Click the middle of an element."""
        self.until(f"seen({expression})")
        where = self.see(f"{expression}.scrollIntoView({{block: 'nearest'}}), box({expression})")
        self.click_at((where["left"] + where["right"]) / 2, (where["top"] + where["bottom"]) / 2)

    def click_at(self, x: float, y: float) -> None:
        """Click at a place of the screen."""
        chain = ActionChains(self.driver, duration=0)
        pointer = chain.w3c_actions.pointer_action
        pointer.move_to_location(int(x), int(y))  # type: ignore[no-untyped-call]
        pointer.click()
        chain.perform()

    def rest(self) -> None:
        """Let go of all keys and buttons."""
        self.driver.execute(Command.W3C_CLEAR_ACTIONS)
