"""Constants and the record of question matching, the same for every engine."""

import re
from collections.abc import Mapping
from typing import NamedTuple

BIGRAM_WEIGHT = 0.6
"""The weight of a shared bigram, where a word has 1. `make ranking` measures what it contributes."""

UNIGRAM_WEIGHT = 0.5
"""The weight of a shared character, where a word has 1."""

SCORE_FLOOR = 0.4
"""The part of the best page's score that a page must have to be a match."""

WORD_RUN = re.compile(r"\w+")

MAX_NGRAMS = 64  # pairs and characters of one question; what comes later is asked for in words alone


class Question(NamedTuple):
    """What is asked, folded, and what each of its pairs says that some page has."""

    text: str
    bigrams: Mapping[str, float]
