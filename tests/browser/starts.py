"""What a site offers in an empty field, and what a reader's device keeps, for the tests of the start."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route

from .reader import API, artificial_answer

PINNED: Final = "已固定"
LATEST: Final = "最近搜索"
SEEN: Final = "最近看过"


def mock_start(page: Page, /, **changes: object) -> None:
    """Answer the request for the start with two posts and two tags, every other with `artificial_answer(**changes)`."""
    hit = artificial_answer()["results"][0]
    newest = [
        {**hit, "title": title, "url": f"/posts/{number}/", "date": f"2025-02-1{number}T08:00:00+08:00"}
        for number, title in ((3, "新的一篇"), (2, "旧的一篇"))
    ]
    tags = [
        {"value": "AI", "count": 9, "selected": False},
        {"value": "R&D 投入", "count": 2, "selected": False},
    ]
    start = artificial_answer(query="", total=2, results=newest)
    start["facets"]["tag"] = tags

    def answer(route: Route) -> None:
        words = parse_qs(urlsplit(route.request.url).query).get("q", [""])[0]
        route.fulfill(json=artificial_answer(**{"query": words, **changes}) if words else start)

    page.route(API, answer)


def store(page: Page, lists: Mapping[str, Sequence[object]]) -> None:
    """Store the lists under their keys before the first page is open; later pages find what the first one left."""
    written = "".join(
        f"localStorage.setItem({json.dumps(key)}, {json.dumps(json.dumps(entries, ensure_ascii=False))});"
        for key, entries in lists.items()
    )
    page.add_init_script(f"if (!sessionStorage.written) {{ sessionStorage.written = 1; {written} }}")
