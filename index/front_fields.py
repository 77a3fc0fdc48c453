"""The settings about front matter: which fields are searched, with which weights, and which are facets."""

import re
from collections.abc import Mapping

from zhsearch.index.fields import META_UNITS, TEXT_FIELDS
from zhsearch.index.messages import Message

DEFAULT_SEARCH_FIELDS: Mapping[str, float] = {
    "subtitle": 2.0,
    "description": 1.5,
    "summary": 1.5,
    "lead": 1.5,
    "keywords": 1.5,
    "series": 1.5,
    "author": 1.0,
    "authors": 1.0,
}
"""The fields of front matter that themes show beside a post: weight of an occurrence, where one in the text
has 1."""

TAXONOMY_WEIGHT = 1.5
"""The weight of the values of a taxonomy that the site declares."""

MAX_WEIGHT = 8.0
MAX_FACETS = 20
_ALWAYS_SEARCHED = ("title", "tags", "categories")
_TAKEN_FACETS = frozenset((
    *TEXT_FIELDS, "tag", "tags", "category", "categories", "lang", "year", "month",
    "q", "page", "per_page", "from", "to", "sort", "versions", "explain", "count", "url",
    "facets", "completions", "prefer_lang", "pinyin", "suggested",
))  # fmt: skip
_FACET = re.compile(r"[^\W\d_][\w-]{0,49}")


def is_facet_name(name: str) -> bool:
    """Whether a site's facet may have this name: a word, and no name that searches have anyway."""
    return name not in _TAKEN_FACETS and bool(_FACET.fullmatch(name)) and name == name.lower()


def read_search_fields(value: object) -> dict[str, float]:
    """Read weights by field from a table, or from one line: `description=2,editor=1`.

    Raises ValueError for an invalid name or weight; its message continues "search_fields = value".
    """
    table = _read_line(value) if isinstance(value, str) else value
    if not isinstance(table, Mapping):
        raise ValueError(Message("is not a table of weights: write { description = 2, editor = 1 }"))
    return {_searched_name(name): _weight(str(name).strip(), weight) for name, weight in table.items()}


def read_facets(value: object) -> tuple[str, ...]:
    """Read the names of facets from a list, or from one line: `series,author`.

    Raises ValueError for an invalid name; its message continues "facets = value".
    """
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise ValueError(Message('is not a list of strings: write ["a", "b"], or a,b in the environment'))
    names = tuple(dict.fromkeys(item.strip().lower() for item in items if item.strip()))
    for name in names:
        if name in _TAKEN_FACETS:
            raise ValueError(
                Message("has {name!r}, which means something else in a search: leave it out", name=name)
            )
        if not is_facet_name(name):
            raise ValueError(
                Message("has {name!r}: use letters, digits, - and _, starting with a letter", name=name)
            )
    if len(names) > MAX_FACETS:
        raise ValueError(Message("has {count} names: use at most {most}", count=len(names), most=MAX_FACETS))
    return names


def _read_line(line: str) -> dict[str, str]:
    pairs = [pair.rpartition("=") for pair in line.split(",") if pair.strip()]
    if line.lstrip().startswith("{") or not all(equals for _, equals, _ in pairs):
        raise ValueError(Message("cannot be read: write description=2,editor=1"))
    return {name: weight for name, _, weight in pairs}


def _searched_name(name: object) -> str:
    text = str(name).strip().lower()
    if text in _ALWAYS_SEARCHED:
        raise ValueError(Message("has {name!r}, which is searched anyway: leave it out", name=name))
    if not text:
        raise ValueError(Message("has {name!r}, which is no field of front matter", name=name))
    return text


def _weight(name: str, value: object) -> float:
    try:
        weight = float(value)  # type: ignore[arg-type]  # float raises TypeError for other types
    except (TypeError, ValueError):
        weight = -1.0
    if isinstance(value, bool) or not 0 <= weight <= MAX_WEIGHT or (weight * META_UNITS) % 1:
        raise ValueError(
            Message(
                "has {value!r} for {name!r}: use 0 (not searched), or a number up to {high:g} in steps of"
                " {step:g}",
                value=value,
                name=name,
                high=MAX_WEIGHT,
                step=1 / META_UNITS,
            )
        )
    return weight


def weights_text(weights: Mapping[str, float]) -> str:
    """Weights by field on one line, in an order that does not depend on the configuration's."""
    return ", ".join(f"{name}={weight:g}" for name, weight in sorted(weights.items()))
