"""The OpenSearch engine: answers queries on a cluster with a few requests each."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from zhsearch.index.analysis import Lexicon, Segmenter
from zhsearch.index.models import Document, PageMeta, SiteInfo
from zhsearch.search.engine import Completion, FacetValue, Hit, IndexStats, ScoreDetail, SearchResult
from zhsearch.search.opensearch.aliases import open_current_index
from zhsearch.search.opensearch.client import Client
from zhsearch.search.opensearch.collapse import ClusterHit, cluster_hit, total_of, with_versions
from zhsearch.search.opensearch.explanation import score_details
from zhsearch.search.opensearch.facets import (
    FacetValues,
    all_languages,
    all_tags,
    facets_of,
    filters_of,
    value_aggregations,
    values_of,
)
from zhsearch.search.opensearch.index_meta import version_error
from zhsearch.search.opensearch.mapping import VERSION
from zhsearch.search.opensearch.paging import response_to
from zhsearch.search.opensearch.planner import Outcome, Plan, Planner, Plans, clause_name
from zhsearch.search.opensearch.query_dsl import Dsl, has_term
from zhsearch.search.opensearch.related import find_document, related
from zhsearch.search.opensearch.searcher import ClusterIndex
from zhsearch.search.opensearch.term_dictionary import ClusterTermLookup, counted_for
from zhsearch.search.query import Filters, Query, Word
from zhsearch.search.query.latin import LatinWritings
from zhsearch.search.ranking import MAX_LISTED, names_missing, rerank_for
from zhsearch.search.suggest import LazySuggestions, han_and_latin_runs

if TYPE_CHECKING:
    from zhsearch.search.opensearch.completion import ClusterCompletions


def _having(word: str) -> Dsl:
    """The pages that have a word as a term."""
    return has_term(Word(word, word, "latin"))


class OpenSearchEngine:
    """Answers from the index behind the alias, in the state of one generation; safe to share between threads.

    `page_cache`: bytes of opened pages that are cached. Raises NoIndexError where there is no index,
    StoreError where the cluster does not answer or another version made the index.
    """

    def __init__(self, client: Client, *, page_cache: int = 0) -> None:
        live = open_current_index(client)
        if live.version != VERSION:
            raise version_error(live.name)
        self.name = live.name
        self.meta = live.meta()
        self._index = ClusterIndex(client, live.name, page_cache=page_cache)
        body = {"size": 0, "track_total_hits": True, "aggs": value_aggregations(self.meta.facets)}
        response = self._index.search(body)
        self._count = int(response["hits"]["total"]["value"])
        self._values = values_of(response["aggregations"], self.meta.facets)
        terms = ClusterTermLookup(client, self._index, self.generation)
        completions = partial(_make_completions, self._index, self._values, terms)
        self._suggestions = LazySuggestions(terms, completions)
        self._latin = LatinWritings(
            self._are_terms, lambda word: self._index.counts([_having(word)])[0], prefetch=self._are_terms
        )

    @property
    def generation(self) -> str:
        """See Engine."""
        return self.meta.generation

    @property
    def lexicon(self) -> Lexicon:
        """See Engine."""
        return self.meta.lexicon

    @property
    def facets(self) -> tuple[str, ...]:
        """See Engine."""
        return self.meta.facets

    @property
    def site(self) -> SiteInfo:
        """See Engine."""
        return self.meta.site

    @property
    def stats(self) -> IndexStats:
        """See Engine. The size is that of what was published last."""
        return IndexStats(datetime.fromisoformat(self.meta.created), self._count, self.meta.bytes)

    def __len__(self) -> int:
        return self._count

    def expand(self, query: Query) -> Query:
        """See Engine."""
        return self._latin.expand(query) if self.lexicon.other_writings else query

    def _are_terms(self, words: Sequence[str]) -> list[bool]:
        """Whether any page has a word as a term, for each of some words, in one request."""
        return list(map(bool, self._index.counts(list(map(_having, words)))))

    def search(self, query: Query) -> SearchResult:
        """See Engine."""
        return self._search(query)[0]

    def explain(self, query: Query) -> tuple[SearchResult, list[list[ScoreDetail]]]:
        """See Engine."""
        result, hits = self._search(query, explain=True)
        return result, [
            score_details(query.question_text, dict(hit.named), hit.score, hit.reranked) for hit in hits
        ]

    def did_you_mean(self, text: str, segmenter: Segmenter) -> str | None:
        """See Engine."""
        return self._suggestions.did_you_mean(text, segmenter)

    def complete(self, typed: str, count: int) -> list[Completion]:
        """See Engine."""
        return self._suggestions.completer.complete(typed, count)

    def warm(self) -> None:
        """See Engine."""
        self._suggestions.warm()

    def recent(self, count: int, lang: str | None = None) -> list[PageMeta]:
        """See Engine."""
        filters = Filters(langs=(lang,) if lang else (), first_day=1)
        query = Query(
            "", filters=filters, sort="newest", per_page=count, all_versions=True, counted_facets=()
        )
        result = self.search(query)
        return [hit.page.meta for hit in result.hits]

    def related(self, url: str, count: int, segmenter: Segmenter) -> list[Hit] | None:
        """See Engine."""
        return related(self._index, url, count, segmenter, pages=self._count)

    def document(self, url: str) -> Document | None:
        """See Engine."""
        return find_document(self._index, url)

    def tags(self) -> list[FacetValue]:
        """See Engine."""
        return all_tags(self._values)

    def languages(self) -> list[str]:
        """See Engine."""
        return all_languages(self._values)

    def _search(self, query: Query, *, explain: bool = False) -> tuple[SearchResult, list[ClusterHit]]:
        filters = filters_of(query.filters)
        planner = Planner(
            self._index,
            query,
            filters,
            pages=self._count,
            values=self._values,
            boosted=bool(self.meta.boosts),
            prefetch=_for_did_you_mean(query),
            explain=explain,
        )
        plan, response = _first_with_hits(
            planner.plans(),
            lambda plan: response_to(
                self._index, plan, query, filters, self.facets, collapsed=self._collapses(query)
            ),
        )
        aggregations, raw_hits = response["aggregations"], response["hits"]["hits"]
        relaxed = bool(aggregations.get("lacking", {}).get("doc_count"))
        tells = relaxed and names_missing(query)
        best = self._best(plan, query, raw_hits, relaxed=relaxed)
        by_date = query.sort != "relevance"
        versions = with_versions(
            self._index, plan.query, filters, best, stepped=plan.stepped, by_date=by_date
        )
        hits = [hit for hit, _ in versions]
        pages = self._index.pages([hit.id for hit in hits], _sources(raw_hits))
        result = SearchResult(
            total=total_of(response),
            relaxed=relaxed,
            hits=tuple(
                Hit(page, hit.total, _missing(hit, query) if tells else (), self._listed(others), len(others))
                for page, (hit, others) in zip(pages, versions, strict=True)
            ),
            matches=int(response["hits"]["total"]["value"]),
            facets=facets_of(aggregations, self._values, query),
            weak=tells and not aggregations.get("strong", {}).get("doc_count"),
        )
        return result, hits

    def _collapses(self, query: Query) -> bool:
        """Whether near copies are one hit."""
        return bool(self.meta.near_copies) and not query.all_versions

    def _listed(self, versions: Sequence[str]) -> tuple[PageMeta, ...]:
        """The other versions that a hit lists, of those with some ids."""
        return tuple(page.meta for page in self._index.pages(versions[:MAX_LISTED]))

    def _best(
        self, plan: Plan, query: Query, raw_hits: Sequence[Mapping[str, Any]], *, relaxed: bool
    ) -> list[ClusterHit]:
        """The hits of the requested page of results, in order; `raw_hits` begins with the best hit where that
        page has hits that may be re-ranked."""
        first = (query.page - 1) * query.per_page
        hits = [cluster_hit(hit, stepped=plan.stepped) for hit in raw_hits]
        planned = plan.rerank(query)
        if planned is None or first >= planned.depth:
            return hits[: query.per_page]
        if rerank := rerank_for(query, plan.question, relaxed=relaxed):
            best = raw_hits[: rerank.depth]
            texts = self._folded(best) if rerank.reads_text else _titles(best)
            top = [hit._replace(reranked=rerank.points(text)) for hit, text in zip(hits, texts, strict=False)]
            top.sort(key=lambda hit: -hit.total)  # stable: ties stay in the order of date and address
            hits = [*top, *hits[len(top) :]]
        return hits[first : first + query.per_page]

    def _folded(self, raw_hits: Sequence[Mapping[str, Any]]) -> list[str]:
        pages = self._index.pages([hit["_id"] for hit in raw_hits], _sources(raw_hits))
        return [page.folded for page in pages]


def _titles(raw_hits: Sequence[Mapping[str, Any]]) -> list[str]:
    return [hit.get("fields", {}).get("title.key", [""])[0] for hit in raw_hits]


def _make_completions(
    index: ClusterIndex, values: FacetValues, terms: ClusterTermLookup
) -> "ClusterCompletions":
    from zhsearch.search.opensearch.completion import ClusterCompletions  # noqa: PLC0415

    return ClusterCompletions(index, values, terms.term_sources)


def _first_with_hits(
    plans: Plans, respond: Callable[[Plan], tuple[dict[str, Any], dict[str, Any] | None]]
) -> tuple[Plan, dict[str, Any]]:
    """The first plan whose hits suffice, else the last; and the response to it."""
    plan = next(plans)
    response, companion = respond(plan)
    with suppress(StopIteration):
        while not _suffices(response):
            plan = plans.send(Outcome(response["hits"]["total"]["value"], companion))
            response, companion = respond(plan)
    return plan, response


def _suffices(response: Mapping[str, Any]) -> bool:
    """Whether there are hits, and one of those that the plan asks for, unless no page is one."""
    aggregations = response["aggregations"]
    if "named" not in aggregations or not response["hits"]["total"]["value"]:
        return bool(response["hits"]["total"]["value"])
    return bool(aggregations["named"]["doc_count"]) or not aggregations["nameable"]["pages"]["doc_count"]


def _missing(hit: ClusterHit, query: Query) -> tuple[int, ...]:
    """The optional clauses that a hit lacks."""
    return tuple(number for number in range(len(query.should)) if clause_name(number) not in hit.named)


def _sources(raw_hits: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {hit["_id"]: hit["_source"] for hit in raw_hits if "_source" in hit}


def _for_did_you_mean(query: Query) -> list[Dsl]:
    """What did-you-mean will count for this query, if it will be asked for."""
    if query.must or query.is_question or query.page > 1:
        return []
    return counted_for(han_and_latin_runs(query.text))
