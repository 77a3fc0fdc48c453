"""A static file server as hosts of static sites are: it compresses texts, keeps connections, and here also counts."""

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".wasm": "application/wasm",
}


class Sent(NamedTuple):
    """A response: the path of the request and the bytes of the body, as transferred."""

    path: str
    bytes: int


class FileServer:
    """A running server. `sent` are its responses so far; `delay` the seconds before each."""

    def __init__(self, folder: Path, delay: float = 0.0) -> None:
        self.sent: list[Sent] = []
        self.delay = delay
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self, folder))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["FileServer"]:
        """Serve until the end of a `with` block."""
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # headers and body leave together
    disable_nagle_algorithm = True

    def __init__(self, server: FileServer, folder: Path, *arguments: object) -> None:
        self._files = server
        self._folder = folder
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer with a file."""
        time.sleep(self._files.delay)
        path = unquote(urlsplit(self.path).path)
        file = (
            self._folder / f"{path}index.html".lstrip("/") if path.endswith("/") else self._folder / path[1:]
        )
        if ".." in path or not file.is_file():
            self._answer(404, "text/plain", b"", is_compressed=False)
            return
        kind = _TYPES.get(file.suffix, "application/octet-stream")
        is_compressed = file.suffix in _TYPES and "gzip" in self.headers.get("Accept-Encoding", "")
        body = _compressed(file) if is_compressed else file.read_bytes()
        self._answer(200, kind, body, is_compressed=is_compressed)

    def _answer(self, status: int, kind: str, body: bytes, *, is_compressed: bool) -> None:
        self._files.sent.append(Sent(self.path, len(body)))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        if is_compressed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: responses are counted in `sent`."""


@cache
def _compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)
