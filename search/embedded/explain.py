"""What a search noted in, why each of its hits is one out.

The matcher notes what every part of a query is worth on all pages; a hit's score is the sum of what was noted
for its page, and of what a second look at it gave.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.analysis.analyzer import query_tokens
from zhsearch.index.analysis.folding import fold, simplify_words
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.arrays import IntArray
from zhsearch.search.api.schema import QueryExplanation, ScoreDetailJson
from zhsearch.search.embedded.hits import ScoredPages, membership
from zhsearch.search.query.ast import Phrase, Word
from zhsearch.search.query.parser import Query


class ScoreDetail(NamedTuple):
    """A part of a hit's score. `channel` is how `what` was found: `word` (a term of the index), `inside`
    (in longer words only), `phrase`, `pairs` (characters that a page shares with a question), `boost` (what
    the owner's factors gave or took) or `look` (what a second look at the best pages gave). `fields` are
    the shares of the score by field, where it has some."""

    what: str
    channel: str
    score: float
    fields: Mapping[str, float]


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


def explain_query(query: Query, segmenter: Segmenter) -> QueryExplanation:
    """How a query's text was folded and cut, and what it was taken for."""
    return {
        "folded": simplify_words(fold(query.text).text),
        "words": [
            {
                "text": query.text[start + word.start : start + word.end],
                "term": word.term,
                "kind": word.kind,
                "function": word.is_function_word,
            }
            for start, end in query.spans
            for word in query_tokens(query.text[start:end], segmenter)
        ],
        "phrases": [node.pattern for node in query.positive() if isinstance(node, Phrase)],
        "asked_for": [node.term for node in query.positive() if isinstance(node, Word)],
        "asks": query.is_question_form,
        "question": query.is_question,
    }


def details_json(parts: Sequence[ScoreDetail]) -> list[ScoreDetailJson]:
    """Parts as plain values, rounded."""
    return [
        {
            "what": part.what,
            "channel": part.channel,
            "score": round(part.score, 4),
            "fields": {field: round(share, 4) for field, share in part.fields.items()},
        }
        for part in parts
    ]


def _on(hits: ScoredPages, page: int) -> float:
    at = int(np.searchsorted(hits.pages, page))
    return float(hits.points[at]) if at < len(hits.pages) and hits.pages[at] == page else 0.0
