"""Questions, scored by the character bigrams and unigrams that a page shares with them.

A question seldom has the words of the page that answers it: 首長從什麼時候開始民選 is answered by a page that
has 民選縣長. Words that are segmented otherwise, or are in no dictionary, still share character bigrams;
unigrams add a little. An n-gram scores its IDF, not its frequency: the n-gram index has no positions.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from zhsearch.search.ranking import constants
from zhsearch.search.ranking.bm25f import idf

_WORD_RUN = re.compile(r"\w+")


class Question(NamedTuple):
    """A folded question, and the IDF of each of its bigrams that some page has."""

    text: str
    bigrams: Mapping[str, float]


class QuestionNgrams(NamedTuple):
    """The distinct n-grams of a question, in order. `bigrams` make a page match, `unigrams` only score."""

    bigrams: list[str]
    unigrams: list[str]


def question_ngrams(text: str) -> QuestionNgrams:
    """The n-grams of a folded question, within its runs of letters; the first MAX_NGRAMS of either kind."""
    runs: list[str] = _WORD_RUN.findall(text)
    bigrams = dict.fromkeys(first + second for run in runs for first, second in pairwise(run))
    unigrams = dict.fromkeys("".join(runs))
    limit = constants.MAX_NGRAMS
    return QuestionNgrams(list(bigrams)[:limit], list(unigrams)[:limit])


def bigram_score(matching: int, pages: int) -> float:
    """The score of a shared bigram that `matching` of `pages` pages have."""
    return constants.BIGRAM_WEIGHT * idf(matching, pages)


def unigram_score(matching: int, pages: int) -> float:
    """The score of a shared character that `matching` of `pages` pages have."""
    return constants.UNIGRAM_WEIGHT * idf(matching, pages)


def score_floor(best: float) -> float:
    """The score that a page needs to match a question, where the best page has `best`."""
    return constants.SCORE_FLOOR * best
