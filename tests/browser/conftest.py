"""The sample site, indexed and served by the real command, and one headless Chromium that reads it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.helpers.server import free_port

from .reader import LOCALE, Site

ROOT = Path(__file__).resolve().parents[2]
# The last two: no picture is fetched from the network, and pages that a test makes up may ask 127.0.0.1.
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; every test has a context of its own in it."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip(
            "no Chromium here (chromium, chromium-browser or google-chrome): the browser tests need one"
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample content, indexed from scratch and served; another origin may ask it."""
    index = tmp_path_factory.mktemp("browser") / "index"
    zhsearch("reindex", "--content", "content", "--index", str(index), "--full")
    port, other = free_port(), free_port()
    with serving(index, port, cors=f"http://127.0.0.1:{other}"):
        yield Site(f"http://127.0.0.1:{port}", other)


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page of a Chinese reader. A script error or a breach of the content policy fails the test."""
    context = browser.new_context(locale=LOCALE, base_url=site.base, viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.set_default_timeout(8000)
    trouble: list[str] = []
    tab.on("pageerror", lambda error: trouble.append(str(error)))
    tab.on("console", lambda line: trouble.append(line.text) if "Content Security" in line.text else None)
    yield tab
    context.close()
    assert not trouble


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Return where the pictures go: $SCREENSHOTS, or this test's own folder."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment without our own variables: a setting of the developer is not the test's."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ZHSEARCH_")} | more


def zhsearch(*arguments: str) -> None:
    """Run one command to its end; its complaint is the test's."""
    command = [sys.executable, "-m", "zhsearch.search.cli", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, f"zhsearch {arguments[0]} exit {done.returncode}: {done.stderr[-2000:]}"


@contextmanager
def serving(index: Path, port: int, *, cors: str) -> Iterator[None]:
    """Serve `index` on `port` until the block ends."""
    command = [sys.executable, "-m", "zhsearch.search.cli", "serve", "--host", "127.0.0.1", "--port", str(port),
               "--workers", "1", "--index", str(index)]  # fmt: skip
    log = index.parent / "serve.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment(ZHSEARCH_CORS_ORIGINS=cors), stdout=output, stderr=output
        )
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/readyz", server, log)
            yield
        finally:
            server.terminate()
            server.wait(20)


def wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return once `url` answers 200."""
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"serve: no 200 from {url}: {log.read_text()[-2000:]}")
