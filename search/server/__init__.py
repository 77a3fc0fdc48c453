"""The gunicorn server with a worker that buffers requests and responses."""

from zhsearch.search.server.gunicorn_app import Server, check_address

__all__ = ["Server", "check_address"]
