"""Settings in, a serving process out: gunicorn, whose workers share what was loaded before the fork."""

import socket
from collections.abc import Callable

from flask import Flask
from gunicorn.app.base import BaseApplication

from index.errors import ZhsearchError
from index.settings import Settings
from search.app import create_app

Ready = Callable[[str], None]
"""Called with the address once it is answered on."""

REQUEST_LINE = 8190
"""Bytes of the longest request line answered: a query of 512 Han characters takes 4,608 of them."""


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured by our settings alone; returns when it is told to stop."""

    def __init__(self, settings: Settings, ready: Ready) -> None:
        self._settings = settings
        self._ready = ready
        super().__init__()

    def run(self) -> None:
        """Serve. Raises ZhsearchError where the address cannot be had."""
        settings = self._settings
        try:
            family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port)[0]
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as problem:
            raise ZhsearchError(
                f"{settings.host}:{settings.port} cannot be had: {problem.strerror}."
                " Choose another: --port PORT, --host HOST"
            ) from problem
        super().run()

    def load_config(self) -> None:
        """Called by gunicorn."""
        settings = self._settings
        options = {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.workers,
            "threads": settings.threads,
            "worker_class": "gthread",
            "preload_app": True,  # the segmenter's dictionary is loaded once and shared
            "limit_request_line": REQUEST_LINE,
            "timeout": 30,
            "graceful_timeout": 10,
            "proc_name": "zhsearch",
            "loglevel": "warning",
            "when_ready": lambda _: self._ready(f"http://{settings.host}:{settings.port}"),
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called by gunicorn, before it forks."""
        return create_app(self._settings)
