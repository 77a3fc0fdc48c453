"""What a reader does and sees on a page with the search element: type, open the filters, read hits and highlights."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, Request, Route, expect

LOCALE: Final = "zh-CN"
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
            f"{self.base}/api/search?{urlencode(parameters, doseq=True)}", timeout=10
        ) as answer:
            body: dict[str, Any] = json.load(answer)
        return body


class SearchRequests:
    """The URLs of the search requests that a page has sent since this object was made."""

    def __init__(self, page: Page) -> None:
        self.urls: list[str] = []
        page.on("request", self._record)

    def _record(self, request: Request) -> None:
        if "/api/search" in request.url:
            self.urls.append(request.url)


def search_field(page: Page) -> Locator:
    """Return the search field of the upgraded element; fails while it is still the plain form."""
    field = page.get_by_role("combobox")
    expect(field).to_be_visible()
    return field


def open_search_page(page: Page, path: str = "/search") -> Locator:
    """Open the search page and return its search field."""
    page.goto(path)
    return search_field(page)


def hits(page: Page) -> Locator:
    """Return the hits below the search field."""
    return page.locator("zh-search .hit")


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


def mock_api(page: Page, *, suggestions: Sequence[object] = (), **changes: object) -> None:
    """Answer every search with one artificial hit; `changes` are fields of the response or of the hit."""
    hit: dict[str, object] = {
        "url": "/posts/a/", "title": "标题", "title_marks": [], "date": None, "lang": "zh-CN", "tags": [], "categories": [],
        "thumbnail": None, "section": None, "excerpt": "正文", "excerpt_marks": [], "missing": [],
        "score": 1.0,
    }  # fmt: skip
    answer: dict[str, object] = {
        "query": "x", "total": 1, "page": 1, "per_page": 8, "took_ms": 1.0, "relaxed": False, "weak": False,
        "suggestion": None,
        "results": [hit], "facets": {"tag": [], "category": [], "lang": [], "year": [], "month": []},
    }  # fmt: skip
    for name, value in changes.items():
        (hit if name in hit else answer)[name] = value

    def fulfill(route: Route) -> None:
        route.fulfill(json=answer)

    page.route(re.compile("/api/search"), fulfill)
    page.route(re.compile("/api/suggest"), lambda route: route.fulfill(json={"suggestions": suggestions}))


def hold_requests(page: Page, url: str | re.Pattern[str]) -> list[Route]:
    """Hold back the page's requests for `url`, and return the list that they are added to."""
    routes: list[Route] = []
    page.route(url, lambda route: routes.append(route))
    return routes
