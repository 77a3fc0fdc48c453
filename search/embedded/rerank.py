"""The best pages of a query in, points for what only a look at them shows out.

Scores add up what words say, wherever they stand. Of the few pages at the top it is cheap to see more: do
the words stand side by side in the title, as someone types who remembers it? Does one place of the text say
what a question asks?
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import NamedTuple

from zhsearch.search.embedded.matcher import MatchResult
from zhsearch.search.embedded.question_match import Question
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query.ast import Word
from zhsearch.search.query.parser import Query

TITLE_ADJACENT = 2.0
"""Points for a title that has the words of a query in order, side by side; less where they are apart."""

TITLE_PREFIX = 1.0
"""Points for a title that begins with them."""

PASSAGE_WEIGHT = 0.3
"""What a pair of characters of a question that stands near others weighs once more, beside PAIR."""

TITLE_NAMED = 2.0
"""Points for a page whose title a question names."""

PASSAGE_CHARS = 20
"""Characters that are near each other."""

_MOST_PLACES = 64  # of a pair on one page


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


def title_proximity(words: list[str], title: str) -> float:
    """What a folded title is worth for having folded words in their order, if it has them all."""
    start = at = title.find(words[0])
    if start < 0:
        return 0.0
    between = 0
    for word, next_word in pairwise(words):
        end = at + len(word)
        at = title.find(next_word, end)
        if at < 0:
            return 0.0
        between += len(title[end:at].strip())
    return TITLE_ADJACENT / (1 + between) + (0.0 if start else TITLE_PREFIX)


def answer_score(question: Question, folded: str) -> float:
    """What a page, its folded title the first line, is worth as the answer to a question."""
    title = folded[: folded.find("\n")]
    named = len(title) > 1 and title in question.text
    return PASSAGE_WEIGHT * passage_density(folded, question.bigrams) + TITLE_NAMED * named


def passage_density(text: str, pairs: Mapping[str, float]) -> float:
    """The most that different pairs say which stand within WINDOW of each other in a folded text."""
    places = []
    for pair in pairs:
        at, left = text.find(pair), _MOST_PLACES
        while at >= 0 and left:
            places.append((at, pair))
            at, left = text.find(pair, at + 1), left - 1
    places.sort()
    inside: dict[str, int] = {}  # pair: its last place
    best = now = 0.0
    first = 0
    for at, pair in places:
        if pair not in inside:
            now += pairs[pair]
        inside[pair] = at
        while places[first][0] < at - PASSAGE_CHARS:
            old, gone = places[first]
            if inside.get(gone) == old:
                del inside[gone]
                now -= pairs[gone]
            first += 1
        best = max(best, now)
    return best
