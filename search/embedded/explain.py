"""Explanations of scores: the share of each word and phrase of a query in the score of a hit.

While a query is evaluated, the scores of its words and phrases on all pages are noted. The score of a hit is
the sum of the notes for its page and of the points that re-ranking added.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import IntArray
from zhsearch.search.embedded.hits import ScoredPages, membership
from zhsearch.search.engine import ScoreDetail


class ScoreNote(NamedTuple):
    """The scores of one word or phrase on all pages that match it; see ScoreDetail for `what` and `channel`.

    `weights` are (field, weighted frequencies) of a word or phrase, `title` is its score in titles.
    """

    what: str
    channel: str
    hits: ScoredPages
    weights: Sequence[tuple[str, ScoredPages]] = ()
    title: ScoredPages | None = None

    def restrict(self, pages: IntArray) -> "ScoreNote":
        """The note restricted to some pages; the weights stay as they are."""
        inside = membership(pages, self.hits.pages)
        return self._replace(hits=ScoredPages(self.hits.pages[inside], self.hits.points[inside]))

    def scaled(self, factor: float) -> "ScoreNote":
        """The note with its scores multiplied."""
        title = self.title and self.title.scaled(factor)
        return self._replace(hits=self.hits.scaled(factor), title=title)

    def as_writing(self) -> "ScoreNote":
        """The note of a word as that of another writing of a word."""
        return self._replace(channel="writing")

    def detail_for(self, page: int) -> ScoreDetail | None:
        """The score on one page, shared among fields in proportion to the weights; None where it has none."""
        score = _score_on(self.hits, page)
        if not score:
            return None
        weights = {field: _score_on(hits, page) for field, hits in self.weights}
        title = _score_on(self.title, page) if self.title else 0.0
        total = sum(weights.values())
        shares = {field: (score - title) * weight / total for field, weight in weights.items() if weight}
        if title:
            shares["title"] = shares.get("title", 0.0) + title
        only = next(iter(shares)) if len(shares) == 1 else ""
        is_part = only in ("inside", "beginning") and self.channel == "word"
        channel = only if is_part else self.channel
        return ScoreDetail(self.what, channel, score, shares)


def score_details(notes: Sequence[ScoreNote], page: int, reranked: float) -> list[ScoreDetail]:
    """The details of the score of a page, the largest first; `reranked`: the points that re-ranking added."""
    details = [detail for note in notes if (detail := note.detail_for(page))]
    if reranked:
        details.append(ScoreDetail("", "look", reranked, {}))
    return sorted(details, key=lambda detail: -detail.score)


def _score_on(hits: ScoredPages, page: int) -> float:
    place = int(np.searchsorted(hits.pages, page))
    return float(hits.points[place]) if place < len(hits.pages) and hits.pages[place] == page else 0.0
