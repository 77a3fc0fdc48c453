"""The blueprint of the search page, the widget and their style sheets."""

from contextlib import suppress
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from zhsearch.index.errors import ZhsearchError
from zhsearch.search.api import Parameters, run_search
from zhsearch.search.deadline import time_limit
from zhsearch.search.engine import Engine
from zhsearch.search.http import endpoints
from zhsearch.search.http.errors import RETRY_AFTER, problem_of, record_refusal
from zhsearch.search.http.indexed_page import indexed_page
from zhsearch.search.http.responses import widget_response
from zhsearch.search.http.search_outcome import SearchOutcome, record_outcome
from zhsearch.search.http.search_page import PageView, layout_context, page_context
from zhsearch.search.http.search_tips import SearchTip
from zhsearch.search.http.services import Services, current_services
from zhsearch.search.widget import WIDGET_STYLE, widget_bundle

site = Blueprint("site", __name__)

_PAGE_STYLE = Path(__file__).parent / "static" / "page.css"
_STYLE_MAX_AGE_S = 3600


@site.get("/")
def home() -> BaseResponse:
    """The site's home page where this server shows pages and it is indexed; else redirect to the search."""
    with suppress(ZhsearchError):
        if page := indexed_page(current_services(), request):
            return page
    return redirect(url_for("site.search_page"))


@site.get("/search")
def search_page() -> tuple[str, int, dict[str, str]]:
    """The search page; it shows errors in its own layout, so that the form stays."""
    services = current_services()
    parameters, engine, answer, problem, suggested = Parameters(), None, None, None, 0
    try:
        parameters = endpoints.read_search(request)
        engine = services.follower.engine()
        parameters = endpoints.read_search(request, engine.facets)
        with time_limit(services.time_limit_s):
            answer = run_search(engine, parameters, services.segmenter(engine))
            suggested = _suggested_total(services, engine, parameters, answer["suggestion"])
        record_outcome(request.environ, SearchOutcome("made", answer["total"], answer["relaxed"]))
    except ZhsearchError as error:
        problem = problem_of(error)
        record_refusal(request.environ, error)
    view = PageView(parameters, url_for("site.search_page"))
    status = problem["status"] if problem else 200
    if status == 400:
        with suppress(ZhsearchError):
            engine = services.follower.engine()
    tips = _search_tips(services, engine) if engine is not None and status < 500 else ()
    context = page_context(view, answer, suggested=suggested, tips=tips)
    layout = layout_context(services.settings.site_url, engine.site if engine is not None else None)
    page = render_template("search.html", problem=problem, **layout, **context)
    return page, status, {"Retry-After": RETRY_AFTER} if status == 503 else {}


def _suggested_total(services: Services, engine: Engine, parameters: Parameters, query: str | None) -> int:
    """The number of results of a suggested query, with the same filters."""
    if query is None:
        return 0
    suggested = parameters._replace(q=query, page=1, per_page=1)
    return engine.search(suggested.query(services.segmenter(engine), engine.facets)).total


def _search_tips(services: Services, engine: Engine) -> tuple[SearchTip, ...]:
    """The search tips of an index; none if they cannot be made at the moment."""
    with suppress(ZhsearchError), time_limit(services.time_limit_s):
        return services.tips.tips(engine, services.segmenter(engine))
    return ()


@site.get("/widget.js")
def widget_js() -> Response:
    """The script of the custom elements."""
    return widget_response(request, widget_bundle())


@site.get("/widget.css")
def widget_css() -> Response:
    """The style sheet that reserves the elements' space until the script is loaded."""
    return _style_sheet(WIDGET_STYLE)


@site.get("/page.css")
def page_css() -> Response:
    """The style sheet of the search page."""
    return _style_sheet(_PAGE_STYLE)


def _style_sheet(file: Path) -> Response:
    return send_from_directory(file.parent, file.name, mimetype="text/css", max_age=_STYLE_MAX_AGE_S)
