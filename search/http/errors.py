"""Error responses: RFC 9457 problems for programs, a page for readers, never a stack trace.

Both are in the reader's language: the box shows what the API says. Without Accept-Language the API speaks
English, and a page Chinese.
"""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Request, json, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from zhsearch.index.errors import BackendUnavailableError, NoIndexError, StoreError, ZhsearchError
from zhsearch.index.generations import EXHAUSTED_ERRNOS
from zhsearch.index.messages import Message
from zhsearch.search.api import Problem
from zhsearch.search.deadline import DeadlineExceededError
from zhsearch.search.engine import Follower
from zhsearch.search.errors import ParameterError
from zhsearch.search.http.search_page import layout_context
from zhsearch.search.translation import best_language, translated

JSON_PATHS = ("/healthz", "/readyz", "/metrics", "/openapi.json")
"""Paths outside /api/ whose errors are JSON as well."""

RETRY_AFTER = "5"
"""The Retry-After header of a 503, in seconds."""


class OverloadedError(ZhsearchError):
    """More requests are in flight than this worker accepts."""


class RateLimitedError(ZhsearchError):
    """A client exceeds the rate limit; it may send the next request in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__("Too many requests from this address. Try again in {seconds} s", seconds=seconds)
        self.seconds = seconds


class NotReadyError(ZhsearchError):
    """This process cannot answer; the text gives its operator the reason."""


_MAX_CAUSES = 10  # length of the chain of causes that is followed
_REFUSAL = "zhsearch.refusal"
_REFUSALS = {OverloadedError: "busy", RateLimitedError: "rate", DeadlineExceededError: "time"}

_PROBLEMS: tuple[tuple[type[ZhsearchError], int, Message, Message | None], ...] = (
    (RateLimitedError, 429, Message("Too many requests"), None),
    (OverloadedError, 503, Message("Too busy"), None),
    (DeadlineExceededError, 503, Message("Too much work"), None),
    (NotReadyError, 503, Message("Not ready"), None),
    (NoIndexError, 503, Message("No index yet"), Message("The index is not built yet. Try again later.")),
    (
        BackendUnavailableError,
        503,
        Message("Search unavailable"),
        Message("Search is temporarily unavailable. Try again shortly."),
    ),
    (
        StoreError,
        503,
        Message("Index unavailable"),
        Message("The index cannot be read at the moment. Try again shortly."),
    ),
)
"""Error type, status, title, detail; the first match counts. A detail of None is the error's own text. The
texts of the other errors name files and hosts, and are only logged."""


def problem_of(error: Exception) -> Problem:
    """The problem details of an error, in English; they are messages, which responses translate.

    The text of an unexpected error is never sent.
    """
    if isinstance(error, ParameterError):
        return {**_problem(400, Message("Bad parameter"), str(error)), "parameter": error.name}
    for kind, status, title, detail in _PROBLEMS:
        if isinstance(error, kind):
            return _problem(status, title, detail or str(error))
    if _is_exhausted(error):
        detail = Message("The server is out of memory or file descriptors. Try again shortly.")
        return _problem(503, Message("Out of resources"), detail)
    if isinstance(error, HTTPException):
        return _problem(error.code or 500, error.name, error.description or error.name)
    return _problem(500, Message("Internal error"), Message("Something went wrong here; it was logged."))


def _problem(status: int, title: str, detail: str) -> Problem:
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def record_refusal(environ: dict[str, Any], error: Exception) -> None:
    """Record for the metrics why a request was refused; errors that are no refusal are ignored."""
    if reason := _REFUSALS.get(type(error)):
        environ[_REFUSAL] = reason


def refusal_of(environ: Mapping[str, Any]) -> str | None:
    """Why a request was refused: `busy`, `rate` or `time`; None where it was not."""
    reason: str | None = environ.get(_REFUSAL)
    return reason


def install_error_handlers(app: Flask, follower: Follower) -> None:
    """Respond to every error with its problem details, and log errors of the server (5xx)."""

    def handle(error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.code and error.code < 400:
            return error.get_response()  # a redirect
        error = _cause_of(error, follower)
        problem = problem_of(error)
        record_refusal(request.environ, error)
        if problem["status"] >= 500 and not isinstance(error, OverloadedError | DeadlineExceededError):
            app.logger.error(
                "%s %s: %s", request.method, request.path, error, exc_info=not _is_expected(error)
            )
        response = _render(app, problem)
        _add_headers(response, error)
        return response

    app.register_error_handler(Exception, handle)


def _cause_of(error: Exception, follower: Follower) -> Exception:
    """The error to report: the original of an InternalServerError, or damage if an open file has any."""
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, Exception):
        error = error.original_exception
    if not _is_expected(error) and follower.is_corrupt():
        return StoreError("the index is damaged ({name}: {error})", name=type(error).__name__, error=error)
    return error


def _render(app: Flask, problem: Problem) -> Response:
    if wants_json(request):
        language = best_language(tag for tag, quality in request.accept_languages if quality)
        response = app.make_response(json.dumps(_in_language(problem, language)))
        response.mimetype = "application/problem+json"
        response.content_language.add(language)
        response.vary.add("Accept-Language")
    else:
        page = render_template("error.html", problem=problem, **layout_context("", None))
        response = app.make_response(page)
    response.status_code = problem["status"]
    return response


def _in_language(problem: Problem, language: str) -> Problem:
    """A problem with its texts in a language; English where there is no translation. Programs read `type`,
    `status` and `parameter`, which are the same in all."""
    title, detail = translated(problem["title"], language), translated(problem["detail"], language)
    return {**problem, "title": title, "detail": detail}


def _add_headers(response: Response, error: Exception) -> None:
    """Add Retry-After to 429 and 503, and the headers that a 405 or 401 must have."""
    if isinstance(error, RateLimitedError):
        response.headers["Retry-After"] = str(error.seconds)
    elif response.status_code == 503:
        response.headers["Retry-After"] = "1" if isinstance(error, OverloadedError) else RETRY_AFTER
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name in ("Allow", "WWW-Authenticate"):
                response.headers[name] = value


def wants_json(request: Request) -> bool:
    """Whether the response to a request is JSON for programs, rather than a page for readers."""
    return (request.path + "/").startswith("/api/") or request.path in JSON_PATHS


def _is_exhausted(error: BaseException | None) -> bool:
    """Whether an error, or one that caused it, is a lack of memory, file descriptors or threads."""
    for _ in range(_MAX_CAUSES):
        if error is None:
            return False
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in EXHAUSTED_ERRNOS):
            return True
        if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _is_expected(error: Exception) -> bool:
    return isinstance(error, ZhsearchError | HTTPException) or _is_exhausted(error)
