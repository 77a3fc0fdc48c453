"""`create_app(settings)`: the routes; what they take, answer, refuse and count is told elsewhere."""

from pathlib import Path

from flask import (
    Flask,
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from zhsearch.index.analysis.segmenter import Segmenter, get_segmenter, segmenter_signature
from zhsearch.index.errors import StoreError, ZhsearchError
from zhsearch.search.analytics.query_log import QueryLog
from zhsearch.search.api.parameters import Parameters
from zhsearch.search.api.schema import ReadyResponse, SearchResponse
from zhsearch.search.api.search import run_search
from zhsearch.search.backends import backend_of
from zhsearch.search.deadline import time_limit
from zhsearch.search.engine.backend import Follower
from zhsearch.search.engine.protocol import Engine
from zhsearch.search.http import endpoints as asking
from zhsearch.search.http.errors import RETRY_AFTER, NotReadyError, install_error_handlers, problem_of
from zhsearch.search.http.limits import InFlight, install_limits
from zhsearch.search.http.metrics import Metrics, WorkerSlots
from zhsearch.search.http.reindex_hook import install_reindex_routes
from zhsearch.search.http.responses import Json, Responder, widget_response
from zhsearch.search.http.search_outcome import outcome_of, record_outcome
from zhsearch.search.http.search_page import PageView, page_context, static_url
from zhsearch.search.http.security_headers import install_headers
from zhsearch.search.i18n import choose_language, translate
from zhsearch.search.settings import Settings
from zhsearch.search.widget.bundle import WIDGET_STYLE, widget_bundle

PERIODIC_TASKS = "zhsearch.chores"
"""The app's extension that lists what a worker calls once a second beside requests, in a thread that there is
from the beginning: one that is started when memory is short may never begin, and be waited for."""

_PAGE_STYLE = Path(__file__).parent / "static" / "page.css"
_STATIC_AGE = 3600  # seconds


def create_app(
    settings: Settings,
    live: Follower | None = None,
    *,
    load: InFlight | None = None,
    slots: WorkerSlots | None = None,
) -> Flask:
    """The WSGI application that serves the index of `settings`; without an index it starts and says so.

    `live` may be open already. `load` is what the server knows of waiting requests, `slots` where the
    processes of a server count together.
    """
    live = live or backend_of(settings).follow()
    app = Flask(__name__, static_folder=None)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json = Json(app)
    for name in ("layout.html", "search.html", "error.html"):
        app.jinja_env.get_template(name)  # now, so that nothing need be opened to tell an error
    widget_bundle()
    segmenter_signature(settings.segmenter)  # fails now where it is not installed
    metrics = Metrics(live, slots) if settings.metrics else None
    if settings.log_format == "json":
        from zhsearch.search.http.access_log import log_requests  # noqa: PLC0415

        log_requests(app, trusted=settings.trusted_hops > 0)
    if metrics:
        metrics.install(app)
    install_limits(app, settings, load or InFlight())
    app.extensions[PERIODIC_TASKS] = [live.watch]
    if settings.statistics:
        statistics = QueryLog(live.index)
        _count_texts(app, statistics)
        app.extensions[PERIODIC_TASKS].append(statistics.flush_if_due)

    def cutter(engine: Engine) -> Segmenter:
        return get_segmenter(settings.segmenter, settings.cache, engine.lexicon)

    seconds = settings.budget_ms / 1000
    respond = Responder(settings.answer_cache_mb << 20, settings.max_age, seconds).json

    @app.get("/api/search")
    def api_search() -> Response:
        def make(engine: Engine) -> SearchResponse:
            explained = asking.is_explained(request, settings)
            return run_search(engine, asking.read_search(request), cutter(engine), explained=explained)

        return respond(request, live.engine(), make)

    @app.get("/api/recent")
    def api_recent() -> Response:
        return respond(request, live.engine(), lambda engine: asking.recent(request, engine))

    @app.get("/api/tags")
    def api_tags() -> Response:
        return respond(request, live.engine(), asking.tags)

    @app.get("/api/suggest")
    def api_suggest() -> Response:
        return respond(request, live.engine(), lambda engine: asking.suggest(request, engine))

    @app.get("/api/related")
    def api_related() -> Response:
        return respond(request, live.engine(), lambda engine: asking.related(request, engine, cutter(engine)))

    @app.get("/")
    def home() -> AnyResponse:
        return redirect(url_for("search_page"))

    @app.get("/search")
    def search_page() -> tuple[str, int, dict[str, str]]:
        parameters, found, problem = Parameters(), None, None
        try:
            parameters = asking.read_search(request)
            engine = live.engine()
            with time_limit(seconds):
                found = run_search(engine, parameters, cutter(engine))
            record_outcome(request.environ, "made", found)
        except ZhsearchError as error:
            problem = problem_of(error)
        view = PageView(parameters, url_for("search_page"))
        context = page_context(view, found, static_url, settings.site_url)
        page = render_template("search.html", problem=problem, **context)
        status = problem["status"] if problem else 200
        return page, status, {"Retry-After": RETRY_AFTER} if status == 503 else {}

    @app.get("/widget.js")
    def widget_js() -> Response:
        return widget_response(request, widget_bundle())

    def sheet(file: Path) -> Response:
        return send_from_directory(file.parent, file.name, mimetype="text/css", max_age=_STATIC_AGE)

    @app.get("/widget.css")
    def widget_css() -> Response:
        return sheet(WIDGET_STYLE)

    @app.get("/page.css")
    def page_css() -> Response:
        return sheet(_PAGE_STYLE)

    @app.get("/openapi.json")
    def openapi_json() -> Response:
        from zhsearch.search.http.openapi import openapi  # noqa: PLC0415  msgspec is for this alone

        return jsonify(openapi(request.script_root or "/"))

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify({"status": "ok"})

    @app.get("/readyz")
    def readyz() -> Response:
        return jsonify(_ready(live))

    @app.get("/metrics")
    def metrics_text() -> Response:
        if metrics is None:
            raise NotFound("Metrics are off here; they are on with the setting metrics = true")
        body, kind = metrics.text()
        return Response(body, content_type=kind)

    install_reindex_routes(app, settings)
    install_error_handlers(app, live)
    _speak(app)
    install_headers(app, settings)
    return app


def _ready(live: Follower) -> ReadyResponse:
    """What is served. Raises NotReadyError with the reason, files named from the index folder on."""
    try:
        engine = live.engine()
    except StoreError as problem:
        why = str(problem).replace(f"{live.index}/", "").replace(f"{live.index}", live.index.name)
        raise NotReadyError(why) from None
    ready: ReadyResponse = {"status": "ready", "generation": engine.generation, "documents": len(engine)}
    if warning := live.warning(engine):
        ready["warning"] = warning
    return ready


def _count_texts(app: Flask, statistics: QueryLog) -> None:
    @app.after_request
    def count(response: Response) -> Response:
        seen = outcome_of(request.environ)
        if seen and seen.total is not None and request.args.get("page", "1") in ("", "1"):
            statistics.record(request.args.get("q", ""), seen.total)
        return response


def _speak(app: Flask) -> None:
    @app.context_processor
    def language() -> dict[str, object]:
        lang = choose_language(request.headers.get("Accept-Language"), None)
        return {"lang": lang, "t": lambda key, **values: translate(lang, key, **values)}
