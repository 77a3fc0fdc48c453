"""The version of a page that is shown for all of its near copies that match.

The best of them decides the place among the hits. Shown is the newest that matches about as well, since a
reader wants the current page, unless an older one alone has what the query asks for.
"""

from collections.abc import Sequence
from typing import NamedTuple

from zhsearch.search.ranking import constants

MAX_LISTED = 20
"""Other versions that a hit lists; all are counted."""


class VersionMatch(NamedTuple):
    """How well a version matches: the optional clauses that it has, where these come before the score, and
    the score."""

    clauses: int
    score: float


def shown_version(matches: Sequence[VersionMatch]) -> int:
    """The place of the version to show; the matches are those of all versions that match, the newest
    first."""
    clauses, score = max(matches)
    least = constants.VERSION_SHARE * score
    return next(
        place for place, match in enumerate(matches) if match.clauses == clauses and match.score >= least
    )
