"""BM25F: the score of a word on a page, with one saturation over the weighted frequencies of all fields.

Source: Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted fields" (2004).
"""

import math

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.arrays import Array, IntArray, Scores
from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.search.ranking import constants


class FieldNorms:
    """The weight of one occurrence of a term in each field of each page; less where the field is long.

    `lengths` (field, page) are numbers of terms, `means` (field,) their means: see `mean_lengths`.
    """

    def __init__(self, lengths: Array, means: Scores) -> None:
        relative = [lengths[row] / max(means[row], 1.0) for row in range(len(TEXT_FIELDS))]
        self._norms: dict[str, Scores] = {}
        for row, field in enumerate(TEXT_FIELDS):
            b = constants.B[field]
            self._norms[field] = constants.FIELD_WEIGHTS[field] / (1.0 - b + b * relative[row])
        b = constants.TITLE_B
        self._titles: Scores = constants.TITLE_WEIGHT / (1.0 - b + b * relative[TEXT_FIELDS.index("title")])

    def weighted_frequency(self, field: str, pages: IntArray, frequencies: Array) -> Scores:
        """The weighted frequencies of a term in a field; `pages` and `frequencies` are its postings."""
        weighted: Scores = self._norms[field].take(pages) * frequencies
        return weighted

    def title_score(self, pages: IntArray, matching: int, count: int) -> Scores:
        """The score of a word in the titles of `pages`, where `matching` of `count` pages have the word."""
        scores: Scores = self.title_weight(pages) * idf(matching, count)
        return scores

    def title_weight(self, pages: IntArray) -> Scores:
        """The factor of a word's IDF in the titles of `pages`."""
        weights: Scores = self._titles.take(pages)
        return weights


def mean_lengths(lengths: Array, live: NDArray[np.bool_]) -> Scores:
    """The mean length of each field over the live pages; `lengths` (field, page), `live` (page,)."""
    means: Scores = lengths.sum(axis=1, where=live, dtype=np.float64) / max(int(live.sum()), 1)
    return means


def saturate(weighted: Scores, matching: int, pages: int) -> Scores:
    """The scores of weighted frequencies for a word that `matching` of `pages` pages have."""
    k1 = constants.K1
    scores: Scores = weighted * (idf(matching, pages) * (k1 + 1.0)) / (weighted + k1)
    return scores


def idf(matching: int, pages: int) -> float:
    """The inverse document frequency, as Lucene's BM25 has it, of what `matching` of `pages` pages have."""
    return math.log1p((pages - matching + 0.5) / (matching + 0.5))
