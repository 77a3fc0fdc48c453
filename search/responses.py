"""Answers in, JSON responses out: made once in a generation, kept here, in browsers and in proxies."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from flask import Request, Response
from flask.json.provider import JSONProvider

from search.engine import Engine
from search.kept import Kept
from search.widget import Widget

_FOREVER = 31_536_000  # seconds
_OVERHEAD = 400  # bytes that an answer takes beside its own


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

    `max_age`: seconds that others may keep an answer without asking again.
    """

    def __init__(self, size: int, max_age: int) -> None:
        self._answers = Kept[tuple[str, str], bytes](size)
        self._policy = f"public, max-age={max_age}" if max_age else "public, no-cache"
        self._code = _code_hash()

    def json(self, request: Request, engine: Engine, make: Callable[[Engine], Any]) -> Response:
        """The response to a request that `make` has the answer to."""
        tag = f"{engine.generation}.{self._code}"
        if "HTTP_IF_NONE_MATCH" in request.environ and request.if_none_match.contains_weak(tag):
            response = Response(status=304)
        else:
            response = Response(self._body(request.full_path, engine, make), mimetype="application/json")
        response.headers["ETag"] = f'W/"{tag}"'
        response.headers["Cache-Control"] = self._policy
        return response

    def _body(self, asked: str, engine: Engine, make: Callable[[Engine], Any]) -> bytes:
        key = engine.generation, asked
        body = self._answers.get(key)
        if body is None:
            body = orjson.dumps(make(engine)) + b"\n"
            self._answers.put(key, body, len(asked) + len(body) + _OVERHEAD)
        return body


def script(request: Request, made: Widget) -> Response:
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


def _code_hash() -> str:
    """What another version of this package would not have: answers may look different then."""
    digest = hashlib.blake2b(digest_size=6)
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
