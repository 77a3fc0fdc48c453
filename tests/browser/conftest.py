"""Fixtures of the browser tests: the sample site, indexed and served by the real command, and a headless Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.helpers import server
from tests.helpers.sites import ROOT
from zhsearch.search.settings import Settings

from .reader import LOCALE, Site

# The last two: nothing is fetched from the network, and artificial pages may send requests to 127.0.0.1.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-features=LocalNetworkAccessChecks",
]

TIMEOUT_MS = (
    30_000  # as long as Playwright's own for actions: it only bounds a failing test, however slow the machine
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; every test has its own context in it."""
    executable = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if executable is None:
        pytest.skip("no chromium, chromium-browser or google-chrome is installed")
    expect.set_options(timeout=TIMEOUT_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS, timeout=4 * TIMEOUT_MS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample content, indexed from scratch and served, with one other origin allowed."""
    with serving_sample(tmp_path_factory.mktemp("browser")) as site:
        yield site


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page of a Chinese reader. A script error or a violation of the content policy fails the test."""
    with page_of(
        browser.new_context(locale=LOCALE, base_url=site.base, viewport={"width": 1280, "height": 900})
    ) as tab:
        yield tab


@contextmanager
def page_of(context: BrowserContext) -> Iterator[Page]:
    """Yield a page of a new context. A script error or a violation of the content policy fails the test."""
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)
    yield tab
    context.close()
    assert not errors


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """Return the folder of the screenshots: $SCREENSHOTS, or this test's own folder."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def zhsearch(*arguments: str) -> None:
    """Run a command in the project's folder; fails with its stderr."""
    command = [sys.executable, "-m", "zhsearch.search.cli", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"zhsearch {arguments[0]} exit {done.returncode}: {done.stderr[-2000:]}"


@contextmanager
def serving_sample(folder: Path) -> Iterator[Site]:
    """Index the sample content into `folder` and serve it with one worker until the block ends."""
    index = folder / "index"
    zhsearch("reindex", "--content", "content", "--index", str(index), "--full")
    other_port = server.free_port()
    cors = {"ZHSEARCH_CORS_ORIGINS": f"http://127.0.0.1:{other_port}"}
    with server.serving(folder, Settings(index=index), "--workers", "1", environ=cors) as running:
        yield Site(running.url, other_port)


LONG = frozenset(
    {
        "test_colours.py",
        "test_facets.py",
        "test_follow.py",
        "test_hits.py",
        "test_pictures.py",
        "test_screenshots.py",
        "test_start.py",
    }
)
"""Tests of parts of the box and of pictures, which `make browsers` runs: minutes that `make test` does not have."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the long tests, by name, where TESTS_BROWSERS is not set."""
    if "TESTS_BROWSERS" in os.environ:
        return
    skip = pytest.mark.skip(reason="a part of the box, or a picture: `make browsers` runs it")
    for item in items:
        if item.path.name in LONG and item.path.parent.name == "browser":
            item.add_marker(skip)
