"""The lab's server: on 127.0.0.1 alone, in a thread of its own."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from werkzeug.serving import WSGIRequestHandler, make_server

from zhsearch.index.errors import ZhsearchError
from zhsearch.index.messages import system_message
from zhsearch.search.lab.access import Access
from zhsearch.search.lab.app import Lab, create_lab
from zhsearch.search.settings import Settings

_HOST = "127.0.0.1"


class _Quiet(WSGIRequestHandler):
    """Logs no requests."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Called for every request."""


class LabServer:
    """Serves a lab in a `with` block; `url` has the key. `port` 0 is a free one."""

    def __init__(
        self, read_settings: Callable[[], Settings], folder: Path, judged: Path, *, port: int = 0
    ) -> None:
        self._lab = Lab(read_settings, folder, judged)
        access = Access()
        try:
            # One person uses it: werkzeug's own server is enough.
            self._server = make_server(
                _HOST, port, create_lab(self._lab, access), threaded=True, request_handler=_Quiet
            )
        except OSError as problem:
            raise ZhsearchError(
                "port {port} cannot be used: {reason}. Choose another --port",
                port=port,
                reason=system_message(problem),
            ) from problem
        self.url = f"http://{_HOST}:{self._server.port}/?key={access.key}"
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._lab.close()
