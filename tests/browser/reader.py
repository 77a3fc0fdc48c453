"""What a reader does and sees, in the words of the tests: type, look at hits, read the marks."""

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
Pieces = list[tuple[str, bool]]

# The text of an element as (text, is it marked?) in reading order, neighbours of a kind joined.
PIECES = """element => {
  const pieces = [];
  const walk = (node, mark) => node.childNodes.forEach((child) => {
    if (child.nodeType !== Node.TEXT_NODE) walk(child, mark || child.localName === "mark");
    else if (child.data) {
      const last = pieces[pieces.length - 1];
      if (last && last[1] === mark) last[0] += child.data;
      else pieces.push([child.data, mark]);
    }
  });
  walk(element, false);
  return pieces;
}"""


@dataclass(frozen=True)
class Site:
    """Where the search answers, and the port of the one other origin it lets in."""

    base: str
    other_port: int

    def api(self, **parameters: object) -> dict[str, Any]:
        """Return what /api/search answers."""
        with urllib.request.urlopen(
            f"{self.base}/api/search?{urlencode(parameters, doseq=True)}", timeout=10
        ) as answer:
            body: dict[str, Any] = json.load(answer)
        return body


class Asked:
    """The searches that a page has sent."""

    def __init__(self, page: Page) -> None:
        self.urls: list[str] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if "/api/search" in request.url:
            self.urls.append(request.url)


def box(page: Page) -> Locator:
    """Return the upgraded field; fails while the element is still the plain form."""
    field = page.get_by_role("combobox")
    expect(field).to_be_visible()
    return field


def visit(page: Page, path: str = "/search") -> Locator:
    """Open the search page and return its upgraded field."""
    page.goto(path)
    return box(page)


def hits(page: Page) -> Locator:
    """Return the hits shown below the field, one for each page found."""
    return page.locator("zh-search .hit")


def unfold(page: Page) -> None:
    """Show the facets of the list."""
    page.get_by_role("button", name="筛选").click()


def pieces(element: Locator) -> Pieces:
    """Return the text of one element with its marks."""
    return [(text, mark) for text, mark in element.evaluate(PIECES)]


def wanted_pieces(text: str, marks: list[list[int]]) -> Pieces:
    """Return what the API's ranges, which count code points as Python does, say should be marked."""
    result: Pieces = []
    at = 0
    for start, end in [*marks, [len(text), len(text)]]:
        result += [(part, mark) for part, mark in ((text[at:start], False), (text[start:end], True)) if part]
        at = end
    return result


def canned(page: Page, *, suggestions: Sequence[object] = (), **changes: object) -> None:
    """Let the API answer every search with one made-up hit, and `changes` to the answer or the hit."""
    hit: dict[str, object] = {
        "url": "/posts/a/", "title": "标题", "title_marks": [], "date": None, "lang": "zh-CN", "tags": [], "categories": [],
        "thumbnail": None, "section": None, "excerpt": "正文", "excerpt_marks": [], "score": 1.0,
    }  # fmt: skip
    answer: dict[str, object] = {
        "query": "x", "total": 1, "page": 1, "per_page": 8, "took_ms": 1.0, "relaxed": False, "suggestion": None,
        "results": [hit], "facets": {"tag": [], "category": [], "lang": [], "year": [], "month": []},
    }  # fmt: skip
    for name, value in changes.items():
        (hit if name in hit else answer)[name] = value

    def fulfill(route: Route) -> None:
        route.fulfill(json=answer)

    page.route(re.compile("/api/search"), fulfill)
    page.route(re.compile("/api/suggest"), lambda route: route.fulfill(json={"suggestions": suggestions}))


def held(page: Page, url: str | re.Pattern[str]) -> list[Route]:
    """Keep back what the page asks for at `url`; the list fills as it asks."""
    routes: list[Route] = []

    def keep(route: Route) -> None:
        routes.append(route)

    page.route(url, keep)
    return routes
