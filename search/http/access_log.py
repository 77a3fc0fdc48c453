"""What is logged in, a line of JSON each out, where the settings ask for it; and a number for every request.

Neither queries nor addresses are logged: what readers look for is their own affair.
"""

import logging
import re
import secrets
import sys
import time
from typing import Any

from flask import Flask, Response, has_request_context, request
from pythonjsonlogger.orjson import OrjsonFormatter

_ID, _BEGAN = "zhsearch.request_id", "zhsearch.log_began"
_SAFE = re.compile(r"[\w.-]{1,64}", re.ASCII)
_log = logging.getLogger("zhsearch.access")


class _Formatter(OrjsonFormatter):
    """A record as an object; one that is written while a request is answered has its number."""

    def add_fields(
        self, log_record: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        super().add_fields(log_record, record, message_dict)
        if has_request_context() and (number := request.environ.get(_ID)):
            log_record["request_id"] = number


def write_json() -> None:
    """Let this process log JSON on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Formatter(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="time",
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in ("gunicorn.error", "gunicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True


def log_requests(app: Flask, *, trusted: bool) -> None:
    """Log each request when it is answered. Its number is that of `X-Request-ID`, if a proxy is trusted to
    have set it, and goes back in the same header."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-ID", "") if trusted else ""
        request.environ[_ID] = given if _SAFE.fullmatch(given) else secrets.token_hex(8)
        request.environ[_BEGAN] = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        environ = request.environ
        if _ID in environ:
            response.headers["X-Request-ID"] = environ[_ID]
            took = round((time.perf_counter() - environ[_BEGAN]) * 1000, 2)
            facts = {
                "method": request.method,
                "endpoint": request.endpoint,
                "status": response.status_code,
                "took_ms": took,
                "bytes": response.content_length,
            }
            _log.info("answered", extra=facts)
        return response
