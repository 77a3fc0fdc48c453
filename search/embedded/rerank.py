"""The best pages of a query in, points for what only a look at them shows out.

Scores add up what words say, wherever they stand. Of the few pages at the top it is cheap to see more: do
the words stand side by side in the title, as someone types who remembers it? Does one place of the text say
what a question asks?
"""

from collections.abc import Callable
from typing import NamedTuple

from zhsearch.search.embedded.matcher import MatchResult
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query.ast import Word
from zhsearch.search.query.model import Query
from zhsearch.search.ranking.proximity import answer_score, title_proximity


class Rerank(NamedTuple):
    """How many of the best pages are looked at, and what one of them (its number) deserves."""

    depth: int
    points: Callable[[int], float]


def rerank_for(query: Query, matched: MatchResult, snapshot: Snapshot) -> Rerank | None:
    """How to look at the pages that a query matched; None where it shows nothing."""
    question = matched.question
    if question:
        return Rerank(10, lambda page: answer_score(question, snapshot.stored(page).folded))
    words = [node.pattern for node in query.should if isinstance(node, Word)]
    if len(words) < 2 or matched.relaxed:
        return None
    return Rerank(30, lambda page: title_proximity(words, snapshot.title(page)))
