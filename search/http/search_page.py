"""An answer in, what the templates of the HTML page need out: links that change one thing, pieces to mark."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from zhsearch.search.api.parameters import Parameters
from zhsearch.search.highlight.marks import split_marks
from zhsearch.search.highlight.text_fragment import text_fragment
from zhsearch.search.widget.bundle import widget_bundle


@dataclass(frozen=True, slots=True)
class PageView:
    """The parameters of a page as a template sees them, and the links to its neighbours."""

    parameters: Parameters
    address: str  # of the search page

    def __getattr__(self, name: str) -> Any:
        """A parameter under the name that the address has (`from_` for from)."""
        value = getattr(self.parameters, {"from_": "since", "to": "until"}.get(name, name))
        return list(value) if isinstance(value, tuple) else value

    def link(self, **changes: Any) -> str:
        """The address with some parameters replaced; None removes one. Back to the first page unless told."""
        names = {"from_": "since", "to": "until"}
        changed = {names.get(name, name): value for name, value in changes.items()}
        values = {"page": 1, **changed}
        cleared: dict[str, Any] = {
            name: _EMPTY[name] if value is None else tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        return _address(self.address, self.parameters._replace(**cleared))

    def toggle(self, facet: str, value: str) -> str:
        """The address with a facet's value added, or removed where it is chosen."""
        now = self.parameters
        if facet == "tag":
            chosen = tuple(tag for tag in now.tag if tag.casefold() != value.casefold())
            return self.link(tag=chosen if len(chosen) < len(now.tag) else (*now.tag, value))
        if facet in ("year", "month"):
            chosen_already = now.since == now.until == value
            return self.link(since=None if chosen_already else value, until=None if chosen_already else value)
        current = getattr(now, facet)
        return self.link(**{facet: None if (current or "").casefold() == value.casefold() else value})


_EMPTY = {
    "q": "",
    "tag": (),
    "category": None,
    "lang": None,
    "since": None,
    "until": None,
    "sort": "relevance",
}


def _address(base: str, parameters: Parameters) -> str:
    defaults = Parameters()
    pairs: list[tuple[str, str]] = []
    for name, public in _PUBLIC.items():
        value = getattr(parameters, name)
        if value != getattr(defaults, name):
            pairs += [(public, str(item)) for item in (value if isinstance(value, tuple) else (value,))]
    return f"{base}?{urlencode(pairs)}" if pairs else base


_PUBLIC = {
    "q": "q",
    "tag": "tag",
    "category": "category",
    "lang": "lang",
    "since": "from",
    "until": "to",
    "sort": "sort",
    "page": "page",
    "per_page": "per_page",
}


def page_context(
    view: PageView, answer: Mapping[str, Any] | None, static: Callable[[str], str], site: str = ""
) -> dict[str, Any]:
    """The names that search.html uses. `site` is what stands before the address of a hit."""
    total, per_page = (answer["total"], answer["per_page"]) if answer else (0, 1)
    return {
        "params": view,
        "answer": answer,
        "pages": -(-total // per_page),
        "pieces": split_marks,
        "link": view.link,
        "toggle": view.toggle,
        "static": static,
        "site": site.rstrip("/"),
        "fragment": text_fragment,
        "search_url": view.address,
        "day": lambda iso: iso[:10],
    }


def static_url(name: str) -> str:
    """The address of a file that pages need: the script in its present version, or the style sheet."""
    return url_for("widget_js", v=widget_bundle().version) if name == "widget.js" else url_for("page_css")
