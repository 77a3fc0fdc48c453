"""The named clauses that a hit matched in, the parts that its score is the sum of out."""

from collections import defaultdict
from collections.abc import Mapping

from zhsearch.search.engine.protocol import ScoreDetail
from zhsearch.search.opensearch.mapping import FIELD_TERMS, TERMS

_LEAST = 1e-3  # of a factor's doing; less is rounding
_LEAST_SHARE = 0.01  # of the text's share: it is what is left of weights that were rounded


def score_details(asked: str, named: Mapping[str, float], score: float, look: float) -> list[ScoreDetail]:
    """All parts of a score, the largest first. What the clauses do not sum up to the owner's factors did."""
    points: dict[str, dict[str, float]] = defaultdict(dict)  # by channel, then by number and text
    for name, worth in named.items():
        channel, _, what = name.partition("|")
        points[channel][what] = float(worth)
    parts = [_word(what, worth, points) for what, worth in points["word"].items()]
    parts += [
        ScoreDetail(_text(what), "inside", worth, {"inside": worth})
        for what, worth in points["inside"].items()
    ]
    for what, worth in points["phrase"].items():
        whole = worth + points["phrase title"].get(what, 0.0)
        fields = ("title", "text") if what in points["phrase title"] else ("text",)
        parts.append(ScoreDetail(_text(what), "phrase", whole, dict.fromkeys(fields, whole / len(fields))))
    if points["pairs"]:
        parts.append(ScoreDetail(asked, "pairs", sum(points["pairs"].values()), {}))
    rest = score - sum(part.score for part in parts)
    if abs(rest) > _LEAST * max(score, 1.0):
        parts.append(ScoreDetail("", "boost", rest, {}))
    if look:
        parts.append(ScoreDetail("", "look", look, {}))
    return sorted(parts, key=lambda part: -part.score)


def _word(what: str, worth: float, points: Mapping[str, Mapping[str, float]]) -> ScoreDetail:
    """What a word is worth, by field in proportion to what it weighs there, and in the title besides."""
    weights = {field: points[terms][what] for field, terms in FIELD_TERMS.items() if what in points[terms]}
    whole = points[TERMS].get(what) or sum(weights.values())
    text = whole - sum(weights.values())
    if text > _LEAST_SHARE * whole:
        weights["body"] = text
    whole = sum(weights.values())
    shares = {field: worth * weight / whole for field, weight in weights.items()}
    if title := points["title"].get(what, 0.0):
        shares["title"] = shares.get("title", 0.0) + title
    return ScoreDetail(_text(what), "word", worth + title, shares)


def _text(what: str) -> str:
    return what.partition("|")[2]
