"""The outcome of a search, noted in the request for metrics and query statistics."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from zhsearch.search.api.schema import SearchResponse

_SEEN = "zhsearch.seen"


class SearchOutcome(NamedTuple):
    """What became of a search, to be counted: its answer was `made`, `kept` from before, or the browser's own
    (`unchanged`); how many pages were found, where that is known, and whether it was relaxed."""

    how: str
    total: int | None
    relaxed: bool


def outcome_of(environ: Mapping[str, Any]) -> SearchOutcome | None:
    """What was noted of a search; None where the request is none."""
    found: SearchOutcome | None = environ.get(_SEEN)
    return found


def record_outcome(environ: dict[str, Any], how: str, answer: SearchResponse) -> None:
    """Note what a search found."""
    environ[_SEEN] = SearchOutcome(how, answer["total"], answer["relaxed"])
