"""The search boxes that `box_cost` compares, each on a page of its own, over one site of the same posts.

Pagefind and DocSearch come from npm, at the versions below. DocSearch asks a service that is not to be had here: its
requests are answered with the hits of our API, in the shape that it expects.
"""

from __future__ import annotations

import gzip
import json
import mimetypes
import subprocess
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.generators.packages import node_packages
from tests.helpers.sites import CACHE
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.http.app import create_app
from zhsearch.search.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PAGEFIND: Final = {"pagefind": "1.6.0"}
DOCSEARCH: Final = {"@docsearch/js": "5.2.0", "@docsearch/css": "5.2.0"}
HITS: Final = 10


@dataclass(frozen=True)
class BoxPage:
    """A box: what its page contains, what opens it if a click on the field does not, and where its field and hits are."""

    name: str
    body: str
    field: str
    hit: str
    opener: str = ""
    filters: str = ""


BOXES: Final = (
    BoxPage(
        "zhsearch",
        '<script type="module" src="/widget.js"></script><zh-search><form action="/search"><input name="q"></form></zh-search>',
        "zh-search input[role=combobox]", "zh-search .results .hit", filters="zh-search .unfold",
    ),
    BoxPage(
        "Pagefind",
        '<link rel="stylesheet" href="/pagefind/pagefind-ui.css"><script src="/pagefind/pagefind-ui.js"></script>'
        f'<div id="box"></div><script>new PagefindUI({{ element: "#box", pageSize: {HITS}, showImages: false }})</script>',
        ".pagefind-ui__search-input", ".pagefind-ui__result",
    ),
    BoxPage(
        "DocSearch",
        '<link rel="stylesheet" href="/docsearch/css/dist/style.css"><script src="/docsearch/js/dist/umd/index.js"></script>'
        '<div id="box"></div><script>docsearch({ container: "#box", appId: "A", indices: ["i"], apiKey: "k", '
        f"maxResultsPerGroup: {HITS} }})</script>",
        ".DocSearch-Input", ".DocSearch-Hit", ".DocSearch-Button",
    ),
)  # fmt: skip


class Site:
    """Our server with the pages of all boxes beside it. `sent` are path and compressed size of each response."""

    def __init__(self, app: Flask, folder: Path, rivals: Path | None) -> None:
        self._app, self._folder, self._rivals = app, folder, rivals
        self.sent: list[tuple[str, int]] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # all sizes are of the same compression
        page = next((box.body for box in BOXES if path == f"/{box.name}.html"), None)
        if page is not None:
            start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
            return [f'<!doctype html><html lang="zh-CN"><link rel="icon" href="data:">{page}'.encode()]
        body = self._file(path)
        if body is None:
            body = b"".join(self._app(environ, start_response))
        else:
            start_response("200 OK", [("Content-Type", mimetypes.guess_type(path)[0] or "application/wasm")])
        self.sent.append((path, min(len(body), len(gzip.compress(body)))))
        return [body]

    def _file(self, path: str) -> bytes | None:
        file = self._folder / path[1:]
        if path.startswith("/docsearch/") and self._rivals:
            file = self._rivals / "node_modules/@docsearch" / path.removeprefix("/docsearch/")
        elif not path.startswith("/pagefind/"):
            return None
        return file.read_bytes() if file.is_file() else None


@contextmanager
def serving_boxes(pages: Path, work: Path) -> Iterator[tuple[Site, str, list[BoxPage]]]:
    """Index built pages with us and with Pagefind, and serve all boxes; yields the site, its address, and the boxes."""
    settings = Settings(content=pages, html=pages, index=work / "index", cache=CACHE, rate_limit="")
    reindex(settings)
    boxes, rivals = [BOXES[0]], None
    try:
        runner = node_packages(PAGEFIND) / "node_modules/pagefind/lib/runner/bin.cjs"
        command: Sequence[str | Path] = [
            "node",
            runner,
            "--site",
            pages,
            "--output-path",
            work / "pagefind",
            "--quiet",
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=600)
        boxes.append(BOXES[1])
        rivals = node_packages(DOCSEARCH)
        boxes.append(BOXES[2])
    except pytest.skip.Exception as missing:
        print(f"without other boxes: {missing}")
    site = Site(create_app(settings), work, rivals)
    server = make_server("127.0.0.1", 0, site, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site, f"http://127.0.0.1:{server.server_port}", boxes
    server.shutdown()
    thread.join()
    server.server_close()


def as_docsearch(client: FlaskClient, body: str) -> dict[str, Any]:
    """The answer that DocSearch expects to its request, made of that of our API."""
    words = json.loads(body)["requests"][0].get("query", "")
    hits = client.get("/api/search", query_string={"q": words, "per_page": HITS}).get_json()["results"]
    levels = [f"lvl{level}" for level in range(7)]
    answer = []
    for number, hit in enumerate(hits):
        hierarchy = {**dict.fromkeys(levels), "lvl0": "posts", "lvl1": hit["title"]}
        shown = {"value": hit["excerpt"], "matchLevel": "full", "matchedWords": [words]}
        titles = {"lvl0": {**shown, "value": "posts"}, "lvl1": {**shown, "value": hit["title"]}}
        answer.append({
            "objectID": str(number), "url": hit["url"], "type": "content", "content": hit["excerpt"], "anchor": None,
            "hierarchy": hierarchy, "_highlightResult": {"content": shown, "hierarchy": titles},
            "_snippetResult": {"content": shown, "hierarchy": titles},
        })  # fmt: skip
    return {
        "results": [
            {"hits": answer, "nbHits": len(answer), "page": 0, "query": words, "params": "", "index": "i"}
        ]
    }


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Log nothing."""
