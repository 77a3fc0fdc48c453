"""The interface of the engines: protocols and records of plain values."""

from zhsearch.index.fields import DATE_FACETS
from zhsearch.search.engine.address import url_variants
from zhsearch.search.engine.backend import Backend, Follower
from zhsearch.search.engine.follower import EngineFollower
from zhsearch.search.engine.protocol import (
    DATE_FILTER,
    FACETS,
    Completion,
    CompletionKind,
    Engine,
    FacetValue,
    Hit,
    IndexStats,
    Line,
    Page,
    ScoreDetail,
    SearchResult,
)
from zhsearch.search.engine.selected_facets import selected_values

__all__ = [
    "DATE_FACETS",
    "DATE_FILTER",
    "FACETS",
    "Backend",
    "Completion",
    "CompletionKind",
    "Engine",
    "EngineFollower",
    "FacetValue",
    "Follower",
    "Hit",
    "IndexStats",
    "Line",
    "Page",
    "ScoreDetail",
    "SearchResult",
    "selected_values",
    "url_variants",
]
