"""Explanations as JSON types: how a query was parsed, and the details of a score."""

from collections.abc import Sequence

from zhsearch.index.analysis import Segmenter, fold_keeping_blanks, query_tokens, simplify_words
from zhsearch.search.api.schema import QueryExplanation, ScoreDetailJson
from zhsearch.search.engine import ScoreDetail
from zhsearch.search.query import Phrase, Query, Word


def explain_query(query: Query, segmenter: Segmenter) -> QueryExplanation:
    """How a query was folded and segmented, and whether it was taken for a question."""
    return {
        "folded": simplify_words(fold_keeping_blanks(query.text).text),
        "words": [
            {
                "text": query.text[start + token.start : start + token.end],
                "term": token.term,
                "kind": token.kind,
                "function": token.is_function_word,
            }
            for start, end in query.spans
            for token in query_tokens(query.text[start:end], segmenter)
        ],
        "phrases": [node.pattern for node in query.positive() if isinstance(node, Phrase)],
        "asked_for": [node.term for node in query.positive() if isinstance(node, Word)],
        "asks": query.is_question_form,
        "question": query.is_question,
    }


def details_json(details: Sequence[ScoreDetail]) -> list[ScoreDetailJson]:
    """The details of a score, rounded."""
    return [
        {
            "what": detail.what,
            "channel": detail.channel,
            "score": round(detail.score, 4),
            "fields": {field: round(share, 4) for field, share in detail.fields.items()},
        }
        for detail in details
    ]
