"""A question in, what its words and pairs are worth on all pages out; see `search.answering`."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from zhsearch.search.opensearch.query_dsl import Dsl, constant_score, contains_text
from zhsearch.search.opensearch.searcher import ClusterIndex
from zhsearch.search.ranking.bm25f import idf
from zhsearch.search.ranking.questions import (
    BIGRAM_WEIGHT,
    MAX_NGRAMS,
    SCORE_FLOOR,
    UNIGRAM_WEIGHT,
    WORD_RUN,
    Question,
)


class QuestionPlan(NamedTuple):
    """The query for a question, the part of the best score that a match must have, and what is looked for in
    the best pages."""

    query: Dsl
    floor: float
    looked_for: Question


def plan_question(
    index: ClusterIndex, asked: str, words: Sequence[Dsl], pages: int, *, named: bool
) -> QuestionPlan:
    """What answers a question that is `asked`, folded, in an index of `pages` pages."""
    runs: list[str] = WORD_RUN.findall(asked)
    pairs = list(dict.fromkeys(first + second for run in runs for first, second in pairwise(run)))[
        :MAX_NGRAMS
    ]
    singles = list(dict.fromkeys("".join(runs)))[:MAX_NGRAMS]
    counts = dict(
        zip([*pairs, *singles], index.counts([contains_text(one) for one in [*pairs, *singles]]), strict=True)
    )
    says = {gram: idf(min(count, pages), pages) for gram, count in counts.items() if count}

    def worth(gram: str, weight: float) -> Dsl:
        return constant_score(contains_text(gram), weight * says[gram], f"pairs|0|{gram}" if named else None)

    some = [*words, *(worth(pair, BIGRAM_WEIGHT) for pair in pairs if pair in says)]
    query = {
        "bool": {
            "must": [{"bool": {"should": some, "minimum_should_match": 1}}],
            "should": [worth(single, UNIGRAM_WEIGHT) for single in singles if single in says],
        }
    }
    looked_for = Question(asked, {pair: says[pair] for pair in pairs if pair in says})
    return QuestionPlan(query, SCORE_FLOOR, looked_for)
