"""The style sheet of the search page, with the site's colours.

The colours are a part of the sheet, because the page's policy allows no style in the page itself.
"""

import logging
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from flask import Request, Response

from zhsearch.search.http.page_colours import PageColours
from zhsearch.search.settings import ServerSettings

_FILE = Path(__file__).parent / "static" / "page.css"
_ONE_YEAR_S = 31_536_000

_log = logging.getLogger(__name__)


class PageStyle(NamedTuple):
    """The text of the style sheet, and a version that changes with it."""

    text: str
    version: str


def page_style(settings: ServerSettings) -> PageStyle:
    """The style sheet with the colours of the settings. It is read once, when the app is made: file
    descriptors may be short later."""
    return _page_style(
        PageColours(accent=settings.page_accent, background=settings.page_background, text=settings.page_text)
    )


@cache
def _page_style(colours: PageColours) -> PageStyle:
    for message in colours.replaced():
        _log.warning("zhsearch: %s", message)
    text = _FILE.read_text(encoding="utf-8") + colours.css()
    return PageStyle(text, sha256(text.encode()).hexdigest()[:12])


def page_style_response(request: Request, style: PageStyle) -> Response:
    """The style sheet; under a URL with its version (`?v=…`) it is cached for a year."""
    response = Response(style.text, mimetype="text/css")
    response.set_etag(style.version)
    is_current = request.args.get("v") == style.version
    response.headers["Cache-Control"] = (
        f"public, max-age={_ONE_YEAR_S}, immutable" if is_current else "public, no-cache"
    )
    response.make_conditional(request)
    return response
