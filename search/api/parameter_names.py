"""The names of a request's parameters: an unknown one, or one that is repeated without need, is an error.

A misspelt filter that was ignored would give a wrong answer that looks right.
"""

from collections.abc import Iterable, Mapping, Sequence

from zhsearch.index.messages import Message
from zhsearch.search.api.parameter_types import ListParam, Param
from zhsearch.search.errors import ParameterError

IGNORED = frozenset({"_"})
"""Names that are never an error: `_` is what jQuery and others add, so that no cache answers."""

_MAX_SHOWN_CHARS = 40  # of an unknown name, in the error
_IN_OTHER_APIS: Mapping[str, str] = {
    "q": "query search text term terms keyword keywords kw words word wd s",
    "tag": "tags label labels",
    "category": "categories cat section",
    "lang": "language locale hl",
    "from": "since after start_date date_from",
    "to": "until before end_date date_to",
    "sort": "order order_by orderby sortby",
    "page": "p pn page_no pageno page_number offset start",
    "per_page": "page_size pagesize size limit rows hits num count results max",
    "versions": "version collapse distinct group unique",
    "facets": "facet aggs aggregations counts",
    "completions": "completion suggest suggestions autocomplete",
    "prefer_lang": "preferred_lang prefer_language accept_language",
    "count": "limit size per_page page_size pagesize rows num n max",
    "url": "path permalink link href uri page",
}
"""What other APIs call a parameter."""


def check_names(given: Iterable[tuple[str, Sequence[str]]], known: Sequence[Param]) -> None:
    """Check the parameters of a request, as (name, values), against those of its endpoint.

    Raises ParameterError for the first that is unknown, or has several values but takes one.
    """
    by_name = {param.name: param for param in known}
    for name, values in given:
        if name in IGNORED:
            continue
        param = by_name.get(name)
        if param is None:
            shown = name[:_MAX_SHOWN_CHARS].encode("utf-8", "replace").decode("utf-8")
            raise ParameterError(shown, "unknown parameter; {hint}", hint=_hint(name, list(by_name)))
        if len(values) > 1 and not isinstance(param, ListParam):
            raise ParameterError(name, "given {count} times; give it once", count=len(values))


def _hint(name: str, known: Sequence[str]) -> Message:
    """The remedy for an unknown name: the closest known one, or all of them."""
    from difflib import get_close_matches  # noqa: PLC0415  needed for this error only

    plain = name.lower().removesuffix("[]").replace("-", "_")
    same = [candidate for candidate in known if plain in _IN_OTHER_APIS.get(candidate, "").split()]
    if closest := same or get_close_matches(plain, known, n=1):
        return Message("did you mean {name}?", name=closest[0])
    if known:
        return Message("known are {names}", names=", ".join(known))
    return Message("this endpoint has none")
