"""A Query in, the ways to ask for it out, the strictest first: the next one is for where one finds nothing.

As the embedded engine has it (`search.match`): pages must have all words, or, where none has, most; a
question is answered by what its pairs of characters say too.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhsearch.search.opensearch.facets import FacetValues
from zhsearch.search.opensearch.query_dsl import EVERY, Dsl, Translator, all_of, constant_score
from zhsearch.search.opensearch.relaxation import QuestionPlan, plan_question
from zhsearch.search.opensearch.searcher import ClusterIndex
from zhsearch.search.query.ast import Node, Not, Phrase, Word
from zhsearch.search.query.model import Query

STEP = 1024.0
"""What each wanted node adds to a score where the number of those that a page has comes first."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One way to ask: the scoring query; `full`, the pages that lack nothing, where some may; whether STEPs
    are in the scores; what the pairs of a question say, if it is one; a search to send `beside` it, whose
    response decides about the next way."""

    query: Dsl
    full: Dsl | None = None
    stepped: bool = False
    question: QuestionPlan | None = None
    beside: Dsl | None = None


Attempts = Generator[Plan, Mapping[str, Any] | None, None]
"""Ways to ask; takes the response to what was sent beside the last."""


class Planner:
    """Plans one query on an index of `pages` pages; `boosted`: by the owner's factors; `besides`: what is to
    be counted in the same request."""

    def __init__(
        self,
        index: ClusterIndex,
        query: Query,
        filters: Mapping[str, Dsl],
        *,
        pages: int,
        values: FacetValues,
        boosted: bool,
        besides: Sequence[Dsl],
        named: bool,
    ) -> None:
        self._index = index
        self._query = query
        self._filters = list(filters.values())
        self._pages = pages
        self._boosted = boosted
        self._named = named
        required = sorted(query.must, key=lambda node: isinstance(node, Not))
        self._translator = Translator(
            required,
            query.should,
            count=index.counts,
            pages=pages,
            labels=values.keys,
            besides=besides,
            named=named,
        )
        self._required = [self._translator.filtering(node) for node in required]
        self._worth = [self._translator.scoring(node) for node in required if not isinstance(node, Not)]

    def plans(self) -> Attempts:
        """The ways to ask, each made when it is asked for, told what came of the search beside the last."""
        query = self._query
        single = len(query.should) <= 1 and not query.is_question_form
        if single or not query.should or not query.is_question:
            yield self._strict()
        if single or not query.should:
            return
        full = all_of([*self._required, *map(self._translator.filtering, query.should)])
        if query.is_question_form:
            yield self._answering(full)
        else:
            yield from self._covering(full)

    def _strict(self) -> Plan:
        """Pages that have all."""
        return Plan(self._scored(self._each(self._query.should), ()))

    def _each(self, nodes: Sequence[Node]) -> list[Dsl]:
        return [self._translator.scoring(node) for node in nodes]

    def _scored(self, must: Sequence[Dsl], should: Sequence[Dsl]) -> Dsl:
        """What matches the required nodes and `must`, with what they and `should` are worth."""
        query: Dsl = {
            "bool": {
                "filter": [EVERY, *self._required],
                "must": [*self._worth, *must],
                "should": list(should),
                "minimum_should_match": 0,
            }
        }
        if self._boosted:
            factor = {"field": "boost", "missing": 1.0}
            return {
                "function_score": {"query": query, "field_value_factor": factor, "boost_mode": "multiply"}
            }
        return query

    def _covering(self, full: Dsl) -> Attempts:
        """Where the words are a list: pages that have most, by their number."""
        wanted = self._query.should
        matching = list(map(self._translator.filtering, wanted))
        half = (len(wanted) + 1) // 2
        counted = {
            "bool": {"should": [constant_score(one, 1.0) for one in matching], "minimum_should_match": 1}
        }
        # A search with another beside it tells of named clauses that they matched, and not by how much.
        asking = None if self._named else self._asking_best(counted)
        beside = yield self._having(half, matching, full, beside=asking)
        # No page that the filters leave has half of them.
        best = int(_best_score(beside) or self._best(counted, filtered=self._named))
        if best == len(wanted) and not self._query.is_question:
            yield self._strict()  # there are pages with all, which the filters leave out
        elif best < half:
            yield self._having(max(1, best), matching, full)

    def _having(self, needed: int, matching: Sequence[Dsl], full: Dsl, *, beside: Dsl | None = None) -> Plan:
        """Pages that have so many of the words."""
        steps = [constant_score(one, STEP) for one in matching]
        enough = {"bool": {"should": steps, "minimum_should_match": needed}}
        scored = self._scored((), self._each(self._query.should))
        return Plan({"bool": {"must": [scored, enough]}}, full, stepped=True, beside=beside)

    def _answering(self, full: Dsl) -> Plan:
        """Where they are a question: pages that answer it well enough."""
        query = self._query
        words = self._each(query.should)
        if any(isinstance(node, Word | Phrase) for node in query.must):
            # A page that has what is quoted is found, if it must be without any other word.
            words.append(constant_score(EVERY, 0.0))
        question = plan_question(self._index, query.question_text, words, self._pages, named=self._named)
        least = question.floor * self._best(question.query)
        enough = {"function_score": {"query": question.query, "min_score": least}}
        whole = {"bool": {"must": [question.query], "filter": [full]}}
        # What is in both has the same score in both.
        return Plan(self._scored([{"dis_max": {"queries": [enough, whole]}}], ()), full, question=question)

    def _best(self, query: Dsl, *, filtered: bool = True) -> float:
        """The best score of a page that the filters leave, or of any where they leave none."""
        if filtered and (best := _best_score(self._index.search(self._asking_best(query)))):
            return best
        return _best_score(self._index.search(self._asking_best(query, filtered=False)))

    def _asking_best(self, query: Dsl, *, filtered: bool = True) -> Dsl:
        filters = [*self._required, *self._filters] if filtered else self._required
        matches = {"bool": {"must": [query], "filter": filters}}
        return {"size": 1, "_source": False, "track_total_hits": False, "query": matches}


def _best_score(response: Mapping[str, Any] | None) -> float:
    """The score of the best hit, 0 where there is none."""
    hits = response["hits"]["hits"] if response else []
    return float(hits[0]["_score"]) if hits else 0.0
