"""JSON responses that are computed once for each generation, and cached here, in browsers and in proxies.

The ETag is made of the generation and of the code, so that a 304 costs no search.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import orjson
from flask import Request, Response
from flask.json.provider import JSONProvider

from zhsearch.index.code_version import code_version
from zhsearch.search.cache import LruCache
from zhsearch.search.deadline import time_limit
from zhsearch.search.engine import Engine
from zhsearch.search.http.search_outcome import AnswerSource, SearchOutcome, record_outcome
from zhsearch.search.widget import Asset

_ONE_YEAR_S = 31_536_000
_ENTRY_OVERHEAD_BYTES = 400  # of the cache, for each answer


class _CachedAnswer(NamedTuple):
    body: bytes
    outcome: tuple[int | None, bool, bool, str]  # of a search, see SearchOutcome


class OrjsonProvider(JSONProvider):
    """orjson as Flask's JSON provider: UTF-8 unescaped, keys in their order, a tenth of the time of json."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """Serialize a value."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Deserialize a text."""
        return orjson.loads(s)


class Responder:
    """Returns responses that are valid until the next generation: the same URL gets the same bytes, or 304.

    `cache_bytes`: size of this process's cache; `max_age_s`: seconds that browsers and proxies may use an
    answer without revalidating it; `time_limit_s`: seconds that one answer may take to compute, 0 for any;
    `count`: called before an answer is computed, raises an error where its client has had its share.
    """

    def __init__(
        self,
        *,
        cache_bytes: int,
        max_age_s: int,
        time_limit_s: float,
        count: Callable[[Request], None] = lambda _: None,
    ) -> None:
        self._answers = LruCache[tuple[str, str], _CachedAnswer](cache_bytes)
        self._time_limit_s = time_limit_s
        self._count = count
        self._cache_control = f"public, max-age={max_age_s}" if max_age_s else "public, no-cache"
        self._code_version = code_version("zhsearch.index", "zhsearch.search")  # both make answers

    def respond(
        self,
        request: Request,
        engine: Engine,
        compute: Callable[[Engine], Mapping[str, Any]],
        *,
        is_search: bool = False,
    ) -> Response:
        """Answer a GET request with what `compute` returns, computed only if no cache has it.

        `is_search`: record the outcome for metrics and query statistics.
        """
        tag = f"{engine.generation}.{self._code_version}"
        source: AnswerSource
        if "HTTP_IF_NONE_MATCH" in request.environ and request.if_none_match.contains_weak(tag):
            response = Response(status=304)
            answer, source = self._answers.get((engine.generation, request.full_path)), "unchanged"
        else:
            answer, source = self._answer(request, engine, compute)
            response = Response(answer.body, mimetype="application/json")
        if is_search:
            outcome = SearchOutcome(source, *answer.outcome) if answer else SearchOutcome(source, None)
            record_outcome(request.environ, outcome)
        response.headers["ETag"] = f'W/"{tag}"'
        response.headers["Cache-Control"] = self._cache_control
        return response

    def _answer(
        self, request: Request, engine: Engine, compute: Callable[[Engine], Mapping[str, Any]]
    ) -> tuple[_CachedAnswer, AnswerSource]:
        url = request.full_path
        key = engine.generation, url
        cached = self._answers.get(key)
        if cached is not None:
            return cached, "kept"
        self._count(request)
        with time_limit(self._time_limit_s):
            result = compute(engine)
        body = orjson.dumps(result, option=orjson.OPT_APPEND_NEWLINE)
        answer = _CachedAnswer(body, _outcome_of(result))
        self._answers.put(key, answer, len(url) + len(body) + _ENTRY_OVERHEAD_BYTES)
        return answer, "made"


def _outcome_of(result: Mapping[str, Any]) -> tuple[int | None, bool, bool, str]:
    """What is counted of an answer, see SearchOutcome."""
    searched = "" if result.get("widened") else result.get("language") or ""
    return result.get("total"), result.get("relaxed", False), bool(result.get("suggestion")), searched


def asset_response(
    request: Request, asset: Asset, mimetype: str, *, unversioned: str = "no-cache", is_public: bool = False
) -> Response:
    """A script or style sheet; under a URL with its version (`?v=…`) it is cached for a year.

    `unversioned`: how it may be cached under any other URL. `is_public`: pages of any origin may load it,
    since module scripts are fetched with CORS.
    """
    response = Response(asset.body, mimetype=mimetype)
    response.set_etag(asset.version)
    is_current = request.args.get("v") == asset.version
    response.headers["Cache-Control"] = (
        f"public, max-age={_ONE_YEAR_S}, immutable" if is_current else f"public, {unversioned}"
    )
    if is_public:
        response.headers["Access-Control-Allow-Origin"] = "*"
    response.make_conditional(request)
    return response
