"""How much a word says for a page: BM25F, one saturation over the weighted frequencies of all fields.

Source: Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted fields" (2004).
"""

import math

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.arrays import Array, IntArray, Scores
from zhsearch.index.fields import TEXT_FIELDS

K1 = 1.2
B = {"title": 0.4, "heading": 0.5, "body": 0.75, "label": 0.3, "code": 0.75}
FIELD_WEIGHTS = {"title": 4.0, "heading": 1.5, "body": 1.0, "label": 1.5, "code": 0.5}
SUBSTRING_WEIGHT = 0.4
"""Weighted frequency of a word that a page has within other words only."""
TITLE_WEIGHT = 1.5
"""How many times its rarity a word in the title is worth besides: readers search for what a page is about.
The saturation of BM25F takes a title for one more occurrence in the text."""
_TITLE_B = 0.3


class FieldNorms:
    """What one occurrence of a term in a field weighs on each page: less where the field is long.

    Made of lengths (field, page) in terms and of their means, (field,); see `mean_lengths`.
    """

    def __init__(self, lengths: Array, means: Scores) -> None:
        relative = [lengths[row] / max(means[row], 1.0) for row in range(len(TEXT_FIELDS))]
        self._norms: dict[str, Scores] = {
            field: FIELD_WEIGHTS[field] / (1.0 - B[field] + B[field] * relative[row])
            for row, field in enumerate(TEXT_FIELDS)
        }
        self._titles: Scores = TITLE_WEIGHT / (
            1.0 - _TITLE_B + _TITLE_B * relative[TEXT_FIELDS.index("title")]
        )

    def weighted_frequency(self, field: str, pages: IntArray, frequencies: Array) -> Scores:
        """The weighted frequencies of a term in a field."""
        weighted: Scores = self._norms[field][pages] * frequencies
        return weighted

    def title_score(self, pages: IntArray, matching: int, count: int) -> Scores:
        """What a word is worth in the titles of some pages, where `matching` of `count` pages have it."""
        points: Scores = self.title_weight(pages) * idf(matching, count)
        return points

    def title_weight(self, pages: IntArray) -> Scores:
        """How many times its rarity a word is worth in the titles of some pages."""
        times: Scores = self._titles[pages]
        return times


def mean_lengths(lengths: Array, live: NDArray[np.bool_]) -> Scores:
    """The mean length of each field over the live pages; `lengths` (field, page), `live` (page,)."""
    means: Scores = lengths.sum(axis=1, where=live, dtype=np.float64) / max(int(live.sum()), 1)
    return means


def saturate(weighted: Scores, matching: int, pages: int) -> Scores:
    """The score of weighted frequencies for a word that `matching` of `pages` pages have."""
    score: Scores = weighted * (idf(matching, pages) * (K1 + 1.0)) / (weighted + K1)
    return score


def idf(matching: int, pages: int) -> float:
    """What it says that a page has something which `matching` of `pages` pages have."""
    return math.log1p((pages - matching + 0.5) / (matching + 0.5))


assert set(B) == set(FIELD_WEIGHTS) == set(TEXT_FIELDS)
