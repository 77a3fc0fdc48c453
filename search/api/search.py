"""Run a query and return the JSON types of the API; HTTP and the command line share it."""

import re
import time
from typing import cast

from zhsearch.index.analysis import Segmenter
from zhsearch.index.models import PageMeta, Section
from zhsearch.index.versions import page_version
from zhsearch.search.api.explanation import details_json, explain_query
from zhsearch.search.api.parameters import PAGE, Parameters
from zhsearch.search.api.reading import read_json
from zhsearch.search.api.schema import FacetsJson, HitJson, PageJson, SearchResponse, SectionJson, VersionJson
from zhsearch.search.engine import Engine, Hit, SearchResult
from zhsearch.search.errors import ParameterError, TooDeepError
from zhsearch.search.highlight import Highlighter
from zhsearch.search.query import MAX_QUERY_CHARS, Query, Word, primary
from zhsearch.search.suggest import MAX_RARE_PAGES

_LETTERS = re.compile("[A-Za-z]+")


def run_search(
    engine: Engine, parameters: Parameters, segmenter: Segmenter, *, explained: bool = False
) -> SearchResponse:
    """Run a search and return what `/api/search` and `query --json` print.

    `explained`: add how the query was parsed, and the details of each score. Raises ParameterError if the
    page lies beyond the hits that the engine can page through.
    """
    start = time.perf_counter()
    query = engine.expand(parameters.query(segmenter, engine.facets))
    try:
        result, details = engine.explain(query) if explained else (engine.search(query), None)
    except TooDeepError as problem:
        raise ParameterError(PAGE.name, str(problem)) from problem
    highlighter = Highlighter(query, segmenter)
    hits = [_hit_json(hit, query, highlighter) for hit in result.hits]
    if details is not None:
        for hit_json, hit_details in zip(hits, details, strict=True):
            hit_json["explain"] = details_json(hit_details)
    response: SearchResponse = {
        "query": parameters.q,
        "total": result.total,
        "matches": result.matches,
        "page": parameters.page,
        "per_page": parameters.per_page,
        "took_ms": round((time.perf_counter() - start) * 1000, 2),
        "relaxed": result.relaxed,
        "weak": result.weak,
        "suggestion": _suggestion(engine, parameters, query, result, segmenter),
        "read": read_json(query),
        "results": hits,
        "facets": cast(FacetsJson, result.facets),  # an engine gives all of them, as lists
    }
    if details is not None:
        response["explain"] = explain_query(query, segmenter)
    return response


def _suggestion(
    engine: Engine, parameters: Parameters, query: Query, result: SearchResult, segmenter: Segmenter
) -> str | None:
    """A corrected query, if it finds more than the query as typed, with all of its words.

    Queries with quotes, exclusions or fields are exact, and never corrected. Nor are questions: they match
    pages by shared characters, misspelt or not.
    """
    if query.must or query.is_question or parameters.page > 1 or _is_known(query, result):
        return None
    corrected = engine.did_you_mean(parameters.q, segmenter)
    if corrected is None or len(corrected) > MAX_QUERY_CHARS:
        return None
    corrected_query = engine.expand(parameters._replace(q=corrected).query(segmenter, engine.facets))
    corrected_result = engine.search(corrected_query)
    # A misspelt query may have hits as well, word by word or inside longer words. They count only if the
    # correction changes nothing but Latin letters.
    only_letters_differ = _LETTERS.sub("", corrected) == _LETTERS.sub("", parameters.q)
    total = result.total if only_letters_differ and not result.relaxed else 0
    is_better = corrected_result.total > total and not corrected_result.relaxed
    return corrected if is_better else None


def _is_known(query: Query, result: SearchResult) -> bool:
    """Whether the query is one Han word that too many pages contain for it to be a typing error."""
    if len(query.should) != 1 or query.is_question_form or result.matches <= MAX_RARE_PAGES:
        return False
    word = primary(query.should[0])
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
        "kind": page.kind,
    }


def _version_json(page: PageMeta) -> VersionJson:
    version = page_version(page.path, page.title)
    return {"url": page.url, "title": page.title, "label": version.label if version else None}


def _section_json(section: Section | None) -> SectionJson | None:
    return {"title": section.title, "anchor": section.anchor} if section else None


def _hit_json(hit: Hit, query: Query, highlighter: Highlighter) -> HitJson:
    title_marks, best, passages = highlighter.snippet(hit.page, missing=hit.missing)
    result = cast(HitJson, page_json(hit.page.meta))  # the other fields follow
    result["title_marks"] = title_marks
    result["section"] = _section_json(best.section)
    result["excerpt"] = best.text
    result["excerpt_marks"] = best.marks
    result["passages"] = [
        {"section": _section_json(section), "text": text, "marks": marks} for text, marks, section in passages
    ]
    result["missing"] = [query.should_texts[number] for number in hit.missing]
    result["versions"] = list(map(_version_json, hit.versions))
    result["version_count"] = hit.version_count
    result["score"] = round(hit.score, 4)
    return result
