"""Near copies of a page as one hit: OpenSearch's `collapse` keeps the match of each group that ranks first.

The other versions of the hits that are shown come from one more search, only where a hit has any.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from zhsearch.search.opensearch.mapping import GROUP, VERSION_PLACE
from zhsearch.search.opensearch.planner import STEP
from zhsearch.search.opensearch.query_dsl import Dsl, all_of
from zhsearch.search.opensearch.searcher import ClusterIndex
from zhsearch.search.ranking import VersionMatch, shown_version

GROUP_FIELDS = (GROUP, VERSION_PLACE)

_MAX_COUNTED = 40_000  # groups that are counted without an error; the most that OpenSearch allows
_MAX_VERSIONS = 10_000


class ClusterHit(NamedTuple):
    """A hit: its id, its score without STEPs, the points that re-ranking added, and the scores of its named
    clauses, 0 where the response has only names. `clauses` counts the STEPs; `group` is that of its near
    copies, if it has any."""

    id: str
    score: float
    reranked: float
    named: Mapping[str, float]
    clauses: int = 0
    group: str | None = None

    @property
    def total(self) -> float:
        """Its score, re-ranked."""
        return self.score + self.reranked


def cluster_hit(hit: Mapping[str, Any], *, stepped: bool) -> ClusterHit:
    """The hit in a response; `stepped`: its score has STEPs."""
    score = float(hit["_score"] or 0.0)
    named = hit.get("matched_queries") or {}
    named = named if isinstance(named, Mapping) else dict.fromkeys(named, 0.0)
    fields = hit.get("fields", {})
    group = group_of(hit) if VERSION_PLACE in fields else None
    clauses, points = divmod(score, STEP) if stepped else (0, score)
    return ClusterHit(hit["_id"], points, 0.0, named, int(clauses), group)


def group_of(hit: Mapping[str, Any]) -> str:
    """The group of a hit in a response."""
    return str(hit["fields"][GROUP][0])


def collapsing(filters: Mapping[str, Dsl]) -> tuple[Dsl, Dsl]:
    """What collapses hits, and the aggregation that counts them."""
    count = {"cardinality": {"field": GROUP, "precision_threshold": _MAX_COUNTED}}
    return {"field": GROUP}, {"filter": all_of(filters.values()), "aggs": {"count": count}}


def total_of(response: Mapping[str, Any]) -> int:
    """The number of hits on all pages of results."""
    groups = response["aggregations"].get("groups")
    return int(groups["count"]["value"] if groups else response["hits"]["total"]["value"])


def firsts(hits: Sequence[Mapping[str, Any]], seen: set[str]) -> Iterator[Mapping[str, Any]]:
    """The first hit of each group that is not `seen`; adds them there."""
    for hit in hits:
        if (group := group_of(hit)) not in seen:
            seen.add(group)
            yield hit


def with_versions(
    index: ClusterIndex,
    query: Dsl,
    filters: Mapping[str, Dsl],
    hits: Sequence[ClusterHit],
    *,
    stepped: bool,
    by_date: bool,
) -> list[tuple[ClusterHit, list[str]]]:
    """The hit to show for each hit, and the ids of its other versions that match, newest first.

    `by_date`: hits are sorted by date, and shown as they are.
    """
    groups = {hit.group for hit in hits if hit.group}
    found = _matching(index, query, filters, groups, stepped=stepped) if groups else {}
    return [_shown(hit, found.get(hit.group or "", []), by_date=by_date) for hit in hits]


def _shown(hit: ClusterHit, versions: list[ClusterHit], *, by_date: bool) -> tuple[ClusterHit, list[str]]:
    shown = hit
    if versions and not by_date:
        place = shown_version([VersionMatch(version.clauses, version.score) for version in versions])
        shown = versions[place]._replace(reranked=hit.reranked)
    return shown, [version.id for version in versions if version.id != shown.id]


def _matching(
    index: ClusterIndex, query: Dsl, filters: Mapping[str, Dsl], groups: Collection[str], *, stepped: bool
) -> dict[str, list[ClusterHit]]:
    """The matches of some groups, newest first."""
    body = {
        "size": _MAX_VERSIONS,
        "track_scores": True,
        "_source": False,
        "docvalue_fields": list(GROUP_FIELDS),
        "query": {
            "bool": {"must": [query], "filter": [{"terms": {GROUP: sorted(groups)}}, *filters.values()]}
        },
        "sort": [{VERSION_PLACE: "asc"}],
    }
    found: dict[str, list[ClusterHit]] = {}
    for hit in index.search(body)["hits"]["hits"]:
        found.setdefault(group_of(hit), []).append(cluster_hit(hit, stepped=stepped))
    return found
