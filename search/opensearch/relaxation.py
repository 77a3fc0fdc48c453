"""A question in, what its words and pairs are worth on all pages out; see `search.answering`."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from zhsearch.search.embedded.question_match import FLOOR, MOST, PAIR, RUN, SINGLE, Question
from zhsearch.search.opensearch.query_dsl import Dsl, constant, stands
from zhsearch.search.opensearch.searcher import Index
from zhsearch.search.ranking.bm25f import rarity


class Answering(NamedTuple):
    """The query for a question, the part of the best score that a match must have, and what is looked for in
    the best pages."""

    query: Dsl
    floor: float
    looked_for: Question


def answering(index: Index, asked: str, words: Sequence[Dsl], pages: int, *, named: bool) -> Answering:
    """What answers a question that is `asked`, folded, in an index of `pages` pages."""
    runs: list[str] = RUN.findall(asked)
    pairs = list(dict.fromkeys(first + second for run in runs for first, second in pairwise(run)))[:MOST]
    singles = list(dict.fromkeys("".join(runs)))[:MOST]
    counts = dict(
        zip([*pairs, *singles], index.counts([stands(one) for one in [*pairs, *singles]]), strict=True)
    )
    says = {gram: rarity(min(count, pages), pages) for gram, count in counts.items() if count}

    def worth(gram: str, weight: float) -> Dsl:
        return constant(stands(gram), weight * says[gram], f"pairs|0|{gram}" if named else None)

    some = [*words, *(worth(pair, PAIR) for pair in pairs if pair in says)]
    query = {
        "bool": {
            "must": [{"bool": {"should": some, "minimum_should_match": 1}}],
            "should": [worth(single, SINGLE) for single in singles if single in says],
        }
    }
    looked_for = Question(asked, {pair: says[pair] for pair in pairs if pair in says})
    return Answering(query, FLOOR, looked_for)
