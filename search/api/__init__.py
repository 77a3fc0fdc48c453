"""The JSON API: parameters, response types, and the search itself."""

from zhsearch.search.api.completions import completions_json
from zhsearch.search.api.explanation import details_json, explain_query
from zhsearch.search.api.extras import Extras, read_extras
from zhsearch.search.api.parameter_names import check_names
from zhsearch.search.api.parameter_types import Param, StrParam
from zhsearch.search.api.parameters import SEARCH_FIELDS, SORTS, Parameters, read_parameters
from zhsearch.search.api.schema import (
    FacetsJson,
    HealthResponse,
    HitJson,
    Marks,
    PageJson,
    PassageJson,
    Problem,
    ReadyResponse,
    RecentResponse,
    RelatedResponse,
    SearchResponse,
    SuggestResponse,
    TagsResponse,
)
from zhsearch.search.api.search import page_json, run_search

__all__ = [
    "SEARCH_FIELDS",
    "SORTS",
    "Extras",
    "FacetsJson",
    "HealthResponse",
    "HitJson",
    "Marks",
    "PageJson",
    "Param",
    "Parameters",
    "PassageJson",
    "Problem",
    "ReadyResponse",
    "RecentResponse",
    "RelatedResponse",
    "SearchResponse",
    "StrParam",
    "SuggestResponse",
    "TagsResponse",
    "check_names",
    "completions_json",
    "details_json",
    "explain_query",
    "page_json",
    "read_extras",
    "read_parameters",
    "run_search",
]
