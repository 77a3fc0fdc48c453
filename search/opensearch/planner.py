"""Plans for a query on OpenSearch: search requests, the strictest selection first.

They evaluate the selections of `ranking.policy`. A plan is one request; the next one is sent where it finds
nothing.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from zhsearch.search.opensearch.facets import FacetValues
from zhsearch.search.opensearch.query_dsl import EVERY, Dsl, Translator, all_of, constant_score, contains_text
from zhsearch.search.opensearch.searcher import ClusterIndex
from zhsearch.search.query import Node, Not, Query
from zhsearch.search.ranking import (
    Question,
    Rerank,
    Selection,
    bigram_score,
    clause_shares,
    constants,
    idf,
    minimum_should_match,
    musts_match_alone,
    names_missing,
    naming_clauses,
    needed,
    question_ngrams,
    required_order,
    rerank_for,
    score_floor,
    selections,
    unigram_score,
)

STEP = 1024.0
"""Added to a score for each matched clause where their number ranks first; more than any score."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One search request.

    `query` scores; `full` are the pages that match all clauses, where a match may lack some, and `strong`
    those that are no weak hits, where hits tell what they lack; `named` are those whose title names the
    query, if the next plan follows where there are any, and no hit is among them; `stepped` says that STEPs
    are in the scores; `question` is what pages are matched as, if as a question; `companion` a search to send
    in the same request, whose response decides about the next plan.
    """

    query: Dsl
    full: Dsl | None = None
    strong: Dsl | None = None
    named: Dsl | None = None
    stepped: bool = False
    question: Question | None = None
    companion: Dsl | None = None

    def rerank(self, query: Query) -> Rerank | None:
        """The re-ranking of its hits, as far as it is known before the response. None where there is none."""
        return rerank_for(query, self.question, relaxed=self.stepped and not query.is_question)


class Outcome(NamedTuple):
    """The number of hits of a plan that do not suffice, and the response to its companion."""

    hits: int
    companion: Mapping[str, Any] | None


Plans = Generator[Plan, Outcome, None]
"""The plans for a query; takes the outcome of the last one."""


class Planner:
    """Plans one query on an index of `pages` pages.

    `filters` are the queries of `filters_of`. `boosted`: scores are multiplied by the site owner's factors.
    `prefetch`: queries whose counts are needed later, requested with the planner's own. `explain`: clauses
    get names, which the response reports with their scores.
    """

    def __init__(
        self,
        index: ClusterIndex,
        query: Query,
        filters: Mapping[str, Dsl],
        *,
        pages: int,
        values: FacetValues,
        boosted: bool,
        prefetch: Sequence[Dsl],
        explain: bool,
    ) -> None:
        self._index = index
        self._query = query
        self._filters = list(filters.values())
        self._pages = pages
        self._boosted = boosted
        self._explain = explain
        required = required_order(query)
        self._translator = Translator(
            required,
            query.should,
            count=index.counts,
            pages=pages,
            facet_keys=values.keys,
            prefetch=prefetch,
            explain=explain,
        )
        self._required = [self._translator.filtering(node) for node in required]
        self._required_scores = self._scoring([node for node in required if not isinstance(node, Not)])

    def plans(self) -> Plans:
        """The plans, each made on demand."""
        for selection in selections(self._query):
            if selection is Selection.ALL:
                yield from self._all_or_named()
            elif selection is Selection.MOST:
                yield from self._most()
            else:
                yield self._by_score()

    def _scoring(self, nodes: Sequence[Node]) -> list[Dsl]:
        return list(map(self._translator.scoring, nodes))

    def _optional(self) -> list[Dsl]:
        """The pages of each optional clause."""
        return list(map(self._translator.filtering, self._query.should))

    def _scored(self, must: Sequence[Dsl], should: Sequence[Dsl]) -> Dsl:
        """The pages that match the required clauses and `must`, scored by these and by `should`."""
        query: Dsl = {
            "bool": {
                "filter": [EVERY, *self._required],
                "must": [*self._required_scores, *must],
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

    def _all(self) -> Plan:
        """Pages that match all clauses."""
        return Plan(self._scored(self._scoring(self._query.should), ()))

    def _all_or_named(self) -> Plans:
        """Pages that match every clause; where no title of theirs names the query, those whose title does."""
        named = self._named()
        if named is not None:
            named = all_of([*self._required, named])
        outcome = yield replace(self._all(), named=named)
        if named is None or not outcome.hits:
            return
        optional = self._optional()
        shares = self._shares(optional)
        full = self._full(optional)
        names = [
            constant_score(clause, 0.0, name) for clause, name in zip(optional, self._names(), strict=True)
        ]
        query = self._scored((), [*self._scoring(self._query.should), *names])
        matches = {"bool": {"must": [query], "filter": [{"bool": {"should": [full, named]}}]}}
        yield Plan(matches, full, _with_share(shares, constants.WEAK_QUERY_SHARE))

    def _named(self) -> Dsl | None:
        """The pages that their titles name; None where no title can."""
        should = self._query.should
        sets = naming_clauses(self._query, self._clause_shares()) if len(should) > 1 else ()
        titled = [all_of(self._translator.titling(should[place]) for place in places) for places in sets]
        return {"bool": {"should": titled}} if titled else None

    def _counted(self, each: Dsl, half: float) -> Dsl:
        """The scores of matched clauses, and `half` of the largest where the title names the page."""
        named = self._named()
        return {"dis_max": {"queries": [each, constant_score(named, half)]}} if named else each

    def _most(self) -> Plans:
        """Pages that match a minimum number of clauses and have a minimum share of the query, ordered by that
        number: first half of the clauses, and only if there is no such page as many as some page has."""
        query, optional = self._query, self._optional()
        half, shares = minimum_should_match(len(optional)), self._shares(optional)
        each = {"bool": {"should": [constant_score(clause, 1.0) for clause in optional]}}
        counted = {
            "bool": {
                "must": [self._counted(each, half)],
                "filter": [_with_share(shares, constants.MIN_QUERY_SHARE)],
            }
        }
        # With a companion, OpenSearch reports which named clauses matched, but not their scores.
        companion = None if self._explain else self._best_search(counted)
        outcome = yield self._with_at_least(half, optional, shares, companion=companion)
        best = int(_best_score(outcome.companion) or self._best(counted, filtered=self._explain))
        least = needed(query, best)
        if least == len(optional):
            yield self._all()
        elif least < half:
            yield self._with_at_least(least, optional, shares)

    def _with_at_least(
        self, least: int, optional: Sequence[Dsl], shares: Sequence[Dsl], *, companion: Dsl | None = None
    ) -> Plan:
        """Pages that match at least so many of the optional clauses. A title that names the query counts as
        half of them."""
        names = self._names()
        steps = [constant_score(clause, STEP, name) for clause, name in zip(optional, names, strict=True)]
        matched = {"bool": {"should": steps, "minimum_should_match": least}}
        half = STEP * minimum_should_match(len(optional))
        enough = {
            "bool": {
                "must": [self._counted(matched, half)],
                "filter": [_with_share(shares, constants.MIN_QUERY_SHARE)],
            }
        }
        scored = self._scored((), self._scoring(self._query.should))
        query = {"bool": {"must": [scored, enough]}}
        strong = _with_share(shares, constants.WEAK_QUERY_SHARE)
        return Plan(query, self._full(optional), strong, stepped=True, companion=companion)

    def _names(self) -> list[str | None]:
        """The names of the optional clauses, by which the response tells which of them a hit matches."""
        named = names_missing(self._query)
        return [clause_name(number) if named else None for number in range(len(self._query.should))]

    def _shares(self, optional: Sequence[Dsl]) -> list[Dsl]:
        """The optional clauses, each with its share of the query as its score."""
        shares = zip(optional, self._clause_shares(), strict=True)
        return [constant_score(clause, share) for clause, share in shares]

    def _clause_shares(self) -> list[float]:
        return clause_shares(self._query, self._translator.optional_counts, self._pages)

    def _full(self, optional: Sequence[Dsl]) -> Dsl:
        """Pages that match all clauses, as a filter."""
        return all_of([*self._required, *optional])

    def _by_score(self) -> Plan:
        """Pages whose score for a question is above the floor, and those that match all clauses."""
        clauses = self._scoring(self._query.should)
        if musts_match_alone(self._query):
            clauses.append(constant_score(EVERY, 0.0))
        scores, question = self._question(clauses)
        optional = self._optional()
        full = self._full(optional)
        least = score_floor(self._best(scores))
        enough = {"function_score": {"query": scores, "min_score": least}}
        whole = {"bool": {"must": [scores], "filter": [full]}}
        # A page of both has the same score in both.
        query = self._scored(
            [{"dis_max": {"queries": [enough, whole]}}],
            [
                constant_score(clause, 0.0, name)
                for clause, name in zip(optional, self._names(), strict=True)
                if name
            ],
        )
        named = names_missing(self._query)
        strong = _with_share(self._shares(optional), constants.WEAK_QUERY_SHARE) if named else None
        return Plan(query, full, strong, question=question)

    def _question(self, clauses: Sequence[Dsl]) -> tuple[Dsl, Question]:
        """The scores of the pages that match one of the scored `clauses` or share a bigram with the question;
        and the question with its bigrams' IDF."""
        text, pages = self._query.question_text, self._pages
        ngrams = question_ngrams(text)
        queries = [contains_text(ngram) for ngram in (*ngrams.bigrams, *ngrams.unigrams)]
        counted = zip((*ngrams.bigrams, *ngrams.unigrams), self._index.counts(queries), strict=True)
        # A count may still have a page that was deleted since.
        matching = {ngram: min(count, pages) for ngram, count in counted if count}
        bigrams = [ngram for ngram in ngrams.bigrams if ngram in matching]
        unigrams = [ngram for ngram in ngrams.unigrams if ngram in matching]
        shared = [self._shared(ngram, bigram_score(matching[ngram], pages)) for ngram in bigrams]
        scores = {
            "bool": {
                "must": [{"bool": {"should": [*clauses, *shared], "minimum_should_match": 1}}],
                "should": [self._shared(ngram, unigram_score(matching[ngram], pages)) for ngram in unigrams],
            }
        }
        return scores, Question(text, {ngram: idf(matching[ngram], pages) for ngram in bigrams})

    def _shared(self, ngram: str, score: float) -> Dsl:
        return constant_score(contains_text(ngram), score, f"pairs|0|{ngram}" if self._explain else None)

    def _best(self, query: Dsl, *, filtered: bool = True) -> float:
        """The best score of a page that passes the filters, or of any page where none does."""
        if filtered and (best := _best_score(self._index.search(self._best_search(query)))):
            return best
        return _best_score(self._index.search(self._best_search(query, filtered=False)))

    def _best_search(self, query: Dsl, *, filtered: bool = True) -> Dsl:
        """The search for the page with the best score."""
        filters = [*self._required, *self._filters] if filtered else self._required
        matches = {"bool": {"must": [query], "filter": filters}}
        return {"size": 1, "_source": False, "track_total_hits": False, "query": matches}


def clause_name(number: int) -> str:
    """The name of an optional clause."""
    return f"clause|{number}"


def _with_share(shares: Sequence[Dsl], least: float) -> Dsl:
    """The pages that match clauses whose scores add up to at least so much."""
    return {"function_score": {"query": {"bool": {"should": list(shares)}}, "min_score": least}}


def _best_score(response: Mapping[str, Any] | None) -> float:
    """The score of the best hit, 0 where there is none."""
    hits = response["hits"]["hits"] if response else []
    return float(hits[0]["_score"]) if hits else 0.0
