"""A driven browser of each engine: Chromium, Firefox and WebKitGTK, by one interface, Selenium's.

Chromium and Firefox show nothing; WebKitGTK and real input methods need a screen, which Xvfb gives.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService, Remote, WebKitGTKOptions
from selenium.webdriver.common.options import ArgOptions
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.webkitgtk.service import Service as WebKitService

from .marionette import MarionetteConnection, start_firefox

ENGINES: Final = ("chromium", "firefox", "webkit")
PROGRAMS: Final = {
    "chromium": (("chromium", "google-chrome"), ("chromedriver",)),
    "firefox": (("firefox-esr", "firefox"),),
    "webkit": (("WebKitWebDriver",), ("Xvfb",)),
}
CHROMIUM_FLAGS: Final = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--lang=zh-CN",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip

# WebKitGTK's browser is as wide as its toolbar at least: GTK's style for it makes windows as narrow as a phone.
NARROW: Final = """toolbar, toolbar *, entry, button, entry image, button image {
  min-width: 0; min-height: 0; padding: 0; margin: 0; border: 0; font-size: 1px; -gtk-icon-source: none }"""


def programs(engine: str) -> list[str]:
    """The paths of the programs that an engine's tests need; skips the test where one is missing."""
    found = []
    for names in PROGRAMS[engine]:
        path = next(filter(None, map(shutil.which, names)), None)
        if path is None:
            pytest.skip(f"{engine}: no {' or '.join(names)} is installed")
        found.append(path)
    return found


@contextmanager
def driver_of(engine: str, screen: str | None = None) -> Iterator[WebDriver]:
    """A running browser of an engine, without a history; `screen` is an X display for it."""
    with {"chromium": _chromium, "firefox": _firefox, "webkit": _webkit}[engine](
        programs(engine), screen
    ) as driver:
        driver.set_script_timeout(30)
        yield driver


@contextmanager
def _chromium(paths: list[str], screen: str | None) -> Iterator[WebDriver]:
    browser, service = paths
    options = ChromeOptions()
    options.binary_location = browser
    for flag in CHROMIUM_FLAGS:
        options.add_argument(flag)
    driver = Chrome(options=options, service=ChromeService(service))
    try:
        yield driver
    finally:
        driver.quit()


@contextmanager
def _firefox(paths: list[str], screen: str | None) -> Iterator[WebDriver]:
    with tempfile.TemporaryDirectory(prefix="zhsearch-firefox-", ignore_cleanup_errors=True) as name:
        environ = {**os.environ, **({"DISPLAY": screen} if screen else {"MOZ_HEADLESS": "1"})}
        process = start_firefox(paths[0], Path(name), environ)
        try:
            connection = MarionetteConnection(Path(name))
            yield Remote(command_executor=connection, options=ArgOptions())
            connection.close()
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def _webkit(paths: list[str], screen: str | None) -> Iterator[WebDriver]:
    options = WebKitGTKOptions()
    options.binary_location = _minibrowser()
    options.add_argument("--automation")
    with (
        xvfb() as own,
        tempfile.TemporaryDirectory(prefix="zhsearch-webkit-", ignore_cleanup_errors=True) as name,
    ):
        style = Path(name) / "gtk-3.0" / "gtk.css"
        style.parent.mkdir()
        style.write_text(NARROW, encoding="utf-8")
        environ = {**os.environ, "DISPLAY": screen or own, "XDG_CONFIG_HOME": name, "NO_AT_BRIDGE": "1"}
        service = WebKitService(paths[0], env=environ)
        service.start()
        try:
            connection = RemoteConnection(client_config=ClientConfig(service.service_url))
            driver = Remote(command_executor=connection, options=options)
            yield driver
            driver.quit()
        finally:
            service.stop()


def _minibrowser() -> str:
    """The browser of WebKitGTK, which is no command."""
    found = [str(path) for path in Path("/usr/lib").glob("**/webkit2gtk-4.*/MiniBrowser")]
    if not found:
        pytest.skip("webkit: no MiniBrowser is installed")
    return max(found)


@contextmanager
def xvfb() -> Iterator[str]:
    """A screen that nobody sees; yields its name."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(
        command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        try:
            yield f":{number}"
        finally:
            process.terminate()
