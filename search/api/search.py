"""Run a query and return the JSON types of the API; HTTP and the command line share it."""

import re
import time
from collections.abc import Sequence
from typing import NamedTuple, cast

from zhsearch.index.analysis import Segmenter
from zhsearch.index.models import PageMeta, Section
from zhsearch.index.versions import page_version
from zhsearch.search.api.completions import (
    PINYIN_COMPLETIONS,
    completions_json,
    first_by_pinyin,
    may_be_pinyin,
)
from zhsearch.search.api.explanation import details_json, explain_query
from zhsearch.search.api.extras import Extras
from zhsearch.search.api.language import site_language
from zhsearch.search.api.parameters import PAGE, Parameters
from zhsearch.search.api.reading import read_json
from zhsearch.search.api.schema import (
    FacetsJson,
    HitJson,
    PageJson,
    PinyinJson,
    SearchResponse,
    SectionJson,
    VersionJson,
)
from zhsearch.search.engine import Engine, Hit, ScoreDetail, SearchResult
from zhsearch.search.errors import ParameterError, TooDeepError
from zhsearch.search.highlight import Highlighter
from zhsearch.search.query import MAX_QUERY_CHARS, Query, Word, primary
from zhsearch.search.suggest import MAX_RARE_PAGES

_LETTERS = re.compile("[A-Za-z]+")
_NO_EXTRAS = Extras()


class _Found(NamedTuple):
    """What was searched, and what it found."""

    parameters: Parameters
    query: Query
    result: SearchResult
    details: Sequence[Sequence[ScoreDetail]] | None


def run_search(
    engine: Engine,
    parameters: Parameters,
    segmenter: Segmenter,
    *,
    explained: bool = False,
    extras: Extras = _NO_EXTRAS,
) -> SearchResponse:
    """Run a search and return what `/api/search` and `query --json` print.

    `explained`: add how the query was parsed, and the details of each score. Raises ParameterError if the
    page lies beyond the hits that the engine can page through.
    """
    start = time.perf_counter()
    found, language, widened = _preferred(engine, parameters, segmenter, extras, explained=explained)
    query, result, details = found.query, found.result, found.details
    hits = _hits_json(query, result, segmenter)
    response: SearchResponse = {
        "query": parameters.q,
        "total": result.total,
        "matches": result.matches,
        "page": parameters.page,
        "per_page": parameters.per_page,
        "took_ms": round((time.perf_counter() - start) * 1000, 2),
        "relaxed": result.relaxed,
        "weak": result.weak,
        "suggestion": _suggestion(engine, found, segmenter),
        "read": read_json(query),
        "results": hits,
        "facets": cast(FacetsJson, result.facets),  # an engine gives those that are wanted, as lists
    }
    if extras.prefer_lang:
        response["language"], response["widened"] = language, widened
    if extras.completions or extras.pinyin:
        _add_completions(response, engine, found, segmenter, extras)
    if details is not None:
        for hit_json, hit_details in zip(hits, details, strict=True):
            hit_json["explain"] = details_json(hit_details)
        response["explain"] = explain_query(query, segmenter)
    return response


def _preferred(
    engine: Engine, parameters: Parameters, segmenter: Segmenter, extras: Extras, *, explained: bool
) -> tuple[_Found, str | None, bool]:
    """Search in the reader's language, or in all where it has no hit: what was found, the site's language
    that was searched, and whether other languages had to be."""
    wished = "" if parameters.lang else extras.prefer_lang
    language = site_language(wished, engine.languages()) if wished else None
    found = _search(engine, parameters, segmenter, language, extras.facets, explained=explained)
    if not language or found.result.total:
        return found, language, False
    found = _search(engine, parameters, segmenter, None, extras.facets, explained=explained)
    return found, language, found.result.total > 0


def _search(
    engine: Engine,
    parameters: Parameters,
    segmenter: Segmenter,
    language: str | None,
    facets: tuple[str, ...] | None,
    *,
    explained: bool = False,
) -> _Found:
    """Search in a language, or in that of the parameters; `facets` are counted, None for all."""
    if language:
        parameters = parameters._replace(lang=language)
    query = parameters.query(segmenter, engine.facets)
    query = engine.expand(query if facets is None else query._replace(counted_facets=facets))
    try:
        result, details = engine.explain(query) if explained else (engine.search(query), None)
    except TooDeepError as problem:
        raise ParameterError(PAGE.name, str(problem)) from problem
    return _Found(parameters, query, result, details)


def _add_completions(
    response: SearchResponse, engine: Engine, found: _Found, segmenter: Segmenter, extras: Extras
) -> None:
    """Add the completions of the text as typed, and the hits of the first one by pinyin."""
    typed = found.parameters.q
    lacks_hits = not found.result.total or found.result.weak
    seeks_pinyin = extras.pinyin and lacks_hits and found.parameters.page == 1 and may_be_pinyin(typed)
    count = max(extras.completions, PINYIN_COMPLETIONS if seeks_pinyin else 0)
    completions = engine.complete(typed, count) if count else ()
    if extras.completions:
        response["completions"] = completions_json(completions[: extras.completions])
    if extras.pinyin:
        text = first_by_pinyin(typed, completions) if seeks_pinyin else None
        response["pinyin"] = _pinyin_json(engine, found.parameters, segmenter, text) if text else None


def _pinyin_json(
    engine: Engine, parameters: Parameters, segmenter: Segmenter, text: str
) -> PinyinJson | None:
    """The hits of another text with the same filters, None without any."""
    _, query, result, _ = _search(engine, parameters._replace(q=text), segmenter, None, ())
    if not result.total:
        return None
    return {"query": text, "total": result.total, "results": _hits_json(query, result, segmenter)}


def _suggestion(engine: Engine, found: _Found, segmenter: Segmenter) -> str | None:
    """A corrected query, if it finds more than the query as typed, with all of its words.

    Queries with quotes, exclusions or fields are exact, and never corrected. Nor are questions: they match
    pages by shared characters, misspelt or not.
    """
    parameters, query, result, _ = found
    if query.must or query.is_question or parameters.page > 1 or _is_known(query, result):
        return None
    corrected = engine.did_you_mean(parameters.q, segmenter)
    if corrected is None or len(corrected) > MAX_QUERY_CHARS:
        return None
    corrected_result = _search(engine, parameters._replace(q=corrected), segmenter, None, ()).result
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


def _hits_json(query: Query, result: SearchResult, segmenter: Segmenter) -> list[HitJson]:
    highlighter = Highlighter(query, segmenter)
    return [_hit_json(hit, query, highlighter) for hit in result.hits]


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
