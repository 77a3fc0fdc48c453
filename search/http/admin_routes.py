"""The blueprint of pages for the site's owner: the search report, to whoever has the token."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from zhsearch.search.analytics import make_report, read_search_counts, report_page, style_hash
from zhsearch.search.http.owner_token import has_token, unauthorized
from zhsearch.search.http.services import current_services
from zhsearch.search.i18n import choose_language

_TOP, _LEAST = 20, 3  # as `zhsearch report` shows by default

admin = Blueprint("admin", __name__)


@admin.get("/admin/report")
def report() -> Response:
    """What readers searched for, as one page."""
    services = current_services()
    settings = services.settings
    if not (settings.admin_report and settings.reindex_token):
        raise NotFound(
            "The report is off here. The settings admin_report = true and reindex_token turn it on"
        )
    if not has_token(request, settings, as_password=True):
        raise unauthorized("The report needs reindex_token as the password of any user", as_password=True)
    engine = services.follower.engine()
    counts = read_search_counts(services.follower.index)
    made = make_report(counts, engine, services.segmenter(engine), top=_TOP, least=_LEAST)
    language = choose_language(request.headers.get("Accept-Language"), None)
    response = Response(report_page(made, engine.site.title, language), mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {style_hash()}; frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    return response
