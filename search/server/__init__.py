"""The gunicorn server with a worker that buffers requests and responses."""

from zhsearch.search.server.gunicorn_app import Server

__all__ = ["Server"]
