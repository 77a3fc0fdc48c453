"""Structured logs: one JSON line for each request, with a request ID.

Neither queries nor addresses are logged: what readers search for is private.
"""

import logging
import re
import secrets
import sys
import time
from typing import Any

from flask import Flask, Response, has_request_context, request
from pythonjsonlogger.orjson import OrjsonFormatter

from zhsearch.search.http.search_outcome import endpoint_name

_REQUEST_ID, _START = "zhsearch.request_id", "zhsearch.log_start"
_SAFE_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
_log = logging.getLogger("zhsearch.access")


class _Formatter(OrjsonFormatter):
    """Formats a record as a JSON object, with the ID of the request that is being handled."""

    def add_fields(
        self, log_record: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        super().add_fields(log_record, record, message_dict)
        if has_request_context() and (request_id := request.environ.get(_REQUEST_ID)):
            log_record["request_id"] = request_id


def configure_json_logging() -> None:
    """Make this process log JSON lines on stderr."""
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
    """Log each request with its response.

    `trusted`: a proxy sets `X-Request-ID`, whose value is then the request's ID; otherwise the ID is random.
    The response has it in the same header.
    """

    @app.before_request
    def begin() -> None:
        proxy_id = request.headers.get("X-Request-ID", "") if trusted else ""
        request.environ[_REQUEST_ID] = proxy_id if _SAFE_ID.fullmatch(proxy_id) else secrets.token_hex(8)
        request.environ[_START] = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        environ = request.environ
        if _REQUEST_ID in environ:
            response.headers["X-Request-ID"] = environ[_REQUEST_ID]
            fields = {
                "method": request.method,
                "endpoint": endpoint_name(request),
                "status": response.status_code,
                "took_ms": round((time.perf_counter() - environ[_START]) * 1000, 2),
                "bytes": response.content_length,
            }
            _log.info("answered", extra=fields)
        return response
