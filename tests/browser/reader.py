"""What a reader does and sees on a page with the search element: type, open the filters, read hits and highlights."""

from __future__ import annotations

import json
import re
import urllib.request
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.helpers.server import wait_for

LOCALE: Final = "zh-CN"
API: Final = re.compile("/api/search")
TextRuns = list[tuple[str, bool]]
"""A text as (text, is it highlighted) in reading order, adjacent runs of a kind joined."""

TEXT_RUNS = """element => {
  const runs = [];
  const walk = (node, mark) => node.childNodes.forEach((child) => {
    if (child.nodeType !== Node.TEXT_NODE) walk(child, mark || child.localName === "mark");
    else if (child.data) {
      const last = runs[runs.length - 1];
      if (last && last[1] === mark) last[0] += child.data;
      else runs.push([child.data, mark]);
    }
  });
  walk(element, false);
  return runs;
}"""


@dataclass(frozen=True)
class Site:
    """The base URL of the search service, and the port of the one other origin that it allows."""

    base: str
    other_port: int

    def api(self, **parameters: object) -> dict[str, Any]:
        """Return the response of /api/search."""
        with urllib.request.urlopen(
            f"{self.base}/api/search?{urlencode(parameters, doseq=True)}", timeout=30
        ) as answer:
            body: dict[str, Any] = json.load(answer)
        return body


class SearchRequests:
    """The URLs of the search requests that a page has sent since this object was made, and of the pages it went to."""

    def __init__(self, page: Page) -> None:
        self.urls: list[str] = []
        self.pages: list[str] = []
        page.on("request", self._record)

    def _record(self, request: Request) -> None:
        if API.search(request.url):
            self.urls.append(request.url)
        if request.is_navigation_request():
            self.pages.append(request.url)


def search_field(page: Page) -> Locator:
    """Return the search field of the upgraded element; fails while it is still the plain form."""
    field = page.get_by_role("combobox")
    expect(field).to_be_visible()
    return field


def open_search_page(page: Page, path: str = "/search") -> Locator:
    """Open the search page and return its search field."""
    page.goto(path)
    return search_field(page)


def settled(page: Page) -> None:
    """Wait until what is shown is the response to everything that was typed and pressed.

    Hits that can be seen may be those of an earlier prefix: the panel is busy from a key to the response to it. It comes
    with the script that is loaded at first use.
    """
    expect(page.locator("zh-search .panel").first).to_be_attached()
    expect(page.locator("zh-search .panel[aria-busy]")).to_have_count(0)


def round_trip(page: Page) -> None:
    """Wait until a request sent now is answered: what was sent before has had its time, too."""
    page.evaluate("fetch('/healthz').then((response) => response.text())")


def stop_clock(page: Page) -> None:
    """Let the pause after a key last until the test moves the clock."""
    page.clock.install(time=0)
    page.clock.pause_at(1_000)


def wait_until(page: Page, condition: str) -> None:
    """Wait for a condition in JavaScript that no locator expresses.

    `Page.wait_for_function` evaluates a condition again from within the page, where the page's
    Content-Security-Policy forbids it; so that works only if the condition holds at once.
    """
    wait_for(lambda: bool(page.evaluate(condition)))


def search_for(page: Page, words: str) -> Locator:
    """Type words into the search field all at once, wait for the response, and return the field."""
    field = search_field(page)
    field.fill(words)
    settled(page)
    return field


def hits(page: Page) -> Locator:
    """Return the hits below the search field."""
    return page.locator("zh-search .hit:not(:has(.completion))")


def open_filters(page: Page) -> None:
    """Show the filters above the hits."""
    page.get_by_role("button", name="筛选").click()


def text_runs(element: Locator) -> TextRuns:
    """Return the text of an element with its highlights."""
    return [(text, mark) for text, mark in element.evaluate(TEXT_RUNS)]


def expected_runs(text: str, marks: list[list[int]]) -> TextRuns:
    """Return a text with the highlights that the API's ranges of code points describe."""
    runs: TextRuns = []
    position = 0
    for start, end in [*marks, [len(text), len(text)]]:
        runs += [(run, mark) for run, mark in ((text[position:start], False), (text[start:end], True)) if run]
        position = end
    return runs


def artificial_answer(**changes: object) -> dict[str, Any]:
    """Return a response to a search with one artificial hit; `changes` are fields of the response or of the hit."""
    hit: dict[str, object] = {
        "url": "/posts/a/", "title": "标题", "title_marks": [], "date": None, "lang": "zh-CN", "tags": [], "categories": [],
        "thumbnail": None, "section": None, "excerpt": "正文", "excerpt_marks": [], "missing": [],
        "versions": [], "version_count": 0, "kind": "page", "passages": [],
        "score": 1.0,
    }  # fmt: skip
    answer: dict[str, object] = {
        "query": "x", "total": 1, "page": 1, "per_page": 10, "took_ms": 1.0, "relaxed": False, "weak": False,
        "suggestion": None, "completions": [], "pinyin": None, "language": None, "widened": False,
        "read": {"words": [], "phrases": [], "exclusions": [], "filters": [], "alternatives": [], "ignored": []},
        "results": [hit], "facets": {"tag": [], "category": [], "lang": [], "year": [], "month": []},
    }  # fmt: skip
    for name, value in changes.items():
        (hit if name in hit else answer)[name] = value
    return answer


def mock_api(page: Page, /, **changes: object) -> None:
    """Answer every search with `artificial_answer(**changes)`."""
    page.route(API, lambda route: route.fulfill(json=artificial_answer(**changes)))


class HeldRequests:
    """The page's requests for a URL, held back until the test answers them."""

    def __init__(self, page: Page, url: re.Pattern[str] = API) -> None:
        self._page = page
        self._routes: list[Route] = []
        self._url = url
        page.route(url, self._hold)

    def _hold(self, route: Route) -> None:
        self._routes.append(route)

    def stop(self) -> None:
        """Hold back no further requests."""
        self._page.unroute(self._url, self._hold)

    def next(self) -> Route:
        """Wait for the next request, and return it."""
        wait_for(self._arrived)
        return self._routes.pop(0)

    def _arrived(self) -> bool:
        self._page.wait_for_timeout(10)  # lets Playwright report requests
        return bool(self._routes)


def parameters(request: Route) -> dict[str, list[str]]:
    """The parameters of a held request."""
    return parse_qs(urlsplit(request.request.url).query)


def asked(request: Route) -> list[str]:
    """The words of a held request."""
    return parameters(request)["q"]
