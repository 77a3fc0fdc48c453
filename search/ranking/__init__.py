"""The ranking policy and its constants, the same for every engine."""

from zhsearch.search.ranking.bm25f import FieldNorms, idf, mean_lengths, saturate
from zhsearch.search.ranking.key_terms import frequent_words, key_terms, shared_tag_score
from zhsearch.search.ranking.policy import (
    ScanBudget,
    Selection,
    inside_weight,
    minimum_should_match,
    musts_match_alone,
    needed,
    required_order,
    selections,
    writing_factors,
)
from zhsearch.search.ranking.query_share import clause_shares, is_weak, names_missing, naming_clauses
from zhsearch.search.ranking.questions import (
    Question,
    bigram_score,
    question_ngrams,
    score_floor,
    unigram_score,
)
from zhsearch.search.ranking.rerank import Rerank, rerank_for
from zhsearch.search.ranking.versions import MAX_LISTED, VersionMatch, shown_version

__all__ = [
    "MAX_LISTED",
    "FieldNorms",
    "Question",
    "Rerank",
    "ScanBudget",
    "Selection",
    "VersionMatch",
    "bigram_score",
    "clause_shares",
    "frequent_words",
    "idf",
    "inside_weight",
    "is_weak",
    "key_terms",
    "mean_lengths",
    "minimum_should_match",
    "musts_match_alone",
    "names_missing",
    "naming_clauses",
    "needed",
    "question_ngrams",
    "required_order",
    "rerank_for",
    "saturate",
    "score_floor",
    "selections",
    "shared_tag_score",
    "shown_version",
    "unigram_score",
    "writing_factors",
]
