"""A question in, evidence for every page out: the pairs of characters that it shares with the question.

People do not ask in the words of the page that answers: 首長從什麼時候開始民選 is answered by a page that has
民選縣長. Words that are cut otherwise, or are new to every dictionary, meet in their pairs of characters;
single characters add a little. What a pair or a character says is its rarity alone: that a page has it, not
how often, since the n-grams of a page are kept without places. Of the best pages the texts are looked at:
what answers a question says it in one sentence.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from search.score import rarity
from search.sets import Hits, added, both
from search.snapshot import Snapshot

PAIR, SINGLE, NEAR = 0.6, 0.5, 0.3
"""What a pair weighs, a single character, and a pair once more that stands near others; a word weighs 1.
`make ranking` tells what each is good for."""

NAMED = 2.0
"""Points for a page whose title the question names."""

FLOOR = 0.4
"""The part of the best page's score that a page must have to be a match."""

WINDOW = 20
"""Characters that are near each other."""

_RUN = re.compile(r"\w+")
_MOST = 64  # pairs and characters of one question; what comes later is asked for in words alone
_MOST_PLACES = 64  # of a pair on one page


class Question(NamedTuple):
    """What is asked, folded, and what each of its pairs says that some page has."""

    asked: str
    pairs: Mapping[str, float]


def weigh(snapshot: Snapshot, asked: str, words: list[Hits]) -> tuple[Hits, Question]:
    """The pages that have a word or a pair of what is asked, with all that they have of it added up."""
    runs: list[str] = _RUN.findall(asked)
    grams = dict.fromkeys(first + second for run in runs for first, second in pairwise(run))
    pairs: dict[str, float] = {}
    found = list(words)
    for pair in list(grams)[:_MOST]:
        pages = snapshot.pages_with(pair)
        if len(pages):
            pairs[pair] = rarity(len(pages), snapshot.count)
            found.append(Hits(pages, np.full(len(pages), PAIR * pairs[pair])))
    hits = added(found)
    singles = []
    for single in list(dict.fromkeys("".join(runs)))[:_MOST]:
        pages = snapshot.pages_with(single)
        here = both(pages, hits.pages)
        if len(here):
            singles.append(Hits(here, np.full(len(here), SINGLE * rarity(len(pages), snapshot.count))))
    return added([hits, *singles]), Question(asked, pairs)


def second_look(question: Question, folded: str) -> float:
    """What the text of a page, its title the first line, adds to its score."""
    title = folded[: folded.find("\n")]
    named = len(title) > 1 and title in question.asked
    return NEAR * nearness(folded, question.pairs) + NAMED * named


def nearness(text: str, pairs: Mapping[str, float]) -> float:
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
        while places[first][0] < at - WINDOW:
            gone, old = places[first][1], places[first][0]
            if inside.get(gone) == old:
                del inside[gone]
                now -= pairs[gone]
            first += 1
        best = max(best, now)
    return best
