"""A question in, evidence for every page out: the pairs of characters that it shares with the question.

People do not ask in the words of the page that answers: 首長從什麼時候開始民選 is answered by a page that has
民選縣長. Words that are cut otherwise, or are new to every dictionary, meet in their pairs of characters;
single characters add a little. What a pair or a character says is its rarity alone: that a page has it, not
how often, since the n-grams of a page are kept without places.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from zhsearch.search.embedded.hits import ScoredPages, intersect, sum_union
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.ranking.bm25f import idf

PAIR, SINGLE = 0.6, 0.5
"""What a pair weighs and a single character; a word weighs 1. `make ranking` tells what each is good for."""

SCORE_FLOOR = 0.4
"""The part of the best page's score that a page must have to be a match."""

WORD_RUN = re.compile(r"\w+")
MAX_NGRAMS = 64  # pairs and characters of one question; what comes later is asked for in words alone


class Question(NamedTuple):
    """What is asked, folded, and what each of its pairs says that some page has."""

    text: str
    bigrams: Mapping[str, float]


def match_question(snapshot: Snapshot, asked: str, words: list[ScoredPages]) -> tuple[ScoredPages, Question]:
    """The pages that have a word or a pair of what is asked, with all that they have of it added up."""
    runs: list[str] = WORD_RUN.findall(asked)
    grams = dict.fromkeys(first + second for run in runs for first, second in pairwise(run))
    pairs: dict[str, float] = {}
    found = list(words)
    for pair in list(grams)[:MAX_NGRAMS]:
        pages = snapshot.pages_with(pair)
        if len(pages):
            pairs[pair] = idf(len(pages), snapshot.count)
            found.append(ScoredPages(pages, np.full(len(pages), PAIR * pairs[pair])))
    hits = sum_union(found)
    singles = []
    for single in list(dict.fromkeys("".join(runs)))[:MAX_NGRAMS]:
        pages = snapshot.pages_with(single)
        here = intersect(pages, hits.pages)
        if len(here):
            singles.append(ScoredPages(here, np.full(len(here), SINGLE * idf(len(pages), snapshot.count))))
    return sum_union([hits, *singles]), Question(asked, pairs)
