"""The blueprint of the search page, the widget and their style sheets."""

from contextlib import suppress

from flask import (
    Blueprint,
    Response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from zhsearch.index.errors import ZhsearchError
from zhsearch.search.api import Extras, Parameters, Problem, SearchResponse, run_search
from zhsearch.search.deadline import time_limit
from zhsearch.search.engine import Engine
from zhsearch.search.http import endpoints
from zhsearch.search.http.errors import RETRY_AFTER, problem_of, record_refusal
from zhsearch.search.http.indexed_page import indexed_page
from zhsearch.search.http.page_extras import PageExtras, page_extras
from zhsearch.search.http.page_style import page_style
from zhsearch.search.http.responses import asset_response
from zhsearch.search.http.search_outcome import SearchOutcome, record_outcome
from zhsearch.search.http.search_page import PageView, layout_context, page_context
from zhsearch.search.http.services import Services, current_services
from zhsearch.search.widget import widget_bundle, widget_style

site = Blueprint("site", __name__)

_BY_PINYIN = Extras(pinyin=True)


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
    parameters, engine, answer, problem = Parameters(), None, None, None
    try:
        parameters = endpoints.read_search(request)
        engine = services.follower.engine()
        parameters = endpoints.read_search(request, engine.facets)
        with time_limit(services.time_limit_s):
            answer = run_search(engine, parameters, services.segmenter(engine), extras=_BY_PINYIN)
        outcome = SearchOutcome("made", answer["total"], answer["relaxed"], bool(answer["suggestion"]))
        record_outcome(request.environ, outcome)
    except ZhsearchError as error:
        problem = problem_of(error)
        record_refusal(request.environ, error)
    status = problem["status"] if problem else 200
    if status == 400:
        with suppress(ZhsearchError):
            engine = services.follower.engine()
    page = _render_search(services, engine, parameters, answer, problem)
    return page, status, {"Retry-After": RETRY_AFTER} if status == 503 else {}


def _render_search(
    services: Services,
    engine: Engine | None,
    parameters: Parameters,
    answer: SearchResponse | None,
    problem: Problem | None,
) -> str:
    """The HTML of the search page, with what goes beside the answer unless the server has failed."""
    extras = PageExtras()
    if engine is not None and (problem is None or problem["status"] < 500):
        with time_limit(services.time_limit_s):
            extras = page_extras(engine, services.segmenter(engine), services.tips, parameters, answer)
    site_url = services.settings.site_url
    context = page_context(
        PageView(parameters, url_for("site.search_page")), answer, extras, site_url=site_url
    )
    layout = layout_context(site_url, engine.site if engine is not None else None)
    return render_template("search.html", problem=problem, **layout, **context)


@site.get("/widget.js")
def widget_js() -> Response:
    """The script of the custom elements that pages load."""
    return asset_response(request, widget_bundle().widget, "text/javascript", is_public=True)


@site.get("/box.js")
def box_js() -> Response:
    """The script that the first one loads when a reader first uses the search."""
    return asset_response(request, widget_bundle().box, "text/javascript", is_public=True)


@site.get("/widget.css")
def widget_css() -> Response:
    """The style sheet that reserves the elements' space until the script is loaded."""
    return asset_response(request, widget_style(), "text/css", unversioned="max-age=3600")


@site.get("/page.css")
def page_css() -> Response:
    """The style sheet of the search page, with the site's colours."""
    return asset_response(request, page_style(current_services().settings), "text/css")
