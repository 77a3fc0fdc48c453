"""What a search noted in, why each of its hits is one out.

The matcher notes what every part of a query is worth on all pages; a hit's score is the sum of what was noted
for its page, and of what a second look at it gave.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import IntArray
from zhsearch.search.embedded.hits import ScoredPages, membership
from zhsearch.search.engine.protocol import ScoreDetail


class ScoreNote(NamedTuple):
    """What something is worth on all pages that have it, and of a word what it weighs in each field."""

    what: str
    channel: str
    hits: ScoredPages
    weights: Sequence[tuple[str, ScoredPages]] = ()
    title: ScoredPages | None = None

    def restrict(self, pages: IntArray) -> "ScoreNote":
        """The same of some pages alone."""
        kept = membership(pages, self.hits.pages)
        return self._replace(hits=ScoredPages(self.hits.pages[kept], self.hits.points[kept]))

    def detail_for(self, page: int) -> ScoreDetail | None:
        """What it is worth on one page."""
        score = _on(self.hits, page)
        if not score:
            return None
        weights = {field: _on(hits, page) for field, hits in self.weights}
        title = _on(self.title, page) if self.title else 0.0
        whole = sum(weights.values())
        shares = {field: (score - title) * weight / whole for field, weight in weights.items() if weight}
        if title:
            shares["title"] = shares.get("title", 0.0) + title
        channel = "inside" if list(shares) == ["inside"] else self.channel
        return ScoreDetail(self.what, channel, score, shares)


def score_details(notes: Sequence[ScoreNote], page: int, look: float) -> list[ScoreDetail]:
    """All parts of the score of a page, the largest first."""
    parts = [part for note in notes if (part := note.detail_for(page))]
    if look:
        parts.append(ScoreDetail("", "look", look, {}))
    return sorted(parts, key=lambda part: -part.score)


def _on(hits: ScoredPages, page: int) -> float:
    at = int(np.searchsorted(hits.pages, page))
    return float(hits.points[at]) if at < len(hits.pages) and hits.pages[at] == page else 0.0
