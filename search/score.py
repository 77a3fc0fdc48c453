"""How much a word says for a page: BM25F, one saturation over the weighted frequencies of all fields.

Source: Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted fields" (2004).
"""

import numpy as np
from numpy.typing import NDArray

from index.schema import TEXT_FIELDS

Scores = NDArray[np.float64]

K1 = 1.2
B = {"title": 0.4, "heading": 0.5, "body": 0.75, "label": 0.3}
WEIGHT = {"title": 4.0, "heading": 1.5, "body": 1.0, "label": 1.5}
SUBSTRING = 0.4
"""Weighted frequency of a word that a page has within other words only."""


def weighted_frequency(field: str, frequencies: NDArray[np.int64], lengths: Scores, mean: float) -> Scores:
    """Frequencies of a term in a field, weighted by the field and normed by its length."""
    b = B[field]
    normed: Scores = WEIGHT[field] * frequencies / (1.0 - b + b * lengths / max(mean, 1.0))
    return normed


def saturate(weighted: Scores, matching: int, pages: int) -> Scores:
    """The score of weighted frequencies for a word that `matching` of `pages` pages have."""
    rarity = np.log1p((pages - matching + 0.5) / (matching + 0.5))
    score: Scores = rarity * weighted * (K1 + 1.0) / (weighted + K1)
    return score


assert set(B) == set(WEIGHT) == set(TEXT_FIELDS)
