"""A theme's header with the search button in it, for themes that leave a site no place there.

PaperMod's header is one partial. Hugo lets a site replace it as a whole, so that the theme's own is copied,
with one line more. A header that the site has already is its owner's, and stays.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhsearch.search.widget.stamped_files import HUGO_STAMP, is_replaceable, read_file, stamped

HEADER = "layouts/partials/header.html"
BUTTON = '{{ partial "zhsearch/button.html" . }}'
_PLACES = (HEADER, "layouts/_partials/header.html")  # the second since Hugo 0.146
_MENU = re.compile(r'^([ \t]*)<ul id="menu"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Header:
    """The files to write for a header with the button (path below the site's root -> text), and whether the
    owner has to put it there instead."""

    files: Mapping[str, str]
    is_left: bool


def header_with_button(site: Path, configuration: Mapping[str, Any], theme: str) -> Header:
    """The header of a site whose configuration names a theme with `theme` in its name, with the button in it.

    Left to the owner where the theme is not in the site's folder (a Hugo module), or its header has no menu
    that is known.
    """
    for place in _PLACES:
        own = read_file(site / place)
        if own is not None and not is_replaceable(own):
            return Header({}, is_left=BUTTON not in own)
    for text in _headers_of_theme(site, configuration, theme):
        changed, count = _MENU.subn(rf"\1{BUTTON}\n\g<0>", text, count=1)
        if count:
            return Header({HEADER: stamped(changed, HUGO_STAMP)}, is_left=False)
    return Header({}, is_left=BUTTON not in (read_file(site / HEADER) or ""))


def _headers_of_theme(site: Path, configuration: Mapping[str, Any], theme: str) -> Iterator[str]:
    """The texts of the header's partial in the folders of the themes."""
    named = configuration.get("theme") or ()
    folder = site / str(configuration.get("themesdir") or "themes")
    for name in (named,) if isinstance(named, str) else named:
        for place in _PLACES:
            text = read_file(folder / str(name) / place) if theme in str(name).casefold() else None
            if text is not None:
                yield text
