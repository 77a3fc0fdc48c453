"""The blueprint of the JSON API: one view for each URL."""

from contextlib import suppress

from flask import Blueprint, Response, jsonify, request

from zhsearch.index.errors import StoreError
from zhsearch.search.http import endpoints
from zhsearch.search.http.services import current_services

api = Blueprint("api", __name__)


@api.get("/api/search")
def api_search() -> Response:
    """One page of hits, with counts and facets."""
    services = current_services()
    return services.responder.respond(
        request,
        services.follower.engine(),
        lambda engine: endpoints.search(request, engine, services),
        is_search=True,
    )


@api.get("/api/recent")
def api_recent() -> Response:
    """The newest pages."""
    services = current_services()
    return services.responder.respond(
        request, services.follower.engine(), lambda engine: endpoints.recent(request, engine)
    )


@api.get("/api/tags")
def api_tags() -> Response:
    """All tags."""
    services = current_services()
    return services.responder.respond(
        request, services.follower.engine(), lambda engine: endpoints.tags(request, engine)
    )


@api.get("/api/suggest")
def api_suggest() -> Response:
    """Completions of the text typed so far."""
    services = current_services()
    return services.responder.respond(
        request, services.follower.engine(), lambda engine: endpoints.suggest(request, engine)
    )


@api.get("/api/related")
def api_related() -> Response:
    """The pages most similar to one page."""
    services = current_services()
    return services.responder.respond(
        request,
        services.follower.engine(),
        lambda engine: endpoints.related(request, engine, services.segmenter(engine)),
    )


@api.get("/openapi.json")
def openapi_json() -> Response:
    """The OpenAPI document of this API, with the facets of the site's own, if there is an index."""
    from zhsearch.search.http.openapi import openapi  # noqa: PLC0415  only this needs msgspec

    facets: tuple[str, ...] = ()
    with suppress(StoreError):
        facets = current_services().follower.engine().facets
    return jsonify(openapi(request.script_root or "/", facets))
