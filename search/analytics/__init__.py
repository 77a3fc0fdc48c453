"""Query statistics, proposals for the owner's word files, relevance metrics, and why a page is found."""

from zhsearch.search.analytics.diagnosis import Diagnosis, ScoredHit, diagnose
from zhsearch.search.analytics.dictionary_proposals import Proposal, propose_synonyms, propose_words
from zhsearch.search.analytics.evaluation import JudgedSet, evaluate, read_judged, unknown_pages
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
    "CountedSearch",
    "CountedText",
    "DayCount",
    "Diagnosis",
    "JudgedSet",
    "Proposal",
    "QueryLog",
    "ScoredHit",
    "SearchCounts",
    "SearchReport",
    "TextCount",
    "delete_search_counts",
    "diagnose",
    "evaluate",
    "make_report",
    "propose_synonyms",
    "propose_words",
    "read_judged",
    "read_search_counts",
    "report_json",
    "report_page",
    "style_hash",
    "unknown_pages",
]
