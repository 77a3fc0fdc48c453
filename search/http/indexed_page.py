"""The indexed text of a page, shown at the page's own address where the site's pages have no other host.

It lets a search be tried to the end before there is a site, and shows what is indexed of a page. Only text is
shown, never the HTML of a post.
"""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from flask import Flask, Request, Response, make_response, render_template, request
from werkzeug.exceptions import NotFound

from zhsearch.index.errors import NoIndexError
from zhsearch.index.models import Document
from zhsearch.search.deadline import time_limit
from zhsearch.search.http.errors import wants_json
from zhsearch.search.http.search_page import layout_context
from zhsearch.search.http.services import Services, current_services
from zhsearch.search.settings import ServerSettings

_FORWARDED = re.compile(r"Forwarded|Via|X-Forwarded-.+|X-Real-IP|True-Client-IP|CF-.+", re.IGNORECASE)
_HIGHEST_LEVEL = 2  # of a heading in the text, as the page's title is the only one above


class ShownBlock(NamedTuple):
    """A block of a page's text; a heading has a level (2 to 6), and an anchor unless its id is unknown."""

    text: str
    level: int = 0
    anchor: str = ""


def install_indexed_pages(app: Flask, settings: ServerSettings) -> None:
    """Show the pages of the index at addresses that no route of the app has, as far as the settings allow.

    This is no route, so that whatever is not a page is answered as before.
    """
    if settings.show_pages is False:
        return

    @app.before_request
    def show() -> Response | None:
        is_unknown = isinstance(request.routing_exception, NotFound)
        if not is_unknown or request.method not in ("GET", "HEAD") or wants_json(request):
            return None
        return indexed_page(current_services(), request)


def indexed_page(services: Services, request: Request) -> Response | None:
    """The page of the index at the path of a request; None if there is none, or pages are not to be shown."""
    if not shows_pages(services.settings, request):
        return None
    try:
        engine = services.follower.engine()
    except NoIndexError:
        return None
    with time_limit(services.time_limit_s):
        document = engine.document(quote(request.path))
    if document is None:
        return None
    context = layout_context(services.settings.site_url, engine.site)
    page = render_template("indexed_page.html", page=document, blocks=blocks_of(document), **context)
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def shows_pages(settings: ServerSettings, request: Request) -> bool:
    """Whether pages are shown to the sender of a request.

    With `auto` only to the server's own machine, and only where neither `site_url` nor a proxy leads to a
    site: the server listens on a loopback address, and the request names one and was not forwarded.
    """
    if settings.show_pages != "auto":
        return bool(settings.show_pages)
    return (
        not settings.site_url
        and not settings.trusted_hops
        and _is_loopback(settings.host)
        and _is_loopback(_host_of(request))
        and not any(_FORWARDED.fullmatch(name) for name, _ in request.headers)
    )


def _host_of(request: Request) -> str:
    """The host that a request names, without its port; "" if it cannot be read."""
    try:
        return urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def blocks_of(document: Document) -> Iterator[ShownBlock]:
    """The blocks of a page, one for each line of its text; headings are where its sections start."""
    headings = {section.start: section for section in document.sections}
    start = 0
    for line in document.text.split("\n"):
        heading = headings.get(start)
        if heading:
            yield ShownBlock(line, min(max(heading.level, _HIGHEST_LEVEL), 6), heading.anchor)
        elif line:
            yield ShownBlock(line)
        start += len(line) + 1
