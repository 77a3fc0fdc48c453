"""The parameters of each endpoint, and the Query built from those of a search.

A value that is out of range is an error that names the parameter, never clamped.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from zhsearch.index.analysis import Segmenter
from zhsearch.search.api.parameter_types import DateParam, EnumParam, IntParam, ListParam, Param, StrParam
from zhsearch.search.engine import FACETS
from zhsearch.search.errors import ParameterError
from zhsearch.search.query import MAX_QUERY_CHARS, Filters, Query, day_range
from zhsearch.search.query.parser import parse

SORTS = ("relevance", "newest", "oldest")
VERSIONS = ("newest", "all")
_MAX_RESULTS = 50
_MAX_VALUE_CHARS = 256

Q = StrParam("q", MAX_QUERY_CHARS, "The query; empty lists all pages, newest first.")
TAG = ListParam(StrParam("tag", _MAX_VALUE_CHARS, "Only pages with any of these tags."), max_values=20)
CATEGORY = StrParam("category", _MAX_VALUE_CHARS, "Only pages in this category.")
LANG = StrParam("lang", _MAX_VALUE_CHARS, "Only pages in this language, such as zh-TW.")
SINCE = DateParam("from", "First year, month or day, inclusive; a post's own day, in its own offset.")
UNTIL = DateParam("to", "Last year, month or day, inclusive.")
SORT = EnumParam("sort", SORTS, "The order of the results.")
PAGE = IntParam("page", default=1, maximum=1_000_000, description="The page of the results.")
PER_PAGE = IntParam("per_page", default=10, maximum=_MAX_RESULTS, description="Results on a page.")
VERSION = EnumParam(
    "versions", VERSIONS, "all: near copies of a page, such as its versions, are hits of their own."
)

SEARCH_FIELDS: Mapping[str, Param] = {
    "q": Q,
    "tag": TAG,
    "category": CATEGORY,
    "lang": LANG,
    "since": SINCE,
    "until": UNTIL,
    "sort": SORT,
    "page": PAGE,
    "per_page": PER_PAGE,
    "versions": VERSION,
}
"""The parameters of a search, by the field of Parameters that holds the value. `from`, a keyword of Python,
is the field `since`, and `to` is `until`."""

TYPED = StrParam("q", MAX_QUERY_CHARS, "The text typed so far.")
URL = StrParam("url", 2_048, "the URL of a page, such as /posts/hello/", required=True)
RECENT_COUNT = IntParam("count", default=10, maximum=_MAX_RESULTS, description="Number of pages.")
SUGGEST_COUNT = IntParam("count", default=8, maximum=_MAX_RESULTS, description="Number of completions.")
RELATED_COUNT = IntParam("count", default=5, maximum=_MAX_RESULTS, description="Number of pages.")
COUNTED = StrParam(
    "facets",
    2_048,
    "The facets to count, with commas between them. * means those of the site's own, none no facet; all of"
    " them by default.",
)
COMPLETIONS = IntParam(
    "completions", default=0, maximum=20, description="Completions of q in the answer.", minimum=0
)
PREFER_LANG = StrParam(
    "prefer_lang",
    _MAX_VALUE_CHARS,
    "A reader's language: only pages in it, if the site has it and any of them matches. zh is zh-CN where the"
    " site has that. Ignored beside lang.",
)
PINYIN = EnumParam(
    "pinyin", ("0", "1"), "1: where nothing is found, the hits of the first completion of q by pinyin."
)
EXPLAIN = EnumParam("explain", ("0", "1"), "1: explain the scores, if the settings allow it.")

SUGGESTED = EnumParam(
    "suggested",
    ("0", "1"),
    "1: q is a suggestion of an earlier answer, which the reader took; search reports count it.",
)

OF_SEARCH: Sequence[Param] = (
    *SEARCH_FIELDS.values(),
    COUNTED,
    COMPLETIONS,
    PREFER_LANG,
    PINYIN,
    SUGGESTED,
    EXPLAIN,
)
OF_SUGGEST: Sequence[Param] = (TYPED, SUGGEST_COUNT)
OF_RECENT: Sequence[Param] = (RECENT_COUNT, LANG)
OF_RELATED: Sequence[Param] = (URL, RELATED_COUNT)
"""The parameters of each endpoint; the others have none."""

_NAMES = frozenset(param.name for param in OF_SEARCH)


def of_facet(name: str) -> ListParam:
    """The parameter of a facet of the site's own."""
    description = f"Only pages with any of these values of {name}."
    return ListParam(StrParam(name, _MAX_VALUE_CHARS, description), max_values=20)


def of_search(facets: Sequence[str]) -> Sequence[Param]:
    """The parameters of a search on a site with these facets of its own."""
    names = "|".join(map(re.escape, (*FACETS, *facets, "*")))
    counted = replace(COUNTED, pattern=f"^((({names})(,({names}))*)|none)?$")
    params = [counted if param is COUNTED else param for param in OF_SEARCH]
    return (*params, *map(of_facet, filtering(facets)))


def filtering(facets: Sequence[str]) -> Sequence[str]:
    """The facets of a site's own that have a parameter: an index of an earlier version may have one by the
    name of a newer parameter, which is what the name then means."""
    return [name for name in facets if name not in _NAMES]


class Parameters(NamedTuple):
    """Checked parameters of a search. `since` and `until` are as given (2025, 2025-02 or 2025-02-13);
    `facets` are the values by the site's own facets."""

    q: str = ""
    tag: tuple[str, ...] = ()
    category: str | None = None
    lang: str | None = None
    since: str | None = None
    until: str | None = None
    sort: str = "relevance"
    page: int = 1
    per_page: int = 10
    versions: str = "newest"
    facets: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def query(self, segmenter: Segmenter, facets: tuple[str, ...] = ()) -> Query:
        """Build the Query of these parameters; `facets` are the site's own, see `Engine.facets`."""
        filters = Filters(
            tags=self.tag,
            categories=(self.category,) if self.category else (),
            langs=(self.lang,) if self.lang else (),
            first_day=day_range(self.since)[0] if self.since else None,
            last_day=day_range(self.until)[1] if self.until else None,
            own=self.facets,
        )
        return parse(self.q, segmenter, facets)._replace(
            filters=filters,
            sort=self.sort,
            page=self.page,
            per_page=self.per_page,
            all_versions=self.versions == "all",
        )


def read_parameters(
    *,
    q: str = "",
    tag: Sequence[str] = (),
    category: str | None = None,
    lang: str | None = None,
    since: str | None = None,
    until: str | None = None,
    sort: str | None = None,
    page: str | None = None,
    per_page: str | None = None,
    versions: str | None = None,
    facets: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Parameters:
    """Parse and check the texts of a request or a command line; None and "" are the default. `facets` are
    the values by the site's own facets.

    Raises ParameterError naming the first that is wrong.
    """
    parameters = Parameters(
        q=Q.read(q),
        tag=TAG.read(tag),
        category=CATEGORY.read(category) or None,
        lang=LANG.read(lang) or None,
        since=SINCE.read(since),
        until=UNTIL.read(until),
        sort=SORT.read(sort),
        page=PAGE.read(page),
        per_page=PER_PAGE.read(per_page),
        versions=VERSION.read(versions),
        facets=tuple((name, of_facet(name).read(values)) for name, values in facets.items() if any(values)),
    )
    first, last = parameters.since, parameters.until
    if first and last and day_range(first)[0] > day_range(last)[1]:
        raise ParameterError(SINCE.name, "{first} is after to={last}; swap them", first=first, last=last)
    return parameters
