"""`create_app(settings)`: the routes and what an error looks like; everything else is done elsewhere."""

from typing import Any

from flask import (
    Flask,
    Request,
    Response,
    json,
    jsonify,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from werkzeug.exceptions import Forbidden, HTTPException, NotFound
from werkzeug.wrappers import Response as AnyResponse

from index.errors import NoIndexError, StoreError, ZhsearchError
from index.segment import Segmenter, get_segmenter, identity
from index.settings import Settings
from search.answer import answer, summary
from search.engine import Engine
from search.live import Live
from search.messages import choose, text
from search.pages import View, page_context
from search.parameters import MOST_PER_PAGE, ParameterError, Parameters, read_number, read_parameters
from search.responses import Json, Responder, script
from search.widget import widget

_STATIC_AGE = 3600  # seconds
_SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        " img-src 'self' https: data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}


def create_app(settings: Settings, live: Live | None = None) -> Flask:
    """The WSGI application that serves the index of `settings`; without an index it starts and says so.

    `live` may be open already.
    """
    live = live or Live(settings.index, page_cache=settings.page_cache_mb << 20)
    app = Flask(__name__, static_folder=None)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json = Json(app)
    identity(settings.segmenter)  # fails now where it is not installed

    def cutter(engine: Engine) -> Segmenter:
        return get_segmenter(settings.segmenter, settings.cache, engine.lexicon)

    respond = Responder(settings.answer_cache_mb << 20, settings.max_age).json

    @app.get("/api/search")
    def api_search() -> Response:
        explained = _is_explained(request, settings)
        return respond(
            request,
            live.engine(),
            lambda engine: answer(engine, _read_request(), cutter(engine), explained=explained),
        )

    @app.get("/api/recent")
    def api_recent() -> Response:
        return respond(request, live.engine(), _recent)

    @app.get("/api/tags")
    def api_tags() -> Response:
        return respond(request, live.engine(), _tags)

    @app.get("/api/suggest")
    def api_suggest() -> Response:
        return respond(request, live.engine(), _suggest)

    @app.get("/api/related")
    def api_related() -> Response:
        return respond(request, live.engine(), lambda engine: _related(engine, cutter(engine)))

    @app.get("/")
    def home() -> AnyResponse:
        return redirect(url_for("search_page"))

    @app.get("/search")
    def search_page() -> tuple[str, int]:
        parameters, found, problem = Parameters(), None, None
        try:
            parameters = _read_request()
            engine = live.engine()
            found = answer(engine, parameters, cutter(engine))
        except ZhsearchError as error:
            problem = _problem(error)
        view = View(parameters, url_for("search_page"))
        context = page_context(view, found, _static_url, settings.site_url)
        page = render_template("search.html", problem=problem, **context)
        return page, problem["status"] if problem else 200

    @app.get("/widget.js")
    def widget_js() -> Response:
        return script(request, widget())

    @app.get("/page.css")
    def page_css() -> Response:
        return send_from_directory(f"{app.root_path}/static", "page.css", max_age=_STATIC_AGE)

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify({"status": "ok"})

    @app.get("/readyz")
    def readyz() -> Response:
        engine = live.engine()
        return jsonify({"status": "ready", "generation": engine.generation, "documents": len(engine)})

    _handle_errors(app, live)
    _finish_responses(app, settings)
    return app


def _is_explained(request: Request, settings: Settings) -> bool:
    asked = request.args.get("explain") or "0"
    if asked not in ("0", "1"):
        raise ParameterError("explain", f"{asked[:40]!r} is neither 0 nor 1")
    if asked == "1" and not settings.explain:
        raise Forbidden("Explanations are off here; they are on with the setting explain = true")
    return asked == "1"


def _recent(engine: Engine) -> dict[str, Any]:
    count = read_number("count", request.args.get("count"), default=10, most=MOST_PER_PAGE)
    return {"results": list(map(summary, engine.recent(count, request.args.get("lang") or None)))}


def _suggest(engine: Engine) -> dict[str, Any]:
    count = read_number("count", request.args.get("count"), default=8, most=MOST_PER_PAGE)
    typed = read_parameters(q=request.args.get("q", "")).q
    completions = [completion._asdict() for completion in engine.complete(typed, count)]
    return {"query": typed, "suggestions": completions}


def _related(engine: Engine, segmenter: Segmenter) -> dict[str, Any]:
    count = read_number("count", request.args.get("count"), default=5, most=MOST_PER_PAGE)
    url = request.args.get("url", "")
    if not url:
        raise ParameterError("url", "missing; give the address of a page, such as /posts/hello/")
    rows = engine.related(url, count, segmenter)
    if rows is None:
        raise NotFound(f"No page of the index has the address {url[:200]}")
    return {"results": [{**summary(row.page.card), "score": round(row.score, 4)} for row in rows]}


def _tags(engine: Engine) -> dict[str, Any]:
    return {"tags": [{"value": value["value"], "count": value["count"]} for value in engine.tags()]}


def _read_request() -> Parameters:
    given = request.args.to_dict(flat=False)

    def one(name: str) -> str | None:
        return given[name][0] if name in given else None

    return read_parameters(
        q=one("q") or "",
        tag=given.get("tag", ()),
        category=one("category"),
        lang=one("lang"),
        since=one("from"),
        until=one("to"),
        sort=one("sort"),
        page=one("page"),
        per_page=one("per_page"),
    )


def _problem(error: Exception) -> dict[str, Any]:
    """An error in the form of RFC 9457. What we did not foresee is not told to strangers."""
    if isinstance(error, ParameterError):
        problem = {"title": "Bad parameter", "status": 400, "detail": str(error), "parameter": error.name}
    elif isinstance(error, NoIndexError):
        problem = {
            "title": "No index yet",
            "status": 503,
            "detail": "The index is not built yet. Try again later.",
        }
    elif isinstance(error, StoreError):
        problem = {
            "title": "Index unavailable",
            "status": 503,
            "detail": "The index cannot be read just now.",
        }
    elif isinstance(error, HTTPException):
        problem = {
            "title": error.name,
            "status": error.code or 500,
            "detail": error.description or error.name,
        }
    else:
        problem = {
            "title": "Internal error",
            "status": 500,
            "detail": "Something went wrong here; it was logged.",
        }
    return {"type": "about:blank", **problem}


def _handle_errors(app: Flask, live: Live) -> None:
    def show(error: Exception) -> AnyResponse:
        if isinstance(error, HTTPException) and error.code and error.code < 400:
            return error.get_response()  # a redirect
        if not _known(error) and live.gave_up():
            error = StoreError(f"the index is damaged ({type(error).__name__}: {error})")
        problem = _problem(error)
        if problem["status"] >= 500:
            app.logger.error("%s %s: %s", request.method, request.path, error, exc_info=not _known(error))
        if (request.path + "/").startswith("/api/") or request.path in ("/healthz", "/readyz"):
            response = app.make_response(json.dumps(problem))
            response.mimetype = "application/problem+json"
        else:
            urls = {"static": _static_url, "search_url": url_for("search_page")}
            response = app.make_response(render_template("error.html", problem=problem, **urls))
        response.status_code = problem["status"]
        if problem["status"] == 503:
            response.headers["Retry-After"] = "5"
        if isinstance(error, HTTPException) and (allow := dict(error.get_headers()).get("Allow")):
            response.headers["Allow"] = allow
        return response

    app.register_error_handler(Exception, show)


def _static_url(name: str) -> str:
    if name == "widget.js":
        return url_for("widget_js", v=widget().version)
    return url_for("page_css")


def _known(error: Exception) -> bool:
    return isinstance(error, ZhsearchError | HTTPException)


def _finish_responses(app: Flask, settings: Settings) -> None:
    @app.context_processor
    def language() -> dict[str, object]:
        lang = choose(request.headers.get("Accept-Language"), None)
        return {"lang": lang, "t": lambda key, **values: text(lang, key, **values)}

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in _SECURITY.items():
            response.headers.setdefault(name, value)
        is_page = response.mimetype == "text/html"
        # A browser goes back to a page without asking, unless it must not store it.
        response.headers.setdefault("Cache-Control", "no-cache" if is_page else "no-store")
        if is_page:
            response.vary.add("Accept-Language")
        if settings.cors_origins:
            response.vary.add("Origin")
            origin = request.headers.get("Origin", "")
            if origin in settings.cors_origins or "*" in settings.cors_origins:
                response.headers["Access-Control-Allow-Origin"] = origin or "*"
        return response
