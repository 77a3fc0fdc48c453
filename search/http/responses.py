"""Answers in, JSON responses out: made once in a generation, kept here, in browsers and in proxies."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import orjson
from flask import Request, Response
from flask.json.provider import JSONProvider

from zhsearch.index.code_version import code_version
from zhsearch.search.cache import LruCache
from zhsearch.search.deadline import time_limit
from zhsearch.search.engine.protocol import Engine
from zhsearch.search.http.search_outcome import _SEEN, SearchOutcome
from zhsearch.search.widget.bundle import WidgetBundle

SEARCHES = "api_search"
"""The endpoint whose answers are counted as searches, besides the page."""

_FOREVER = 31_536_000  # seconds
_OVERHEAD = 400  # bytes that an answer takes beside its own


class _Kept(NamedTuple):
    body: bytes
    total: int | None
    relaxed: bool


class Json(JSONProvider):
    """orjson as Flask's JSON: UTF-8 as it is, keys in their order, a tenth of the time."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """A value as text."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """The value of a text."""
        return orjson.loads(s)


class Responder:
    """Makes responses that hold until the next generation: the same request gets the same bytes, or a 304.

    `max_age`: seconds that others may keep an answer without asking again; `seconds`: that one may take to be
    made.
    """

    def __init__(self, size: int, max_age: int, seconds: float) -> None:
        self._answers = LruCache[tuple[str, str], _Kept](size)
        self._seconds = seconds
        self._policy = f"public, max-age={max_age}" if max_age else "public, no-cache"
        self._code = code_version("zhsearch.index", "zhsearch.search")  # both make answers

    def json(self, request: Request, engine: Engine, make: Callable[[Engine], Any]) -> Response:
        """The response to a request that `make` has the answer to."""
        tag = f"{engine.generation}.{self._code}"
        if "HTTP_IF_NONE_MATCH" in request.environ and request.if_none_match.contains_weak(tag):
            response = Response(status=304)
            kept, how = self._answers.get((engine.generation, request.full_path)), "unchanged"
        else:
            kept, how = self._answer(request.full_path, engine, make)
            response = Response(kept.body, mimetype="application/json")
        if request.endpoint == SEARCHES:
            request.environ[_SEEN] = (
                SearchOutcome(how, *kept[1:]) if kept else SearchOutcome(how, None, False)
            )
        response.headers["ETag"] = f'W/"{tag}"'
        response.headers["Cache-Control"] = self._policy
        return response

    def _answer(
        self, asked: str, engine: Engine, make: Callable[[Engine], Mapping[str, Any]]
    ) -> tuple[_Kept, str]:
        key = engine.generation, asked
        kept = self._answers.get(key)
        if kept is not None:
            return kept, "kept"
        with time_limit(self._seconds):
            answer = make(engine)
        body = orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE)
        kept = _Kept(body, answer.get("total"), answer.get("relaxed", False))
        self._answers.put(key, kept, len(asked) + len(kept.body) + _OVERHEAD)
        return kept, "made"


def widget_response(request: Request, made: WidgetBundle) -> Response:
    """The script of the elements. Under the address with its version a browser need never ask again."""
    response = Response(made.script, mimetype="text/javascript")
    if request.accept_encodings.find("gzip") >= 0:
        response.data = made.zipped
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(made.version)
    current = request.args.get("v") == made.version
    response.headers["Cache-Control"] = (
        f"public, max-age={_FOREVER}, immutable" if current else "public, no-cache"
    )
    # Module scripts are fetched with CORS; what everyone may read any page may load.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.make_conditional(request)
    return response
