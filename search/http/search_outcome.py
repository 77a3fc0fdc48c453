"""What a request is counted as: the name of its endpoint, and the outcome of its search.

The view that answers notes the outcome in the WSGI environment; metrics and query statistics read it when the
response is complete.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from flask import Request

from zhsearch.search.api import SearchResponse

_OUTCOME = "zhsearch.outcome"

AnswerSource = Literal["made", "kept", "unchanged"]
"""Where an answer came from: computed, cached by this worker, or cached by the browser (304)."""


class SearchOutcome(NamedTuple):
    """The outcome of one search. `total` is the number of pages found, None where it is not known."""

    source: AnswerSource
    total: int | None
    relaxed: bool


def outcome_of(environ: Mapping[str, Any]) -> SearchOutcome | None:
    """The outcome that was noted; None where the request is not a search."""
    outcome: SearchOutcome | None = environ.get(_OUTCOME)
    return outcome


def note_outcome(environ: dict[str, Any], outcome: SearchOutcome) -> None:
    """Note the outcome of a search."""
    environ[_OUTCOME] = outcome


def record_outcome(environ: dict[str, Any], source: AnswerSource, answer: SearchResponse) -> None:
    """Note the outcome of a search whose answer is at hand."""
    note_outcome(environ, SearchOutcome(source, answer["total"], answer["relaxed"]))


def endpoint_name(request: Request) -> str | None:
    """The name of the view that answers, without its blueprint; None where no route matches. It is a label in
    metrics and logs, which must not change when a view moves to another blueprint."""
    return request.endpoint.rpartition(".")[2] if request.endpoint else None
