"""A request in, the answer to it out: which parameters each address takes, and who answers them."""

from flask import Request
from werkzeug.exceptions import Forbidden, NotFound

from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.search.api import parameters as take
from zhsearch.search.api.parameters import Parameters, read_parameters
from zhsearch.search.api.schema import RecentResponse, RelatedResponse, SuggestResponse, TagsResponse
from zhsearch.search.api.search import page_json
from zhsearch.search.engine.protocol import Engine
from zhsearch.search.settings import ServerSettings


def read_search(request: Request) -> Parameters:
    """What is searched for."""
    given = request.args.to_dict(flat=False)

    def one(name: str) -> str | None:
        return given[name][0] if name in given else None

    return read_parameters(
        q=one("q") or "",
        tag=given.get("tag", ()),
        category=one("category"),
        lang=one("lang"),
        since=one("from"),
        until=one("to"),
        sort=one("sort"),
        page=one("page"),
        per_page=one("per_page"),
    )


def is_explained(request: Request, settings: ServerSettings) -> bool:
    """Are the reasons asked for? Raises Forbidden where the settings do not allow it."""
    asked = take.EXPLAIN.read(request.args.get("explain")) == "1"
    if asked and not settings.explain:
        raise Forbidden("Explanations are off here; they are on with the setting explain = true")
    return asked


def recent(request: Request, engine: Engine) -> RecentResponse:
    """The newest pages."""
    count = take.RECENT_COUNT.read(request.args.get("count"))
    lang = take.LANG.read(request.args.get("lang")) or None
    return {"results": list(map(page_json, engine.recent(count, lang)))}


def suggest(request: Request, engine: Engine) -> SuggestResponse:
    """What is typed so far, completed."""
    count = take.SUGGEST_COUNT.read(request.args.get("count"))
    typed = take.TYPED.read(request.args.get("q"))
    return {
        "query": typed,
        "suggestions": [
            {
                "text": completion.text,
                "kind": completion.kind,
                "pages": completion.pages,
                "marks": completion.marks,
                "url": completion.url,
            }
            for completion in engine.complete(typed, count)
        ],
    }


def related(request: Request, engine: Engine, segmenter: Segmenter) -> RelatedResponse:
    """The pages most like one. Raises NotFound where there is no such page."""
    count = take.RELATED_COUNT.read(request.args.get("count"))
    url = take.URL.read(request.args.get("url"))
    rows = engine.related(url, count, segmenter)
    if rows is None:
        raise NotFound(f"No page of the index has the address {url[:200]}")
    return {"results": [{**page_json(row.page.meta), "score": round(row.score, 4)} for row in rows]}


def tags(engine: Engine) -> TagsResponse:
    """All tags."""
    return {"tags": [{"value": value["value"], "count": value["count"]} for value in engine.tags()]}
