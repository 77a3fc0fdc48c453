"""The style sheet of the search page, with the site's colours.

The colours are a part of the sheet, because the page's policy allows no style in the page itself.
"""

import logging
from functools import cache
from pathlib import Path

from zhsearch.search.http.page_colours import PageColours
from zhsearch.search.settings import ServerSettings
from zhsearch.search.widget import Asset

_FILE = Path(__file__).parent / "static" / "page.css"

_log = logging.getLogger(__name__)


def page_style(settings: ServerSettings) -> Asset:
    """The style sheet with the colours of the settings. It is read once, when the app is made: file
    descriptors may be short later."""
    return _page_style(
        PageColours(accent=settings.page_accent, background=settings.page_background, text=settings.page_text)
    )


@cache
def _page_style(colours: PageColours) -> Asset:
    for message in colours.replaced():
        _log.warning("zhsearch: %s", message)
    return Asset.of(_FILE.read_bytes() + colours.css().encode())
