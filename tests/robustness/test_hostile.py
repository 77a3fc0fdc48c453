"""Hostile requests: never a 5xx, never beyond the deadline, nothing comes back as markup or header."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.helpers.server import Serving, wait_for
from tests.helpers.sites import ROOT, index_site, post, write_site
from zhsearch.search.settings import Settings

HOSTILE: dict[str, list[str]] = json.loads((ROOT / "tests/data/hostile.json").read_text(encoding="utf-8"))
ADDRESSES = ("/api/search?q=", "/search?q=", "/api/suggest?q=", "/api/related?url=", "/api/search?tag=")
OTHERS = [
    f"/api/search?q=a&{name}={value}"
    for name in ("category", "lang", "from", "to", "sort", "page", "per_page", "explain", "tag")
    for value in (
        "%00",
        "%ff%fe",
        "x" * 2_000,
        "-1",
        "0",
        "1e9",
        "9" * 40,
        "%0d%0aX-Evil:1",
        "<script>",
        "%EF%BC%91",
    )
] + [
    "/api/search?" + "&".join(f"tag={number}" for number in range(500)),
    "/api/search?" + "q=a&" * 800,
    "/api/search?q[]=a&q.x=1&__proto__=1&=&&&==",
    "/api/search?%",
    "/api/search?q=%zz",
    "/api/recent?count=99999999999999999999",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/widget.js/../../app.py",
    "/static/../app.py",
    "/api/search/%0d%0aX-Evil:%201",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    rare = "".join(chr(0x4E00 + number * 17 % 20000) for number in range(1000))
    posts = {
        f"{number}.md": post(f"算力 {number}", f"国产芯片。{rare[number::3]}", tags=["AI"])
        for number in range(9)
    }
    return index_site(write_site(tmp_path_factory.mktemp("hostile"), posts))


def paths() -> Iterator[str]:
    for queries in HOSTILE.values():
        for query in queries:
            for address in ADDRESSES:
                yield address + quote(query.encode("utf-8", "surrogatepass"))
    yield from OTHERS


class Elements(HTMLParser):
    """The elements that a browser would see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def check(path: str, status: int, headers: dict[str, str], body: bytes) -> None:
    assert status < 500, (path, status, body)
    assert not {"set-cookie", "x-evil", "location"} & {name.lower() for name in headers}, path
    kind = headers["Content-Type"].partition(";")[0]
    assert headers["X-Content-Type-Options"] == "nosniff"
    if kind == "text/html":
        for tag, attributes in Elements(body.decode()).seen:
            assert tag not in ("iframe", "img"), path
            assert tag != "svg" or set(attributes) == {"class", "viewbox", "aria-hidden"}, (
                path
            )  # the page's icons
            assert not any(name.startswith("on") or name in ("style", "srcdoc") for name in attributes), path
            assert tag != "script" or str(attributes["src"]).startswith("/widget.js"), path
            assert not str(attributes.get("href", "")).lower().startswith(("javascript:", "//")), path
    else:
        assert kind in ("application/json", "application/problem+json"), (path, kind)
        json.loads(body)


def test_no_query_and_no_parameter_breaks_the_app(client: FlaskClient) -> None:
    for path in paths():
        response = client.get(path, headers={"Accept-Language": path[-40:]} if path.isascii() else {})
        check(path, response.status_code, dict(response.headers), response.data)


def test_templates_are_not_evaluated(client: FlaskClient) -> None:
    for query in HOSTILE["templates"]:
        page = client.get("/search", query_string={"q": query}).get_data(as_text=True)
        assert "49" not in page


def test_no_query_and_no_parameter_breaks_a_real_server(server: Serving, tmp_path: Path) -> None:
    wait_for(lambda: len(server.family()) == 3)
    before = server.family()
    for path in paths():
        if len(path) < 8_000:
            status, headers, body = server.ask(path)
            if status != 400 or headers.get(
                "X-Content-Type-Options"
            ):  # otherwise gunicorn itself rejected it
                check(path, status, dict(headers), body)
    assert server.family() == before
    log = (server.settings.content / "server.log").read_text()
    assert "Traceback" not in log


def test_request_lines_and_headers_that_are_too_long_are_rejected(server: Serving) -> None:
    assert 400 <= server.ask("/api/search?q=" + "a" * 9_000)[0] < 500
    assert 400 <= server.ask("/api/search", {"Cookie": "a" * 9_000})[0] < 500
    assert 400 <= server.ask("/api/search", {f"X-{number}": "a" for number in range(80)})[0] < 500
    assert server.ask("/api/search")[0] == 200
