"""The site owner's boosts as one factor for each page of a snapshot."""

from collections.abc import Mapping

import numpy as np

from zhsearch.index.arrays import Scores, unpack_strings
from zhsearch.index.boosts import BoostRules
from zhsearch.search.embedded.explain import ScoreNote
from zhsearch.search.embedded.hits import ScoredPages
from zhsearch.search.embedded.matcher import MatchResult
from zhsearch.search.embedded.snapshot import Snapshot


class Boosts:
    """Multiplies scores by factors that are computed once, when an index is opened.

    A manifest's boosts (name: factor) take effect at query time, so that a change of them needs no analysis.
    """

    def __init__(self, factors: Mapping[str, float], snapshot: Snapshot) -> None:
        rules = BoostRules(factors)
        self._factors: Scores | None = _factors(rules, snapshot) if rules else None

    def apply(self, matched: MatchResult, notes: list[ScoreNote] | None) -> MatchResult:
        """The matches with their scores multiplied; `notes` gets the difference for each page."""
        if self._factors is None:
            return matched
        score: Scores = matched.score * self._factors[matched.pages]
        if notes is not None:
            notes.append(ScoreNote("", "boost", ScoredPages(matched.pages, score - matched.score)))
        return matched._replace(score=score)


def _factors(rules: BoostRules, snapshot: Snapshot) -> Scores:
    """The factor of each page, (page,) float64."""
    factors: Scores = np.array([rules.folder_factor(path) for path in _paths(snapshot)], dtype=np.float64)
    tags = snapshot.facets["tag"]
    for key, factor in rules.tag_factors:
        tag = tags.by_key.get(key)
        if tag is not None:
            factors[tags.pages_of((tag,))] *= factor
    return factors


def _paths(snapshot: Snapshot) -> list[str]:
    """The path of each page, deleted ones as well."""
    return [
        path.decode("utf-8", "surrogatepass")
        for segment in snapshot.segments
        for path in unpack_strings(segment.arrays["path"], segment.arrays["path.starts"])
    ]
