"""Query statistics, proposals for the owner's word files, and relevance metrics."""

from zhsearch.search.analytics.dictionary_proposals import Proposal, propose_synonyms, propose_words
from zhsearch.search.analytics.evaluation import evaluate, read_judged
from zhsearch.search.analytics.query_log import QueryLog, delete_query_log, read_query_log

__all__ = [
    "Proposal",
    "QueryLog",
    "delete_query_log",
    "evaluate",
    "propose_synonyms",
    "propose_words",
    "read_judged",
    "read_query_log",
]
