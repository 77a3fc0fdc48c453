"""Run a query and return the JSON types of the API; HTTP and the command line share it."""

import re
import time
from typing import cast

from zhsearch.index.analysis import Segmenter
from zhsearch.index.models import PageMeta
from zhsearch.search.api.explanation import details_json, explain_query
from zhsearch.search.api.parameters import PAGE, Parameters
from zhsearch.search.api.schema import FacetsJson, HitJson, PageJson, SearchResponse
from zhsearch.search.engine import Engine, Hit, SearchResult
from zhsearch.search.errors import ParameterError, TooDeepError
from zhsearch.search.highlight import Highlighter
from zhsearch.search.query import MAX_QUERY_CHARS, Query, Word
from zhsearch.search.suggest import MAX_RARE_PAGES

_LETTERS = re.compile("[A-Za-z]+")


def run_search(
    engine: Engine, parameters: Parameters, segmenter: Segmenter, *, explained: bool = False
) -> SearchResponse:
    """Run a search and return what `/api/search` and `query --json` print.

    `explained`: with how the query was read, and what the score of each hit is the sum of. Raises
    ParameterError where the page lies beyond what the engine can page to.
    """
    start = time.perf_counter()
    query = parameters.query(segmenter)
    try:
        found, details = engine.explain(query) if explained else (engine.search(query), None)
    except TooDeepError as problem:
        raise ParameterError(PAGE.name, str(problem)) from problem
    highlighter = Highlighter(query)
    results = [_hit_json(hit, highlighter) for hit in found.hits]
    if details is not None:
        for result, hit_details in zip(results, details, strict=True):
            result["explain"] = details_json(hit_details)
    response: SearchResponse = {
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
    if details is not None:
        response["explain"] = explain_query(query, segmenter)
    return response


def _suggestion(
    engine: Engine, parameters: Parameters, query: Query, found: SearchResult, segmenter: Segmenter
) -> str | None:
    """A corrected query, if it finds more than the query as typed, with all of its words.

    Queries with quotes, exclusions or fields are never corrected: they mean what they say. Nor are questions:
    a page answers one by the characters that they share, misspelt or not.
    """
    if query.must or query.is_question or parameters.page > 1 or _is_known(query, found):
        return None
    corrected = engine.did_you_mean(parameters.q)
    if corrected is None or len(corrected) > MAX_QUERY_CHARS:
        return None
    instead = engine.search(parameters._replace(q=corrected).query(segmenter))
    # What no page contains as typed may be found all the same, word by word or inside longer words. Such hits
    # count only where the correction is one of Latin letters.
    only_letters_differ = _LETTERS.sub("", corrected) == _LETTERS.sub("", parameters.q)
    total = found.total if only_letters_differ and not found.relaxed else 0
    return corrected if instead.total > total and not instead.relaxed else None


def _is_known(query: Query, found: SearchResult) -> bool:
    """Is the query one word of Han characters that is on too many pages to be a typing error?"""
    if len(query.should) != 1 or query.is_question_form or found.total <= MAX_RARE_PAGES:
        return False
    word = query.should[0]
    return isinstance(word, Word) and word.kind == "han" and word.pattern == query.question_text


def page_json(page: PageMeta) -> PageJson:
    """A page by itself, as `/api/recent` lists it."""
    return {
        "url": page.url,
        "title": page.title,
        "date": page.date.isoformat() if page.date else None,
        "lang": page.lang,
        "tags": page.tags,
        "categories": page.categories,
        "thumbnail": page.thumbnail,
    }


def _hit_json(hit: Hit, highlighter: Highlighter) -> HitJson:
    snippet = highlighter.snippet(hit.page)
    section = snippet.section
    result = cast(HitJson, page_json(hit.page.meta))  # the other fields follow
    result["title_marks"] = snippet.title_marks
    result["section"] = {"title": section.title, "anchor": section.anchor} if section else None
    result["excerpt"] = snippet.text
    result["excerpt_marks"] = snippet.marks
    result["score"] = round(hit.score, 4)
    return result
