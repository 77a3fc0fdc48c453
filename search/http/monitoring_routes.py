"""The blueprint for monitoring: liveness, readiness, metrics."""

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import NotFound

from zhsearch.index.errors import StoreError
from zhsearch.search.api import HealthResponse, ReadyResponse
from zhsearch.search.engine import Follower
from zhsearch.search.http.cors import advice, is_blocked
from zhsearch.search.http.errors import NotReadyError
from zhsearch.search.http.services import current_services

monitoring = Blueprint("monitoring", __name__)


@monitoring.get("/healthz")
def healthz() -> Response:
    """The process is alive; a page whose origin is not allowed learns what allows it.

    Every page may read this. Why it may not read an answer of the API, a browser does not tell.
    """
    services = current_services()
    health: HealthResponse = {"status": "ok"}
    if is_blocked(request, services.settings):
        health["warning"] = advice(request.headers["Origin"], ())  # the others are nobody's business
    response = jsonify(health)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@monitoring.get("/readyz")
def readyz() -> Response:
    """The generation that serves; a 503 with the reason if there is none."""
    return jsonify(_ready(current_services().follower))


@monitoring.get("/metrics")
def metrics_text() -> Response:
    """The metrics in Prometheus' text format."""
    metrics = current_services().metrics
    if metrics is None:
        raise NotFound("Metrics are off here. The setting metrics = true turns them on")
    body, content_type = metrics.text()
    return Response(body, content_type=content_type)


def _ready(follower: Follower) -> ReadyResponse:
    """The generation that serves. Raises NotReadyError with the reason, whose paths are relative."""
    try:
        engine = follower.engine()
    except StoreError as error:
        reason = (
            str(error).replace(f"{follower.index}/", "").replace(f"{follower.index}", follower.index.name)
        )
        raise NotReadyError(reason) from None
    ready: ReadyResponse = {"status": "ready", "generation": engine.generation, "documents": len(engine)}
    if warning := follower.warning(engine):
        ready["warning"] = warning
    return ready
