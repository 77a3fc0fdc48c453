"""Re-ranking of the best hits by the words of their titles, or by a dense passage in their texts.

Scores of words ignore their positions. For the few hits at the top it is cheap to read titles and texts: a
title may have every word, side by side, as the reader remembers it, and one passage most bigrams of a
question.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from zhsearch.search.query import Phrase, Query, Word, primary
from zhsearch.search.ranking import constants
from zhsearch.search.ranking.proximity import answer_score, title_points
from zhsearch.search.ranking.questions import Question


class Rerank(NamedTuple):
    """How many of the best hits are re-ranked, and the points of one of them by its folded text: the title
    alone, or with `reads_text` the title and all blocks."""

    depth: int
    reads_text: bool
    points: Callable[[str], float]


def rerank_for(query: Query, question: Question | None, *, relaxed: bool) -> Rerank | None:
    """The re-ranking of a query's hits; None where the order stays as it is.

    `question` is what the hits were matched as, if as a question. `relaxed` hits of a list of words are
    ordered by the number of words that they have, and stay so.
    """
    if query.sort != "relevance":
        return None
    if question:
        return Rerank(constants.RERANKED_TEXTS, True, partial(answer_score, question))
    nodes = map(primary, query.should)
    words = [node.pattern for node in nodes if isinstance(node, Word | Phrase)]
    if len(words) < 2 or relaxed:
        return None
    return Rerank(constants.RERANKED_TITLES, False, partial(title_points, words))
