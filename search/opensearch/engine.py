"""The engine on a cluster: a Query in, asked of OpenSearch in a few requests, Found out."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from zhsearch.index.analysis.lexicon import Lexicon, lexicon_of
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.errors import NoIndexError, StoreError
from zhsearch.index.models import PageMeta
from zhsearch.search.deadline import time_limit
from zhsearch.search.engine.protocol import Completion, FacetValue, Hit, IndexStats, ScoreDetail, SearchResult
from zhsearch.search.opensearch.aliases import current_index
from zhsearch.search.opensearch.client import Client
from zhsearch.search.opensearch.explanation import score_details
from zhsearch.search.opensearch.facets import (
    all_tags,
    asking_values,
    facets_of,
    filters_of,
    values_of,
)
from zhsearch.search.opensearch.mapping import VERSION
from zhsearch.search.opensearch.paging import depth_of, response_to
from zhsearch.search.opensearch.planner import STEP, Attempts, Plan, Planner
from zhsearch.search.opensearch.query_dsl import Dsl
from zhsearch.search.opensearch.related import related
from zhsearch.search.opensearch.searcher import ClusterIndex
from zhsearch.search.opensearch.term_dictionary import ClusterTermLookup, counted_for
from zhsearch.search.query.ast import Word
from zhsearch.search.query.model import Filters, Query
from zhsearch.search.ranking.proximity import answer_score, title_proximity
from zhsearch.search.suggest.did_you_mean import DidYouMean, han_and_latin_runs

if TYPE_CHECKING:
    from zhsearch.search.opensearch.completion import ClusterCompletions


class _Hit(NamedTuple):
    """A hit: its id, what matched and by how much, whether it has STEPs in it, what a second look gave."""

    id: str
    score: float
    look: float
    named: Mapping[str, float]

    @property
    def points(self) -> float:
        return self.score + self.look


class OpenSearchEngine:
    """Answers from the index behind the alias, in the state that it has now; safe to share between threads.

    Raises NoIndexError where there is none, StoreError where the cluster does not answer.
    """

    def __init__(self, client: Client, *, page_cache: int = 0) -> None:
        live = current_index(client)
        if live is None or not live[1]:
            raise NoIndexError(f"no index {client.name} in OpenSearch yet. Make one: zhsearch reindex")
        name, self.meta = live
        if self.meta.get("version") != VERSION:
            raise StoreError(
                f"{name} was made by another version of zhsearch. Make it anew: zhsearch reindex"
            )
        self.name = name
        self._index = ClusterIndex(client, name, page_cache=page_cache)
        body = {"size": 0, "track_total_hits": True, "aggs": asking_values()}
        found = self._index.search(body)
        self._count = int(found["hits"]["total"]["value"])
        self._values = values_of(found["aggregations"])
        self._lexicon = lexicon_of(self.meta)
        self._shelf = ClusterTermLookup(client, self._index, self.generation)
        self._meant = DidYouMean(self._shelf)
        self._completions: ClusterCompletions | None = None
        self._lock = Lock()

    @property
    def generation(self) -> str:
        """See Engine."""
        return str(self.meta["generation"])

    @property
    def lexicon(self) -> Lexicon:
        """See Engine."""
        return self._lexicon

    @property
    def stats(self) -> IndexStats:
        """See Engine. The size is that of what was published last."""
        return IndexStats(datetime.fromisoformat(self.meta["created"]), self._count, self.meta["bytes"])

    def __len__(self) -> int:
        return self._count

    def search(self, query: Query) -> SearchResult:
        """See Engine."""
        return self._search(query, named=False)[0]

    def explain(self, query: Query) -> tuple[SearchResult, list[list[ScoreDetail]]]:
        """See Engine."""
        found, hits = self._search(query, named=True)
        return found, [score_details(query.question_text, hit.named, hit.score, hit.look) for hit in hits]

    def did_you_mean(self, text: str) -> str | None:
        """See Engine."""
        return self._meant.correct(text)

    def complete(self, typed: str, count: int) -> list[Completion]:
        """See Engine."""
        return self._completer().complete(typed, count)

    def warm(self) -> None:
        """See Engine."""
        _ = self._meant.words
        self._completer()

    def _completer(self) -> "ClusterCompletions":
        """Made when something is to be completed for the first time."""
        with self._lock:
            if self._completions is None:
                with time_limit(0):  # made for all requests, not on this one's account
                    from zhsearch.search.opensearch.completion import ClusterCompletions  # noqa: PLC0415

                    self._completions = ClusterCompletions(self._index, self._values, self._shelf.parts)
            return self._completions

    def recent(self, count: int, lang: str | None = None) -> list[PageMeta]:
        """See Engine."""
        filters = Filters(langs=(lang,) if lang else (), first_day=1)
        found = self._search(Query("", filters=filters, sort="newest", per_page=count), named=False)[0]
        return [row.page.meta for row in found.hits]

    def related(self, url: str, count: int, segmenter: Segmenter) -> list[Hit] | None:
        """See Engine."""
        return related(self._index, url, count, segmenter, pages=self._count)

    def tags(self) -> list[FacetValue]:
        """See Engine."""
        return all_tags(self._values)

    def _search(self, query: Query, *, named: bool) -> tuple[SearchResult, list[_Hit]]:
        filters = filters_of(query.filters)
        planner = Planner(
            self._index,
            query,
            filters,
            pages=self._count,
            values=self._values,
            boosted=bool(self.meta["boosts"]),
            besides=_for_meant(query),
            named=named,
        )
        plan, answer = _first_that_finds(
            planner.plans(), lambda plan: response_to(self._index, plan, query, filters)
        )
        total = int(answer["hits"]["total"]["value"])
        relaxed = bool(answer["aggregations"].get("lacking", {}).get("doc_count"))
        hits = self._best(plan, query, answer["hits"]["hits"], relaxed=relaxed)
        pages = self._index.pages([hit.id for hit in hits], _sources(answer["hits"]["hits"]))
        found = SearchResult(
            total=total,
            relaxed=relaxed,
            hits=tuple(Hit(page, hit.points) for page, hit in zip(pages, hits, strict=True)),
            facets=facets_of(answer["aggregations"], self._values, query.filters),
        )
        return found, hits

    def _best(
        self, plan: Plan, query: Query, answer: Sequence[Mapping[str, Any]], *, relaxed: bool
    ) -> list[_Hit]:
        """The hits of the page asked for, in their order."""
        first = (query.page - 1) * query.per_page
        depth = depth_of(plan, query)
        hits = [_hit(hit, stepped=plan.stepped) for hit in answer]
        if first >= depth:
            return hits[: query.per_page]
        if plan.question:
            pages = self._index.pages([hit.id for hit in hits[:depth]], _sources(answer))
            looks = [answer_score(plan.question.looked_for, page.folded) for page in pages]
        elif not relaxed:
            words = [node.pattern for node in query.should if isinstance(node, Word)]
            titles = [hit.get("fields", {}).get("title.key", [""])[0] for hit in answer[:depth]]
            looks = [title_proximity(words, title) for title in titles]
        else:
            looks = []
        looked = [hit._replace(look=look) for hit, look in zip(hits, looks, strict=False)]
        looked.sort(key=lambda hit: -hit.points)  # stable: ties stay as they were, by date and address
        return [*looked, *hits[len(looked) :]][first : first + query.per_page]


def _first_that_finds(
    ways: Attempts, ask: Callable[[Plan], tuple[dict[str, Any], dict[str, Any] | None]]
) -> tuple[Plan, dict[str, Any]]:
    """The first way to ask that finds something, else the last; and the response to it."""
    plan = next(ways)
    answer, beside = ask(plan)
    with suppress(StopIteration):
        while not answer["hits"]["total"]["value"]:
            plan = ways.send(beside)
            answer, beside = ask(plan)
    return plan, answer


def _sources(answer: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {hit["_id"]: hit["_source"] for hit in answer if "_source" in hit}


def _for_meant(query: Query) -> list[Dsl]:
    """What will be counted to tell what else may have been meant, if that will be asked for."""
    if query.must or query.is_question or query.page > 1:
        return []
    return counted_for(han_and_latin_runs(query.text))


def _hit(hit: Mapping[str, Any], *, stepped: bool) -> _Hit:
    score = float(hit["_score"] or 0.0)
    named = hit.get("matched_queries") or {}
    return _Hit(hit["_id"], score % STEP if stepped else score, 0.0, named)
