"""The owner's factors for folders and tags in, one factor for each page out."""

from collections.abc import Mapping

import numpy as np

from zhsearch.index.analysis.folding import facet_key
from zhsearch.index.arrays import Scores, unpack_strings
from zhsearch.index.glob import glob
from zhsearch.search.embedded.explain import ScoreNote
from zhsearch.search.embedded.hits import ScoredPages
from zhsearch.search.embedded.matcher import MatchResult
from zhsearch.search.embedded.snapshot import Snapshot

_TAG = "tag:"
_PLAIN = 1.0


class Boosts:
    """Factors for scores: the nearest folder's that is named (`posts/news`; patterns may be used), times
    those of its tags (`tag:教程`). Pages that nothing is said of have 1."""

    def __init__(self, factors: Mapping[str, float], snapshot: Snapshot) -> None:
        self._factors: Scores | None = None
        if not factors:
            return
        of_pages: Scores = np.full(snapshot.size, _PLAIN)
        folders = {name: factor for name, factor in factors.items() if not name.startswith(_TAG)}
        if folders:
            of_pages *= _by_folder(folders, snapshot)
        tags = snapshot.facets["tag"]
        for name, factor in factors.items():
            tag = tags.by_key.get(facet_key(name.removeprefix(_TAG)))
            if name.startswith(_TAG) and tag is not None:
                of_pages[tags.pages_of((tag,))] *= factor
        self._factors = of_pages

    def apply(self, matched: MatchResult, notes: list[ScoreNote] | None) -> MatchResult:
        """What matched, with its scores multiplied; what that gave and took is noted."""
        if self._factors is None:
            return matched
        score: Scores = matched.score * self._factors[matched.pages]
        if notes is not None:
            notes.append(ScoreNote("", "boost", ScoredPages(matched.pages, score - matched.score)))
        return matched._replace(score=score)


def _by_folder(factors: Mapping[str, float], snapshot: Snapshot) -> Scores:
    """The factor of each page by its path: that of the longest name which is a folder above it."""
    names = sorted(factors, key=lambda name: (name.count("/"), len(name)))
    patterns = [(glob(f"{name}/**"), factors[name]) for name in names]
    found = []
    for part in snapshot.parts:
        for path in unpack_strings(part.arrays["path"], part.arrays["path.starts"]):
            text = path.decode("utf-8", "surrogatepass")
            found.append(next((f for pattern, f in reversed(patterns) if pattern.fullmatch(text)), _PLAIN))
    return np.array(found, dtype=np.float64)
