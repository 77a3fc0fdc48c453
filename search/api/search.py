"""Found pages in, the answer of the API out: plain values for JSON, the same for HTTP and command line."""

import re
import time
from typing import cast

from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.models import PageMeta
from zhsearch.search.api.explanation import details_json, explain_query
from zhsearch.search.api.parameters import PAGE, Parameters
from zhsearch.search.api.schema import FacetsJson, HitJson, PageJson, SearchResponse
from zhsearch.search.engine.protocol import Engine, Hit, SearchResult
from zhsearch.search.errors import ParameterError, TooDeepError
from zhsearch.search.highlight.snippet import Highlighter
from zhsearch.search.query.ast import Word
from zhsearch.search.query.model import MAX_QUERY_CHARS, Query
from zhsearch.search.suggest.did_you_mean import MAX_RARE_PAGES

_LETTERS = re.compile("[A-Za-z]+")


def run_search(
    engine: Engine, parameters: Parameters, segmenter: Segmenter, *, explained: bool = False
) -> SearchResponse:
    """What `/api/search` and `query --json` print; its fields are described in the README.

    `explained`: with how the query was read, and of each result why it is one. Raises ParameterError where
    the page lies behind what the engine can page to.
    """
    start = time.perf_counter()
    query = parameters.query(segmenter)
    try:
        found, why = engine.explain(query) if explained else (engine.search(query), None)
    except TooDeepError as problem:
        raise ParameterError(PAGE.name, str(problem)) from problem
    marker = Highlighter(query)
    results = [_result(row, marker) for row in found.hits]
    if why is not None:
        for result, parts in zip(results, why, strict=True):
            result["explain"] = details_json(parts)
    whole: SearchResponse = {
        "query": parameters.q,
        "total": found.total,
        "page": parameters.page,
        "per_page": parameters.per_page,
        "took_ms": round((time.perf_counter() - start) * 1000, 2),
        "relaxed": found.relaxed,
        "suggestion": _suggestion(engine, parameters, query, found, segmenter),
        "results": results,
        "facets": cast(FacetsJson, found.facets),  # an engine gives all of them, as lists
    }
    if why is not None:
        whole["explain"] = explain_query(query, segmenter)
    return whole


def _suggestion(
    engine: Engine, parameters: Parameters, query: Query, found: SearchResult, segmenter: Segmenter
) -> str | None:
    """What may have been meant, if all of that is found. Quotes, exclusions and fields mean what they say;
    a question is answered by what it shares with a page, misspelt or not."""
    if query.must or query.is_question or parameters.page > 1 or _is_known(query, found):
        return None
    text = engine.did_you_mean(parameters.q)
    if text is None or len(text) > MAX_QUERY_CHARS:
        return None
    instead = engine.search(parameters._replace(q=text).query(segmenter))
    # What stands nowhere as it is typed may be found all the same, word by word or within longer words.
    by_letters = _LETTERS.sub("", text) == _LETTERS.sub("", parameters.q)
    already = found.total if by_letters and not found.relaxed else 0
    return text if instead.total > already and not instead.relaxed else None


def _is_known(query: Query, found: SearchResult) -> bool:
    """Is all that is asked for one word of Han characters that stands on too many pages for a slip?"""
    if len(query.should) != 1 or query.is_question_form or found.total <= MAX_RARE_PAGES:
        return False
    word = query.should[0]
    return isinstance(word, Word) and word.kind == "han" and word.pattern == query.question_text


def page_json(meta: PageMeta) -> PageJson:
    """A page without a query: what `/api/recent` lists."""
    return {
        "url": meta.url,
        "title": meta.title,
        "date": meta.date.isoformat() if meta.date else None,
        "lang": meta.lang,
        "tags": meta.tags,
        "categories": meta.categories,
        "thumbnail": meta.thumbnail,
    }


def _result(row: Hit, marker: Highlighter) -> HitJson:
    page, score = row
    excerpt = marker.snippet(page)
    section = excerpt.section
    result = cast(HitJson, page_json(page.meta))
    result["title_marks"] = excerpt.title_marks
    result["section"] = {"title": section.title, "anchor": section.anchor} if section else None
    result["excerpt"] = excerpt.text
    result["excerpt_marks"] = excerpt.marks
    result["score"] = round(score, 4)
    return result
