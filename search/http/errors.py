"""An error in, what is told of it out: RFC 9457 to programs, a page to readers, never a stack trace."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Request, json, render_template, request, url_for
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from zhsearch.index.errors import BackendUnavailableError, NoIndexError, StoreError, ZhsearchError
from zhsearch.index.generations.store import EXHAUSTED_ERRNOS
from zhsearch.search.api.schema import Problem
from zhsearch.search.deadline import DeadlineExceededError
from zhsearch.search.engine.backend import Follower
from zhsearch.search.errors import ParameterError
from zhsearch.search.http.search_page import static_url

JSON_PATHS = ("/healthz", "/readyz", "/metrics", "/openapi.json")
RETRY_AFTER = "5"
"""Seconds after which it is worth asking again."""


class OverloadedError(ZhsearchError):
    """More is asked at once than is answered here; come again in a moment."""


class RateLimitedError(ZhsearchError):
    """One client asks more often than is allowed; `seconds` until it may again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many requests from this address; ask again in {seconds} s")
        self.seconds = seconds


class NotReadyError(ZhsearchError):
    """What keeps this process from answering, for whoever runs it."""


_DEEPEST = 10  # errors that each came of the next
_REFUSED = "zhsearch.refused"
_REASONS = {OverloadedError: "busy", RateLimitedError: "rate", DeadlineExceededError: "time"}


def refusal_of(environ: Mapping[str, Any]) -> str | None:
    """Why a request was refused, if it was: it is busy here, its rate, or the time it takes."""
    reason: str | None = environ.get(_REFUSED)
    return reason


def problem_of(error: Exception) -> Problem:
    """What is told of an error to whoever asks. What we did not foresee is not told to strangers."""
    if reason := _REASONS.get(type(error)):
        request.environ[_REFUSED] = reason
    if isinstance(error, ParameterError):
        return {**_problem(400, "Bad parameter", str(error)), "parameter": error.name}
    if isinstance(error, RateLimitedError):
        return _problem(429, "Too many requests", str(error))
    if isinstance(error, OverloadedError):
        return _problem(503, "Too busy", str(error))
    if isinstance(error, DeadlineExceededError):
        return _problem(503, "Too much work", str(error))
    if isinstance(error, NotReadyError):
        return _problem(503, "Not ready", str(error))
    if isinstance(error, NoIndexError):
        return _problem(503, "No index yet", "The index is not built yet. Try again later.")
    if isinstance(error, BackendUnavailableError):
        return _problem(503, "Search is resting", "Search is resting. Try again in a moment.")
    if isinstance(error, StoreError):
        return _problem(503, "Index unavailable", "The index cannot be read just now.")
    if _is_exhausted(error):
        return _problem(503, "No room", "There is no room to answer this just now. Try again in a moment.")
    if isinstance(error, HTTPException):
        return _problem(error.code or 500, error.name, error.description or error.name)
    return _problem(500, "Internal error", "Something went wrong here; it was logged.")


def _problem(status: int, title: str, detail: str) -> Problem:
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def install_error_handlers(app: Flask, live: Follower) -> None:
    """Let every error of the app be told so. What goes wrong where files are damaged is their doing."""

    def show(error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.code and error.code < 400:
            return error.get_response()  # a redirect
        if isinstance(error, InternalServerError) and isinstance(error.original_exception, Exception):
            error = error.original_exception  # what went wrong while an error was told
        if not _known(error) and live.is_corrupt():
            error = StoreError(f"the index is damaged ({type(error).__name__}: {error})")
        problem = problem_of(error)
        if problem["status"] >= 500 and not isinstance(error, OverloadedError | DeadlineExceededError):
            app.logger.error("%s %s: %s", request.method, request.path, error, exc_info=not _known(error))
        if wants_json(request):
            response = app.make_response(json.dumps(problem))
            response.mimetype = "application/problem+json"
        else:
            urls = {
                "static": static_url,
                "search_url": url_for("search_page"),
            }
            response = app.make_response(render_template("error.html", problem=problem, **urls))
        response.status_code = problem["status"]
        if isinstance(error, RateLimitedError):
            response.headers["Retry-After"] = str(error.seconds)
        elif problem["status"] == 503:
            response.headers["Retry-After"] = "1" if isinstance(error, OverloadedError) else RETRY_AFTER
        if isinstance(error, HTTPException):
            for name, value in error.get_headers():
                if name in ("Allow", "WWW-Authenticate"):
                    response.headers[name] = value
        return response

    app.register_error_handler(Exception, show)


def wants_json(request: Request) -> bool:
    """Does a program ask, rather than a reader?"""
    return (request.path + "/").startswith("/api/") or request.path in JSON_PATHS


def _is_exhausted(error: BaseException | None) -> bool:
    """Has the system no more memory, or no file descriptors? What is told of that in passing counts too."""
    seen = 0
    while error is not None and seen < _DEEPEST:
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in EXHAUSTED_ERRNOS):
            return True
        if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False


def _known(error: Exception) -> bool:
    return isinstance(error, ZhsearchError | HTTPException) or _is_exhausted(error)
