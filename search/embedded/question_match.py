"""A question in, evidence for every page out: the pairs of characters that it shares with the question.

People do not ask in the words of the page that answers: 首長從什麼時候開始民選 is answered by a page that has
民選縣長. Words that are cut otherwise, or are new to every dictionary, meet in their pairs of characters;
single characters add a little. What a pair or a character says is its rarity alone: that a page has it, not
how often, since the n-grams of a page are kept without places.
"""

from itertools import pairwise

import numpy as np

from zhsearch.search.embedded.hits import ScoredPages, intersect, sum_union
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.ranking.bm25f import idf
from zhsearch.search.ranking.questions import BIGRAM_WEIGHT, MAX_NGRAMS, UNIGRAM_WEIGHT, WORD_RUN, Question


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
            found.append(ScoredPages(pages, np.full(len(pages), BIGRAM_WEIGHT * pairs[pair])))
    hits = sum_union(found)
    singles = []
    for single in list(dict.fromkeys("".join(runs)))[:MAX_NGRAMS]:
        pages = snapshot.pages_with(single)
        here = intersect(pages, hits.pages)
        if len(here):
            singles.append(
                ScoredPages(here, np.full(len(here), UNIGRAM_WEIGHT * idf(len(pages), snapshot.count)))
            )
    return sum_union([hits, *singles]), Question(asked, pairs)
