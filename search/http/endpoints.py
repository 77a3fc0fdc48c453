"""Endpoint handlers of the API: read parameters, call the engine, return the JSON types.

They run only if neither the browser nor the worker's cache has the response.
"""

from collections.abc import Sequence

from flask import Request
from werkzeug.exceptions import Forbidden, NotFound

from zhsearch.index.analysis import Segmenter
from zhsearch.search.api import (
    Extras,
    Parameters,
    RecentResponse,
    RelatedResponse,
    SearchResponse,
    SuggestResponse,
    TagsResponse,
    check_names,
    completions_json,
    page_json,
    read_extras,
    read_parameters,
    run_search,
)
from zhsearch.search.api import parameters as params
from zhsearch.search.engine import Engine
from zhsearch.search.http.services import Services
from zhsearch.search.settings import ServerSettings


def read_search(request: Request, facets: Sequence[str] = ()) -> Parameters:
    """Read the parameters of a search; `facets` are the site's own. Raises ParameterError naming the first
    that is wrong.

    Those that no search has are ignored here: links to the search page carry what trackers and themes add.
    """
    args = request.args
    return read_parameters(
        q=args.get(params.Q.name, ""),
        tag=args.getlist(params.TAG.name),
        category=args.get(params.CATEGORY.name),
        lang=args.get(params.LANG.name),
        since=args.get(params.SINCE.name),
        until=args.get(params.UNTIL.name),
        sort=args.get(params.SORT.name),
        page=args.get(params.PAGE.name),
        per_page=args.get(params.PER_PAGE.name),
        versions=args.get(params.VERSION.name),
        facets={name: args.getlist(name) for name in params.filtering(facets)},
    )


def search(request: Request, engine: Engine, services: Services) -> SearchResponse:
    """One page of hits, with the extras that the request asks for, and explanations if it has `explain=1`."""
    check_names(request.args.lists(), params.of_search(engine.facets))
    explained = is_explained(request, services.settings)
    params.SUGGESTED.read(request.args.get(params.SUGGESTED.name))  # counted, see search_counting
    parameters = read_search(request, engine.facets)
    extras = _read_extras(request, engine.facets)
    return run_search(engine, parameters, services.segmenter(engine), explained=explained, extras=extras)


def _read_extras(request: Request, facets: Sequence[str]) -> Extras:
    args = request.args
    return read_extras(
        facets=args.get(params.COUNTED.name),
        completions=args.get(params.COMPLETIONS.name),
        prefer_lang=args.get(params.PREFER_LANG.name),
        pinyin=args.get(params.PINYIN.name),
        own_facets=facets,
    )


def is_explained(request: Request, settings: ServerSettings) -> bool:
    """Whether the request has `explain=1`. Raises Forbidden if the settings do not allow it."""
    explained = params.EXPLAIN.read(request.args.get(params.EXPLAIN.name)) == "1"
    if explained and not settings.explain:
        raise Forbidden("Explanations are off here. The setting explain = true turns them on")
    return explained


def recent(request: Request, engine: Engine) -> RecentResponse:
    """The newest pages."""
    check_names(request.args.lists(), params.OF_RECENT)
    count = params.RECENT_COUNT.read(request.args.get(params.RECENT_COUNT.name))
    lang = params.LANG.read(request.args.get(params.LANG.name)) or None
    return {"results": [page_json(page) for page in engine.recent(count, lang)]}


def suggest(request: Request, engine: Engine) -> SuggestResponse:
    """Completions of the text typed so far."""
    check_names(request.args.lists(), params.OF_SUGGEST)
    count = params.SUGGEST_COUNT.read(request.args.get(params.SUGGEST_COUNT.name))
    typed = params.TYPED.read(request.args.get(params.TYPED.name))
    return {
        "query": typed,
        "suggestions": completions_json(engine.complete(typed, count)),
    }


def related(request: Request, engine: Engine, segmenter: Segmenter) -> RelatedResponse:
    """The pages most similar to one page. Raises NotFound if the index does not have that page."""
    check_names(request.args.lists(), params.OF_RELATED)
    count = params.RELATED_COUNT.read(request.args.get(params.RELATED_COUNT.name))
    url = params.URL.read(request.args.get(params.URL.name))
    hits = engine.related(url, count, segmenter)
    if hits is None:
        raise NotFound(f"The index has no page with the URL {url[:200]}")
    return {"results": [{**page_json(hit.page.meta), "score": round(hit.score, 4)} for hit in hits]}


def tags(request: Request, engine: Engine) -> TagsResponse:
    """All tags with the number of their pages."""
    check_names(request.args.lists(), ())
    return {"tags": [{"value": tag["value"], "count": tag["count"]} for tag in engine.tags()]}
