"""The Flask application: routes, caching, limits, errors, metrics."""

from zhsearch.search.http.app import create_app
from zhsearch.search.http.errors import problem_of
from zhsearch.search.http.limits import BODY_TOO_LARGE, MAX_BODY_BYTES, InFlight
from zhsearch.search.http.metrics import WorkerSlots
from zhsearch.search.http.services import services_of

__all__ = [
    "BODY_TOO_LARGE",
    "MAX_BODY_BYTES",
    "InFlight",
    "WorkerSlots",
    "create_app",
    "problem_of",
    "services_of",
]
