"""Re-ranking scores: word order in the title, density of a passage."""

from collections.abc import Mapping
from itertools import pairwise

from zhsearch.search.ranking.questions import Question

TITLE_ADJACENT = 2.0
"""Points for a title that has the words of a query in order, side by side; less where they are apart."""

TITLE_PREFIX = 1.0
"""Points for a title that begins with them."""

PASSAGE_WEIGHT = 0.3
"""What a pair of characters of a question that stands near others weighs once more, beside BIGRAM_WEIGHT."""

TITLE_NAMED = 2.0
"""Points for a page whose title a question names."""

PASSAGE_CHARS = 20
"""Characters that are near each other."""

_MOST_PLACES = 64  # of a pair on one page


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
