"""What the search page shows beside hits: popular tags at the start, the newest posts too where nothing is
found, search tips, and how much a suggested query finds."""

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from zhsearch.index.analysis import Segmenter
from zhsearch.index.errors import ZhsearchError
from zhsearch.search.api import Extras, PageJson, Parameters, SearchResponse, page_json, run_search
from zhsearch.search.engine import Engine, FacetValue
from zhsearch.search.http.search_tips import SearchTip, SearchTips

_NEWEST, _TAGS = 5, 16
_HITS_ALONE = Extras(facets=())  # no facet is counted


class PageExtras(NamedTuple):
    """`suggested`: the number of results of the suggested query."""

    suggested: int = 0
    newest: Sequence[PageJson] = ()
    tags: Sequence[FacetValue] = ()
    tips: Sequence[SearchTip] = ()


def page_extras(
    engine: Engine,
    segmenter: Segmenter,
    tips: SearchTips,
    parameters: Parameters,
    answer: SearchResponse | None,
) -> PageExtras:
    """What goes with an answer; `answer` is None where a parameter is wrong. What cannot be made at the
    moment is left out: the hits are there all the same."""
    extras = PageExtras()
    is_empty = answer is None or not answer["results"]
    with suppress(ZhsearchError):
        if answer is not None and answer["suggestion"] is not None:
            suggested = parameters._replace(q=answer["suggestion"], page=1, per_page=1)
            found = run_search(engine, suggested, segmenter, extras=_HITS_ALONE)
            extras = extras._replace(suggested=found["total"])
        if is_empty:
            extras = extras._replace(newest=[page_json(page) for page in engine.recent(_NEWEST)])
        if is_empty or is_start(parameters):
            extras = extras._replace(tags=engine.tags()[:_TAGS])
        extras = extras._replace(tips=tips.tips(engine, segmenter))
    return extras


def is_start(parameters: Parameters) -> bool:
    """Whether nothing is searched for yet: the first page of all posts, without a filter."""
    return parameters._replace(sort="relevance", per_page=Parameters().per_page) == Parameters()
