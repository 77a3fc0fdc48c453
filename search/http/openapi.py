"""The types of the interface in, its OpenAPI document out."""

import importlib.metadata
from collections.abc import Sequence
from typing import Any

import msgspec

from zhsearch.search.api import parameters as take
from zhsearch.search.api.parameter_types import Param
from zhsearch.search.api.schema import (
    HealthResponse,
    Problem,
    ReadyResponse,
    RecentResponse,
    RelatedResponse,
    SearchResponse,
    SuggestResponse,
    TagsResponse,
)
from zhsearch.search.http.reindex_hook import ReindexAccepted, ReindexStatus

RULE = (
    "Within this version fields and parameters are added, never taken away or given another meaning: ignore"
    " fields that you do not know. What would break that gets addresses of its own, under /api/2/, and this"
    " one goes on for a year."
)
_TYPES = (
    SearchResponse,
    RecentResponse,
    TagsResponse,
    SuggestResponse,
    RelatedResponse,
    HealthResponse,
    ReadyResponse,
    Problem,
    ReindexAccepted,
    ReindexStatus,
)
_REFS = "#/components/schemas/{name}"


def openapi(server: str) -> dict[str, Any]:
    """The document, for an API that is reached at `server` (a path prefix, or /)."""
    _, components = msgspec.json.schema_components(_TYPES, ref_template=_REFS)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "zhsearch",
            "version": importlib.metadata.version("zhsearch"),
            "description": RULE,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": server}],
        "paths": _paths(),
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "webhook": {"type": "apiKey", "in": "header", "name": "X-Hub-Signature-256"},
            },
        },
    }


def _paths() -> dict[str, Any]:
    search = (*take.SEARCH, take.EXPLAIN)
    return {
        "/api/search": _get("Search", search, SearchResponse, refused=(400, 403)),
        "/api/suggest": _get("Complete what is typed", (take.TYPED, take.SUGGEST_COUNT), SuggestResponse),
        "/api/recent": _get("The newest pages", (take.RECENT_COUNT, take.LANG), RecentResponse),
        "/api/tags": _get("All tags", (), TagsResponse, refused=()),
        "/api/related": _get(
            "The pages most like one", (take.URL, take.RELATED_COUNT), RelatedResponse, refused=(400, 404)
        ),
        "/api/reindex": {
            "get": _operation("How indexing goes", (), ReindexStatus, (401, 404), kept=False)
            | {"security": [{"token": []}]},
            "post": _reindex(),
        },
        "/healthz": _get("Does the process live?", (), HealthResponse, refused=(), kept=False),
        "/readyz": _get("Is there an index to answer from?", (), ReadyResponse, refused=(), kept=False),
    }


def _reindex() -> dict[str, Any]:
    operation = _operation("Index again", (), ReindexAccepted, (401, 404, 413), kept=False)
    operation["responses"]["202"] = operation["responses"]["200"]
    operation["security"] = [{"token": []}, {"webhook": []}]
    operation["requestBody"] = {"required": False, "content": {"application/json": {"schema": {}}}}
    return operation


def _get(
    summary: str,
    parameters: Sequence[Param],
    answer: type,
    *,
    refused: Sequence[int] = (400,),
    kept: bool = True,
) -> dict[str, Any]:
    return {"get": _operation(summary, parameters, answer, refused, kept=kept)}


def _operation(
    summary: str, parameters: Sequence[Param], answer: type, refused: Sequence[int], *, kept: bool
) -> dict[str, Any]:
    responses: dict[str, Any] = {"200": _response("The answer", "application/json", answer)}
    if kept:
        responses["304"] = {"description": "What the browser has still holds"}
        responses["414"] = {"description": "More than 8,190 bytes are asked with"}
    for status in (*refused, 429, 503):
        responses[str(status)] = _response(_WHY[status], "application/problem+json", Problem)
    return {"summary": summary, "parameters": list(map(_parameter, parameters)), "responses": responses}


_WHY = {
    400: "A parameter is wrong; `parameter` names it",
    401: "The secret is missing or wrong",
    403: "Off in the settings",
    404: "There is no such page, or the settings have it off",
    413: "The body is too large",
    429: "Too many requests; Retry-After tells when to come again",
    503: "No index to answer from, or too much work; Retry-After tells when to come again",
}


def _response(description: str, kind: str, answer: type) -> dict[str, Any]:
    schema = {"$ref": _REFS.format(name=answer.__name__)}
    return {"description": description, "content": {kind: {"schema": schema}}}


def _parameter(kind: Param) -> dict[str, Any]:
    told = {
        "name": kind.name,
        "in": "query",
        "description": kind.about,
        "required": getattr(kind, "required", False),
        "schema": kind.schema,
    }
    return told if kind.schema["type"] == "string" else told | {"allowEmptyValue": True}
