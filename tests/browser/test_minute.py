"""README's minute, pasted on a fresh site of the real Hugo: the box is on the site, and a hit opens its page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect

from tests.helpers.hugo import hugo, write_files
from tests.helpers.server import free_port, wait_for
from tests.helpers.sites import ROOT, post
from tests.helpers.terminal import terminal

from .reader import LOCALE, hits, search_field
from .sites import THEMES, write_minimal_mainroad

PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def minute() -> str:
    """The shell block of README's section on the reader's own site."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Your Hugo site, in a minute")[2]
    block = re.search(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert block
    return block[1]


@pytest.fixture(params=["minimal", "Mainroad"])
def fresh_site(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A site as `hugo new site` makes it, with a theme and two posts."""
    site = tmp_path / "site"
    hugo("new", "site", site)
    if request.param == "minimal":
        write_minimal_mainroad(site)
    elif (THEMES / "Mainroad/layouts").is_dir():
        (site / "themes/mainroad").symlink_to(THEMES / "Mainroad")
    else:
        pytest.skip(f"the theme Mainroad is not in {THEMES}; set HUGO_THEMES to the folder that contains it")
    with (site / "hugo.toml").open("a", encoding="utf-8") as file:
        file.write('theme = "mainroad"\n')
    posts = {"posts/a.md": post("国产算力", "芯片与服务器"), "posts/b.md": post("菜谱", "麻婆豆腐")}
    return write_files(site, {f"content/{name}": text for name, text in posts.items()})


@contextmanager
def hugo_server(site: Path, port: int) -> Iterator[str]:
    command = ["hugo", "server", "--port", str(port), "--noBuildLock"]
    with (site.parent / "hugo.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=site, env={**os.environ, "PATH": PATH}, stdout=log, stderr=log
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: urlopen(address).status == 200)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def test_the_minute_of_the_readme_ends_with_a_box_that_works(browser: Browser, fresh_site: Path) -> None:
    port = free_port()  # 1313 may be in use here
    pasted = minute().replace("zhsearch dev", f"zhsearch dev --site-url http://localhost:{port}")
    assert "--site-url" in pasted
    with terminal(["sh", "-c", pasted], fresh_site, PATH=PATH) as shell:
        shell.wait_until_serving()
        by_hand = re.search(r"^hugo\.toml, .*:\r?\n((?:  .*\n)+)", shell.text(), re.MULTILINE)
        assert by_hand
        with (fresh_site / "hugo.toml").open("a", encoding="utf-8") as file:
            file.write(by_hand[1].replace("\r", ""))
        with hugo_server(fresh_site, port) as address:
            context = browser.new_context(locale=LOCALE, viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.goto(address)
            search_field(page).press_sequentially("算力", delay=20)
            expect(hits(page).locator(".title").first).to_have_text("国产算力")
            hits(page).first.locator(".page").click()
            expect(page.locator("h1").first).to_have_text("国产算力")
            assert page.url.startswith(f"{address}/posts/a/")
            context.close()
        shell.press_ctrl_c()
        shell.words_after_ctrl_c()
