"""A site whose origin the server does not allow: its owner reads in the console and in the log what to do, once."""

from __future__ import annotations

import functools
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.helpers.server import Serving, serving, wait_for
from tests.helpers.sites import index_site, post, write_site

from .hosts import FORM
from .reader import hits

FAILED = "暂时无法搜索"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = write_site(tmp_path_factory.mktemp("blocked"), {"a.md": post("算力", "国产算力")})
    with serving(folder, index_site(folder), "--workers", "2") as server:
        yield server


@contextmanager
def website(folder: Path, html: str) -> Iterator[str]:
    """The origin of a site of another host, whose home page is `html`."""
    (folder / "index.html").write_text(html, encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def host_page(search: Serving, body: str = FORM, tag: str = "zh-search") -> str:
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>Host</title>'
        f'<script type="module" src="{search.url}/widget.js"></script><{tag}>{body}</{tag}></html>'
    )


def console(page: Page) -> Callable[[], list[str]]:
    """Returns what our script has told the console of origins."""
    lines: list[str] = []
    page.on("console", lambda line: lines.append(line.text))
    return lambda: [line for line in lines if "may not read answers" in line]


def ask(page: Page, words: str) -> None:
    page.get_by_role("combobox").fill(words)
    expect(page.locator("zh-search .state strong")).to_have_text(FAILED)


def test_console_and_log_name_a_blocked_origin_once_and_their_line_allows_it(
    page: Page, search: Serving, tmp_path: Path
) -> None:
    told = console(page)
    settings = search.settings.content / "zhsearch.toml"
    with website(tmp_path, host_page(search)) as origin:
        page.goto(origin)
        ask(page, "算力")
        page.get_by_role("combobox").fill("")
        ask(page, "国产")
        expect(page.get_by_role("link", name="用其他引擎搜索")).to_have_count(0)  # the server is not down
        line = f'cors_origins = ["{origin}"]'
        (text,) = told()
        assert text.startswith(f"{search.url}/: Pages of {origin} may not read answers")
        assert text.endswith(line)
        logged = [text for text in search_log(search).splitlines() if origin in text]
        assert len(logged) == 1
        assert logged[0].endswith(line)
        settings.write_text(line)
        search.process.send_signal(signal.SIGHUP)
        wait_for(
            lambda: search.headers("/api/recent", Origin=origin)["Access-Control-Allow-Origin"] == origin
        )
        page.reload()
        page.get_by_role("combobox").fill("算力")
        expect(hits(page).first).to_be_visible()


def search_log(search: Serving) -> str:
    return (search.settings.content / "server.log").read_text()


def test_lists_without_a_box_tell_it_once_as_well(page: Page, search: Serving, tmp_path: Path) -> None:
    told = console(page)
    lists = '<ul><li><a href="/old/">旧</a></li></ul></zh-recent><zh-taglist></zh-taglist><zh-recent>'
    with website(tmp_path, host_page(search, lists, "zh-recent")) as origin:
        page.goto(origin)
        wait_for_console(page, told)
        assert f'cors_origins = ["{origin}"]' in told()[0]
        expect(page.get_by_text("旧")).to_be_visible()  # what the site built stays


def wait_for_console(page: Page, told: Callable[[], list[str]]) -> None:
    """Wait for a line, and for all requests under way, one of which might bring another line."""
    if not told():
        page.wait_for_event("console", lambda line: "may not read answers" in line.text)
    page.wait_for_load_state("networkidle")
    assert len(told()) == 1


def test_a_page_without_an_origin_is_told_to_come_from_a_web_server(
    page: Page, search: Serving, tmp_path: Path
) -> None:
    told = console(page)
    (tmp_path / "page.html").write_text(host_page(search), encoding="utf-8")
    with website(tmp_path, '<iframe sandbox="allow-scripts" src="page.html"></iframe>') as origin:
        page.goto(origin)
        page.frame_locator("iframe").get_by_role("combobox").fill("算力")
        wait_for_console(page, told)
        assert told()[0].endswith("Open them from a web server.")
    assert "Origin: null" in search_log(search)


@pytest.mark.parametrize("status", [None, 502])
def test_a_server_that_is_down_behind_its_proxy_or_not_is_no_question_of_origins(
    page: Page, search: Serving, tmp_path: Path, status: int | None
) -> None:
    told = console(page)
    with website(tmp_path, host_page(search)) as origin:
        page.goto(origin)
        page.get_by_role("combobox").wait_for()
        page.route(
            re.compile(rf"{re.escape(search.url)}/(api|healthz)"),
            lambda route: route.fulfill(status=status, body="Bad gateway") if status else route.abort(),
        )
        ask(page, "算力")
        expect(page.get_by_role("link", name="用其他引擎搜索")).to_be_visible()
        assert told() == []
