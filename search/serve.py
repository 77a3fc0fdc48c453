"""Settings in, a serving process out: gunicorn, whose workers share what was loaded before the fork."""

from flask import Flask
from gunicorn.app.base import BaseApplication

from index.settings import Settings
from search.app import create_app

REQUEST_LINE = 8190
"""Bytes of the longest request line answered: a query of 512 Han characters takes 4,608 of them."""


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured by our settings alone; returns when it is told to stop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

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
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called by gunicorn, before it forks."""
        return create_app(self._settings)
