"""A web server in this process: the real search of a small site, its pages, and pages and accidents that a test wants."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.helpers.server import wait_for
from zhsearch.search.http.app import create_app
from zhsearch.search.settings import Settings

from .posts import BOX, POSTS, rendered

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PAGE: Final = (
    '<!doctype html><html lang="{lang}" {attributes}><head><meta charset="utf-8"><title>{title}</title>'
    '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:">{head}'
    '<script type="module" src="/widget.js"></script></head><body>{body}</body></html>'
)


class Stage:
    """The application. `searched` are the words of the API's searches in their order, without those of
    an empty field."""

    def __init__(self, settings: Settings) -> None:
        self._app = create_app(settings)
        self._pages: dict[str, tuple[str, dict[str, str]]] = {}
        self._held: dict[str, threading.Event] = {}
        self._failing = ""
        self.searched: list[str] = []
        for name, text in POSTS.items():
            self._pages[f"/{name.removesuffix('.md')}/"] = (PAGE.format(
                lang="zh-CN", attributes="", title="x", head="", body=rendered(text)
            ), {})  # fmt: skip

    def page(
        self, body: str = BOX, *, head: str = "", lang: str = "zh-CN", attributes: str = "", policy: str = ""
    ) -> str:
        """Add a page, and return its address; `policy` is its Content-Security-Policy."""
        path = f"/stage/{len(self._pages)}/"
        headers = {"Content-Security-Policy": policy} if policy else {}
        html = PAGE.format(lang=lang, attributes=attributes, title="stage", head=head, body=body)
        self._pages[path] = (html, headers)
        return path

    @contextmanager
    def holding(self, words: str) -> Iterator[None]:
        """Answer searches for these words when the block ends, not before; it begins to wait when one has arrived."""
        self._held[words] = threading.Event()
        try:
            yield
        finally:
            self._held.pop(words).set()

    @contextmanager
    def failing(self, status: str = "503 Service Unavailable") -> Iterator[None]:
        """Answer every call of the API with an error."""
        self._failing = status
        try:
            yield
        finally:
            self._failing = ""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path in self._pages:
            html, headers = self._pages[path]
            start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), *headers.items()])
            return [html.encode()]
        if path == "/api/search":
            words = parse_qs(environ["QUERY_STRING"]).get("q", [""])[0]
            if words:
                self.searched.append(words)
            if held := self._held.get(words):
                held.wait(30)
        if self._failing and path.startswith(("/api/", "/healthz")):
            start_response(self._failing, [("Content-Type", "application/json")])
            return [b'{"error": "not now"}']
        return self._app(environ, start_response)

    def wait_for_search(self, words: str) -> None:
        """Wait until a page has asked for these words."""
        wait_for(lambda: words in self.searched)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Log nothing."""


@contextmanager
def serving_stage(settings: Settings) -> Iterator[tuple[Stage, str]]:
    """Serve a stage on a free port; yields it and its address."""
    stage = Stage(settings)
    server = make_server("127.0.0.1", 0, stage, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stage, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
