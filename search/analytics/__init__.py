"""Query statistics, proposals for the owner's word files, relevance metrics, and why a page is found."""

from zhsearch.search.analytics.diagnosis import (
    MAX_DEPTH,
    Diagnosis,
    ScoredHit,
    as_written,
    diagnose,
    diagnosis_json,
    find_document,
)
from zhsearch.search.analytics.dictionary_proposals import Proposal, propose_synonyms, propose_words
from zhsearch.search.analytics.evaluation import (
    JudgedQuery,
    JudgedSet,
    evaluate,
    metrics_of,
    rank_of,
    read_judged,
    unknown_pages,
    with_known_addresses,
)
from zhsearch.search.analytics.query_log import CountedSearch, QueryLog
from zhsearch.search.analytics.report_page import report_json, report_page, style_hash
from zhsearch.search.analytics.search_counts import (
    DayCount,
    SearchCounts,
    TextCount,
    delete_search_counts,
    read_search_counts,
)
from zhsearch.search.analytics.search_report import CountedText, SearchReport, make_report

__all__ = [
    "MAX_DEPTH",
    "CountedSearch",
    "CountedText",
    "DayCount",
    "Diagnosis",
    "JudgedQuery",
    "JudgedSet",
    "Proposal",
    "QueryLog",
    "ScoredHit",
    "SearchCounts",
    "SearchReport",
    "TextCount",
    "as_written",
    "delete_search_counts",
    "diagnose",
    "diagnosis_json",
    "evaluate",
    "find_document",
    "make_report",
    "metrics_of",
    "propose_synonyms",
    "propose_words",
    "rank_of",
    "read_judged",
    "read_search_counts",
    "report_json",
    "report_page",
    "style_hash",
    "unknown_pages",
    "with_known_addresses",
]
