"""Context of the templates of the search page: links that change one parameter, marks, texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request, url_for

from zhsearch.index.fields import facet_key
from zhsearch.index.models import SiteInfo
from zhsearch.search.api import SEARCH_FIELDS, Parameters, SearchResponse
from zhsearch.search.engine import FACETS
from zhsearch.search.highlight import split_marks
from zhsearch.search.highlight.text_fragment import text_fragment
from zhsearch.search.http.page_extras import PageExtras, is_start
from zhsearch.search.http.page_hits import branches, direction
from zhsearch.search.http.page_style import page_style
from zhsearch.search.i18n import choose_language, facet_name, translate
from zhsearch.search.settings import ServerSettings
from zhsearch.search.translation import translated
from zhsearch.search.widget import widget_bundle

OwnFacets = tuple[tuple[str, tuple[str, ...]], ...]
ParameterValue = str | int | Sequence[str] | OwnFacets | None


@dataclass(frozen=True, slots=True)
class PageView:
    """The parameters of a search page, and the links from it to pages with other parameters."""

    parameters: Parameters
    url: str  # of the search page, without parameters

    def link(self, **changes: ParameterValue) -> str:
        """The URL with some parameters replaced, named as the fields of Parameters; None removes one.

        It leads to the first page, unless `page` is given.
        """
        values = {"page": 1, **changes}
        replaced: dict[str, Any] = {
            field: _DEFAULTS[field] if value is None else value for field, value in values.items()
        }
        pairs = _pairs(self.parameters._replace(**replaced))
        return f"{self.url}?{urlencode(pairs)}" if pairs else self.url

    def toggle(self, facet: str, value: str) -> str:
        """The URL with a facet's value added, or removed where it is selected."""
        current = self.parameters
        if facet == "tag":
            others = tuple(tag for tag in current.tag if tag.casefold() != value.casefold())
            return self.link(tag=others if len(others) < len(current.tag) else (*current.tag, value))
        if facet in ("year", "month"):
            date = None if current.since == current.until == value else value
            return self.link(since=date, until=date)
        if facet not in SEARCH_FIELDS:
            return self.link(facets=_toggled(current.facets, facet, value))
        selected: str = getattr(current, facet) or ""  # category or lang
        return self.link(**{facet: None if selected.casefold() == value.casefold() else value})

    def form_fields(self) -> list[tuple[str, str]]:
        """The hidden fields of the form, as (name, value): filters and sort order, for the next query."""
        return _pairs(self.parameters._replace(q="", page=1))


_DEFAULTS = Parameters()._asdict()


def _toggled(facets: OwnFacets, facet: str, value: str) -> OwnFacets:
    """The values by the site's own facets with one added, or removed where it is selected."""
    values = dict(facets)
    before = values.get(facet, ())
    others = tuple(other for other in before if facet_key(other) != facet_key(value))
    values[facet] = others if len(others) < len(before) else (*before, value)
    return tuple((name, chosen) for name, chosen in values.items() if chosen)


def _pairs(parameters: Parameters) -> list[tuple[str, str]]:
    """(name in the API, value) of each parameter that is not the default."""
    pairs: list[tuple[str, str]] = []
    for field, param in SEARCH_FIELDS.items():
        value = getattr(parameters, field)
        if value != _DEFAULTS[field]:
            pairs += [(param.name, str(item)) for item in (value if isinstance(value, tuple) else (value,))]
    pairs += [(name, value) for name, values in parameters.facets for value in values]
    return pairs


def page_context(
    view: PageView, answer: SearchResponse | None, extras: PageExtras, *, site_url: str = ""
) -> dict[str, Any]:
    """The template context of search.html, besides that of the layout."""
    total, per_page = (answer["total"], answer["per_page"]) if answer else (0, 1)
    site = site_url.rstrip("/")
    return {
        "params": view.parameters,
        "own_facets": [name for name in answer["facets"] if name not in FACETS] if answer else [],
        "answer": answer,
        "pages": -(-total // per_page),
        "split_marks": split_marks,
        "link": view.link,
        "toggle": view.toggle,
        "form_fields": view.form_fields(),
        "fragment": text_fragment,
        "branches": lambda hit: branches(hit, site),
        "is_start": is_start(view.parameters),
        **extras._asdict(),
    }


def layout_context(site_url: str, info: SiteInfo | None) -> dict[str, Any]:
    """The template context of layout.html. `site_url` is put before the URLs of the site; `info` is what the
    index knows of the site, None where there is no index."""
    site = site_url.rstrip("/")
    is_known = info is not None and (info.title or site)
    return {
        "direction": direction,
        "site": site,
        "site_title": info.title if info else "",
        "home_url": f"{site}{info.home}" if info and is_known else "",
        "search_url": url_for("site.search_page"),
    }


def install_page_parts(app: Flask, settings: ServerSettings) -> None:
    """Give every template of an app the reader's language as `lang`, its texts as `t(key, …)`, messages in it
    as `_(message)`, and the addresses of the files that pages load, in their current versions."""
    style_version = page_style(settings).version

    @app.context_processor
    def texts() -> dict[str, object]:
        lang = choose_language(request.headers.get("Accept-Language"), None)
        return {
            "lang": lang,
            "script_url": url_for("site.widget_js", v=widget_bundle().version),
            "style_url": url_for("site.page_css", v=style_version),
            "t": lambda key, **values: translate(lang, key, **values),
            "facet_name": lambda facet: facet_name(lang, facet),
            "_": lambda text: translated(text, lang),
        }
