"""The outcome of a search and the name of its endpoint, for metrics, logs and query statistics.

The view records the outcome in the WSGI environment; it is read when the response is complete.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from flask import Request

_OUTCOME = "zhsearch.outcome"

AnswerSource = Literal["made", "kept", "unchanged"]
"""The source of an answer: computed, cached by this worker, or cached by the browser (304)."""


class SearchOutcome(NamedTuple):
    """The outcome of one search. `total` is the number of hits, None where it is not known; `suggested`: the
    answer has a suggestion; `language` is the site's language that was searched, empty for all."""

    source: AnswerSource
    total: int | None
    relaxed: bool = False
    suggested: bool = False
    language: str = ""


def outcome_of(environ: Mapping[str, Any]) -> SearchOutcome | None:
    """The recorded outcome; None if the request is not a search."""
    outcome: SearchOutcome | None = environ.get(_OUTCOME)
    return outcome


def record_outcome(environ: dict[str, Any], outcome: SearchOutcome) -> None:
    """Record the outcome of a search."""
    environ[_OUTCOME] = outcome


def endpoint_name(request: Request) -> str | None:
    """The name of the view that answers, without its blueprint; None if no route matches. Metrics and logs
    have it as a label, which must not change when a view moves to another blueprint."""
    endpoint = request.endpoint
    return endpoint.rpartition(".")[2] if endpoint else None
