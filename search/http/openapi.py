"""The OpenAPI document, generated from the response types and the parameters that the code itself uses."""

import importlib.metadata
from collections.abc import Sequence
from typing import Any

import msgspec

from zhsearch.search.api import (
    FacetsJson,
    HealthResponse,
    Param,
    Problem,
    ReadyResponse,
    RecentResponse,
    RelatedResponse,
    SearchResponse,
    StrParam,
    SuggestResponse,
    TagsResponse,
)
from zhsearch.search.api import parameters as params
from zhsearch.search.http.reindex_hook import ReindexAccepted, ReindexStatus

RULE = (
    "Within this version fields and parameters are added, never removed or changed in meaning: ignore fields"
    " that you do not know. A change that would break this gets URLs of its own, under /api/2/, and these"
    " stay for a year. A parameter that an endpoint under /api/ does not know is refused with a 400 that"
    " names it, and so is one that is repeated but takes one value. Only `_` is ignored, which some clients"
    " add so that no cache answers."
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


def openapi(server: str, facets: Sequence[str] = ()) -> dict[str, Any]:
    """The document of an API at `server` (a path prefix, or /); `facets` are the site's own."""
    _, components = msgspec.json.schema_components(_TYPES, ref_template=_REFS)
    counted = components[FacetsJson.__name__]["properties"]
    counted |= dict.fromkeys(facets, counted["tag"])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "zhsearch",
            "version": importlib.metadata.version("zhsearch"),
            "description": RULE,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": server}],
        "paths": _paths(facets),
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "webhook": {"type": "apiKey", "in": "header", "name": "X-Hub-Signature-256"},
            },
        },
    }


def _paths(facets: Sequence[str]) -> dict[str, Any]:
    return {
        "/api/search": _get("Search", params.of_search(facets), SearchResponse, refused=(400, 403)),
        "/api/suggest": _get("Complete the text typed so far", params.OF_SUGGEST, SuggestResponse),
        "/api/recent": _get("List the newest pages", params.OF_RECENT, RecentResponse),
        "/api/tags": _get("List all tags", (), TagsResponse),
        "/api/related": _get(
            "List the pages most similar to one", params.OF_RELATED, RelatedResponse, refused=(400, 404)
        ),
        "/api/reindex": {"get": _reindex_status(), "post": _reindex()},
        "/healthz": _get("Liveness of the process", (), HealthResponse, refused=(), cacheable=False),
        "/readyz": _get(
            "Readiness: the index that is served", (), ReadyResponse, refused=(), cacheable=False
        ),
    }


def _reindex_status() -> dict[str, Any]:
    operation = _operation("State of the index run", (), ReindexStatus, (400, 401, 404), cacheable=False)
    operation["security"] = [{"token": []}]
    return operation


def _reindex() -> dict[str, Any]:
    operation = _operation("Start an index run", (), ReindexAccepted, (400, 401, 404, 413), cacheable=False)
    operation["responses"]["202"] = operation["responses"]["200"]
    operation["security"] = [{"token": []}, {"webhook": []}]
    operation["requestBody"] = {"required": False, "content": {"application/json": {"schema": {}}}}
    return operation


def _get(
    summary: str,
    parameters: Sequence[Param],
    response: type,
    *,
    refused: Sequence[int] = (400,),
    cacheable: bool = True,
) -> dict[str, Any]:
    return {"get": _operation(summary, parameters, response, refused, cacheable=cacheable)}


def _operation(
    summary: str, parameters: Sequence[Param], response: type, refused: Sequence[int], *, cacheable: bool
) -> dict[str, Any]:
    responses: dict[str, Any] = {"200": _response("The answer", "application/json", response)}
    if cacheable:
        responses["304"] = {"description": "The cached answer is still valid"}
        responses["414"] = {"description": "Request line longer than 8,190 bytes"}
    for status in (*refused, 429, 503):
        responses[str(status)] = _response(_ERRORS[status], "application/problem+json", Problem)
    return {"summary": summary, "parameters": list(map(_parameter, parameters)), "responses": responses}


_ERRORS = {
    400: "A parameter is wrong or unknown; `parameter` names it",
    401: "The secret is missing or wrong",
    403: "The settings do not allow it",
    404: "There is no such page, or the settings turn it off",
    413: "The request body is too large",
    429: "Too many requests; try again after Retry-After seconds",
    503: "No index, or too much load; try again after Retry-After seconds",
}


def _response(description: str, media_type: str, body: type) -> dict[str, Any]:
    schema = {"$ref": _REFS.format(name=body.__name__)}
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _parameter(param: Param) -> dict[str, Any]:
    parameter = {
        "name": param.name,
        "in": "query",
        "description": param.description,
        "required": isinstance(param, StrParam) and param.required,
        "schema": param.schema,
    }
    return parameter if param.schema["type"] == "string" else parameter | {"allowEmptyValue": True}
