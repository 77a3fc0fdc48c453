"""Structured data of a page: its JSON-LD, as search engines read it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from zhsearch.index.html.nodes import Tree

_ARTICLES = frozenset({"article", "blogposting", "newsarticle", "techarticle", "scholarlyarticle", "report"})
_MAX_DEPTH = 4


@dataclass(frozen=True, slots=True)
class StructuredData:
    """What the JSON-LD of a page says of it: the first article, and the names in its breadcrumbs."""

    article: Mapping[str, Any] = field(default_factory=dict)
    breadcrumbs: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()

    def texts(self, name: str) -> list[str]:
        """The texts of a property of the article: a text, a list, or objects with a name."""
        return list(_texts(self.article.get(name)))

    def text(self, name: str) -> str:
        """The first text of a property; "" if there is none."""
        return next(iter(self.texts(name)), "")


def read_json_ld(tree: Tree) -> StructuredData:
    """The JSON-LD of a page; what cannot be read is passed over."""
    article: Mapping[str, Any] = {}
    breadcrumbs: tuple[str, ...] = ()
    kinds: set[str] = set()
    for script in tree.css('script[type="application/ld+json"]'):
        try:
            value = json.loads(script.text())
        except (ValueError, RecursionError):
            continue
        for thing in _things(value, _MAX_DEPTH):
            names = {text.lower() for text in _texts(thing.get("@type"))}
            kinds |= names
            if names & _ARTICLES and not article:
                article = thing
            if "breadcrumblist" in names and not breadcrumbs:
                breadcrumbs = tuple(_crumbs(thing.get("itemListElement")))
    return StructuredData(article, breadcrumbs, frozenset(kinds))


def _things(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(value, list) and depth:
        for item in value:
            yield from _things(item, depth - 1)
    elif isinstance(value, dict):
        yield value
        if depth:
            yield from _things(value.get("@graph"), depth - 1)


def _crumbs(items: Any) -> Iterator[str]:
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            inner = item.get("item")
            name = item.get("name") or (inner.get("name") if isinstance(inner, dict) else "")
            if isinstance(name, str) and name.strip():
                yield name.strip()


def _texts(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        named = item.get("name") or item.get("url") if isinstance(item, dict) else item
        if isinstance(named, str) and named.strip():
            yield " ".join(named.split())
