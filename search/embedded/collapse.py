"""Near copies of a page as one hit: each group keeps the match that ranks first, and hits show the newest.

The groups are those of the generation; see `index.pipeline.near_copies`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import IntArray
from zhsearch.search.embedded.matcher import MatchResult
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query import Query
from zhsearch.search.ranking import VersionMatch, shown_version

_CLAUSE = 1e6  # more points than any score has, so that a page with more clauses is the better one


class Versions(NamedTuple):
    """The page that a hit shows, its score without re-ranking, and its other versions that match, newest
    first."""

    page: int
    score: float
    others: Sequence[int] = ()


def collapse(matched: MatchResult, query: Query, snapshot: Snapshot) -> MatchResult:
    """The matches with one page of each group: the one that ranks first, before re-ranking."""
    groups, copies = snapshot.group, snapshot.is_copy
    if groups is None or copies is None or query.all_versions:
        return matched
    is_copy = copies[matched.pages]
    places = is_copy.nonzero()[0]
    if len(places) < 2:
        return matched
    firsts = _firsts(matched, places, groups[matched.pages[places]], query, snapshot)
    if len(firsts) == len(places):
        return matched
    mask = ~is_copy
    mask[firsts] = True
    return matched.narrowed(mask)


def _firsts(
    matched: MatchResult, places: IntArray, group: IntArray, query: Query, snapshot: Snapshot
) -> IntArray:
    """Of the matches at some places, which are of some groups, the place of the first one of each group."""
    if query.sort == "relevance":
        points = matched.score[places]
        if matched.matched_clauses is not None:
            points = points + _CLAUSE * matched.matched_clauses[places]
        best = np.full(len(snapshot.copies) + 1, -np.inf)
        np.maximum.at(best, group, points)
        is_best = points == best[group]
        places, group = places[is_best], group[is_best]
    dates = (snapshot.oldest if query.sort == "oldest" else snapshot.newest)[matched.pages[places]]
    first = np.full(len(snapshot.copies) + 1, snapshot.size)
    np.minimum.at(first, group, dates)
    return places[np.flatnonzero(dates == first[group])]


def versions_of(
    pages: Sequence[int], scores: Sequence[float], matched: MatchResult, query: Query, snapshot: Snapshot
) -> list[Versions]:
    """What hits show for the pages that `collapse` left of the matches; sorted by date, those themselves."""
    group = None if snapshot.group is None or query.all_versions else snapshot.group[pages]
    if group is None or not group.any():
        return list(map(Versions, pages, scores))
    copies = [snapshot.copies[number - 1] if number else () for number in group.tolist()]
    members = np.array([member for group in copies for member in group], dtype=np.int64)
    places = np.minimum(matched.pages.searchsorted(members), max(len(matched.pages) - 1, 0))
    matches = (matched.pages[places] == members).tolist() if len(members) else []
    counts = matched.matched_clauses
    clauses = [0] * len(members) if counts is None else counts[places].tolist()
    found = zip(members.tolist(), matches, clauses, matched.score[places].tolist(), strict=True)
    return [
        _shown(page, score, [next(found) for _ in group], by_date=query.sort != "relevance")
        for page, score, group in zip(pages, scores, copies, strict=True)
    ]


def _shown(
    page: int, score: float, copies: Sequence[tuple[int, bool, int, float]], *, by_date: bool
) -> Versions:
    """The version to show for a page; `copies` are its group, newest first: page, whether it matches,
    clauses, score."""
    matching = [copy for copy in copies if copy[1]]
    if len(matching) < 2:
        return Versions(page, score)
    if by_date:
        shown = next(copy for copy in matching if copy[0] == page)
    else:
        shown = matching[shown_version([VersionMatch(clauses, points) for *_, clauses, points in matching])]
    return Versions(shown[0], shown[3], [copy[0] for copy in matching if copy is not shown])
