"""A bare Flask app that says hello under the project's own server: what Python, Flask and the worker cost a request.

`python -m tests.bench.hello --index INDEX --port PORT --workers COUNT`. Server, worker and settings are those of
`zhsearch serve`; only the app is another, at `/`, without the project's middleware.
"""

import argparse
from pathlib import Path

from flask import Flask

from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.server import Server


class HelloServer(Server):
    """The project's server with another app."""

    def load(self) -> Flask:
        """Called by gunicorn, before it forks. The worker finds its periodic tasks with the app that it would serve."""
        app = Flask("hello")
        app.extensions.update(super().load().extensions)
        app.add_url_rule("/", view_func=lambda: "hello", endpoint="hello")
        return app


def main() -> None:
    """Serve until a signal."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--port", required=True)
    parser.add_argument("--workers", required=True)
    flags: dict[str, str | Path | None] = dict(vars(parser.parse_args()))
    HelloServer(read_settings=lambda: checked_settings(flags), on_ready=lambda _: None).run()


if __name__ == "__main__":
    main()
