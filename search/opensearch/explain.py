"""The named clauses that a hit matched in, the parts that its score is the sum of out."""

from collections import defaultdict
from collections.abc import Mapping

from search.explain import Part

_LEAST = 1e-3  # of a factor's doing; less is rounding


def parts_of(named: Mapping[str, float], score: float, look: float) -> list[Part]:
    """All parts of a score, the largest first. What the clauses do not sum up to the owner's factors did."""
    points: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for name, worth in named.items():
        channel, _, what = name.partition("|")
        field = {"word": "text", "inside": "inside", "phrase": "text"}.get(channel, "title")
        kind = {"title": "word", "phrase title": "phrase"}.get(channel, channel)
        points[kind, what][field] = float(worth)
    parts = []
    for (kind, what), fields in points.items():
        parts.append(Part(what, kind, sum(fields.values()), {} if kind == "pairs" else fields))
    rest = score - sum(part.score for part in parts)
    if abs(rest) > _LEAST * max(score, 1.0):
        parts.append(Part("", "boost", rest, {}))
    if look:
        parts.append(Part("", "look", look, {}))
    return sorted(parts, key=lambda part: -part.score)
