"""A proxy in front of a node that refuses, delays or forwards requests, as a test demands."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_LOST_NODE = {
    "root_cause": [
        {
            "type": "node_disconnected_exception",
            "reason": "[node1][127.0.0.1:9300][indices:data/read/search[phase/fetch/id]] disconnected",
        }
    ],
    "type": "search_phase_execution_exception",
    "reason": "",
}
"""The error of a node that has lost another one in the middle of a search."""


class Proxy:
    """The faults for the next requests, and the number of requests.

    `refuse`: the statuses of the next responses. `lose_node`: the number of searches during which a node is
    lost. `refuse_bulk`: the number of bulk requests that get a
    429. `reject_pages`: the number of bulk requests whose actions are all rejected. `delay_s`: seconds before
    a request is forwarded. `requests` counts all of them.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self.refuse: list[int] = []
        self.lose_node = 0
        self.refuse_bulk = 0
        self.reject_pages = 0
        self.delay_s = 0.0
        self.requests = 0
        self.url = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Respond to one request."""
        self.requests += 1
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        if self.refuse_bulk and "/_bulk" in handler.path:
            self.refuse_bulk -= 1
            _send(handler, 429, b"{}")
            return
        if self.reject_pages and "/_bulk" in handler.path:
            self.reject_pages -= 1
            _send(handler, 200, _rejecting(body))
            return
        if self.refuse:
            _send(handler, self.refuse.pop(0), b'{"error": {"type": "refused", "reason": "by the proxy"}}')
            return
        if self.lose_node and "search" in handler.path:
            self.lose_node -= 1
            _send(handler, 500, json.dumps({"error": _LOST_NODE, "status": 500}).encode())
            return
        time.sleep(self.delay_s)
        request = urllib.request.Request(self.target + handler.path, body or None, method=handler.command)
        request.add_header("Content-Type", handler.headers.get("Content-Type") or "application/json")
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                _send(handler, response.status, response.read())
        except urllib.error.HTTPError as error:
            _send(handler, error.code, error.read())


def _rejecting(body: bytes) -> bytes:
    """The response of a node whose queue is full."""
    error = {"type": "opensearch_rejected_execution_exception", "reason": "queue is full"}
    actions = [line for line in body.splitlines() if line.startswith((b'{"index"', b'{"delete"'))]
    items = [{next(iter(json.loads(line))): {"status": 429, "error": error}} for line in actions]
    return json.dumps({"errors": True, "items": items}).encode()


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)


@contextmanager
def proxy(target: str) -> Iterator[Proxy]:
    """A proxy in front of a node, on a port of its own."""
    state = Proxy(target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            state.answer(self)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
