"""The details of a hit's score, from the named clauses that it matched.

OpenSearch reports the score of each named clause. The names are given by `query_dsl` and `planner`: a channel
or field, a number and a text, as in `word|0|docker`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from zhsearch.search.engine import ScoreDetail
from zhsearch.search.opensearch.mapping import FIELD_TERMS, TERMS

_MIN_BOOST_SHARE = 1e-3  # of the score; less is rounding
_MIN_BODY_SHARE = 0.01  # of a word's weight; less is left over from weights that were rounded

Scores = Mapping[str, Mapping[str, float]]
"""By channel or field, then by number and text."""


def score_details(
    question: str, named: Mapping[str, float], score: float, reranked: float
) -> list[ScoreDetail]:
    """All parts of a score, the largest first. `named` are the scores of clauses by name, `reranked` the
    points that re-ranking added. What is missing from the sum is due to the site owner's boosts."""
    scores: dict[str, dict[str, float]] = defaultdict(dict)
    for name, points in named.items():
        channel, _, text = name.partition("|")
        scores[channel][text] = float(points)
    numbered = [(text, _word(text, points, scores)) for text, points in scores["word"].items()]
    for channel in ("beginning", "inside"):
        for text, points in scores[channel].items():
            total = points + (scores["beginning title"].get(text, 0.0) if channel == "beginning" else 0.0)
            numbered.append((text, ScoreDetail(_text(text), channel, total, {channel: total})))
    numbered += [(text, _phrase(text, points, scores)) for text, points in scores["phrase"].items()]
    details = _best_writings(numbered)
    if scores["pairs"]:
        details.append(ScoreDetail(question, "pairs", sum(scores["pairs"].values()), {}))
    rest = score - sum(detail.score for detail in details)
    if abs(rest) > _MIN_BOOST_SHARE * max(score, 1.0):
        details.append(ScoreDetail("", "boost", rest, {}))
    if reranked:
        details.append(ScoreDetail("", "look", reranked, {}))
    return sorted(details, key=lambda detail: -detail.score)


def _best_writings(numbered: Iterable[tuple[str, ScoreDetail]]) -> list[ScoreDetail]:
    """The details without those of writings that another writing of the word is better than on this page.

    The number of a name begins with group.alternative/ for each word that it is a writing of.
    """
    details = [(tuple(number.partition("|")[0].split("/")[:-1]), detail) for number, detail in numbered]
    for depth in range(max((len(path) for path, _ in details), default=0), 0, -1):
        totals: dict[tuple[str, ...], float] = defaultdict(float)
        for path, detail in details:
            totals[path[:depth]] += detail.score
        best: dict[str, tuple[str, ...]] = {}
        for path in sorted(path for path in totals if len(path) == depth):
            group = path[-1].partition(".")[0]
            if group not in best or totals[path] > totals[best[group]]:
                best[group] = path
        details = [
            (path, detail)
            for path, detail in details
            if len(path) < depth or path[:depth] == best[path[depth - 1].partition(".")[0]]
        ]
    return [
        detail if all(part.endswith(".0") for part in path) else detail._replace(channel="writing")
        for path, detail in details
    ]


def _word(text: str, points: float, scores: Scores) -> ScoreDetail:
    """The score of a word, shared among fields in proportion to its weights there, and its title score."""
    weights = {field: scores[terms][text] for field, terms in FIELD_TERMS.items() if text in scores[terms]}
    total = scores[TERMS].get(text) or sum(weights.values())
    body = total - sum(weights.values())
    if body > _MIN_BODY_SHARE * total:
        weights["body"] = body
    total = sum(weights.values())
    points += scores["beginning title"].get(text, 0.0)
    shares = {field: points * weight / total for field, weight in weights.items()}
    if title := scores["title"].get(text, 0.0):
        shares["title"] = shares.get("title", 0.0) + title
    return ScoreDetail(_text(text), "word", points + title, shares)


def _phrase(text: str, points: float, scores: Scores) -> ScoreDetail:
    """The score of a phrase, in the text alone or half of it in the title."""
    in_title = scores["phrase title"]
    total = points + in_title.get(text, 0.0)
    fields = ("title", "text") if text in in_title else ("text",)
    return ScoreDetail(_text(text), "phrase", total, dict.fromkeys(fields, total / len(fields)))


def _text(name: str) -> str:
    return name.partition("|")[2]
