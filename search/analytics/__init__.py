"""Query statistics, proposals for the owner's word files, relevance metrics, and why a page is found."""

from zhsearch.search.analytics.diagnosis import Diagnosis, ScoredHit, diagnose
from zhsearch.search.analytics.dictionary_proposals import Proposal, propose_synonyms, propose_words
from zhsearch.search.analytics.evaluation import evaluate, read_judged
from zhsearch.search.analytics.query_log import QueryLog, delete_query_log, read_query_log

__all__ = [
    "Diagnosis",
    "Proposal",
    "QueryLog",
    "ScoredHit",
    "delete_query_log",
    "diagnose",
    "evaluate",
    "propose_synonyms",
    "propose_words",
    "read_judged",
    "read_query_log",
]
