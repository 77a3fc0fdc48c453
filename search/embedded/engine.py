"""The embedded engine: a Query evaluated on a snapshot of a Whoosh index."""

from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from zhsearch.index.analysis.folding import facet_key
from zhsearch.index.analysis.lexicon import Lexicon
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.arrays import Array, IntArray, Scores
from zhsearch.index.errors import CorruptIndexError
from zhsearch.index.generations.store import Generation
from zhsearch.index.models import PageMeta
from zhsearch.search.deadline import time_limit
from zhsearch.search.embedded.boosts import Boosts
from zhsearch.search.embedded.explain import ScoreNote, score_details
from zhsearch.search.embedded.facets import Facets
from zhsearch.search.embedded.matcher import Matcher, MatchResult, WordCache
from zhsearch.search.embedded.related import find_page, related
from zhsearch.search.embedded.rerank import rerank_for
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.embedded.top_k import At, top_k
from zhsearch.search.engine.protocol import (
    DATE_FACETS,
    Completion,
    FacetValue,
    Hit,
    IndexStats,
    ScoreDetail,
    SearchResult,
)
from zhsearch.search.query.date_range import day_range
from zhsearch.search.query.model import Filters, Query
from zhsearch.search.ranking.bm25f import FieldNorms, mean_lengths
from zhsearch.search.suggest.did_you_mean import DidYouMean

if TYPE_CHECKING:
    from zhsearch.search.suggest.completion import Completer


class EmbeddedEngine:
    """Answers from one generation; safe to share between threads, since nothing in it changes but what it
    keeps: of opened pages at most `page_cache` bytes, of weighed words half as many.

    Raises StoreError where the generation is damaged, as far as opening it tells.
    """

    def __init__(self, generation: Generation, *, page_cache: int = 0) -> None:
        try:
            self._snapshot = Snapshot(generation, page_cache=page_cache)
        except (IndexError, ValueError, KeyError, TypeError) as problem:  # whatever damaged arrays raise
            raise CorruptIndexError(generation.folder, f"cannot be opened ({problem})") from problem
        self._all = self._snapshot.facets.count(self._snapshot.pages)
        self._boosts = Boosts(generation.manifest.boosts, self._snapshot)
        means = mean_lengths(self._snapshot.lengths, self._snapshot.live)
        self._norms = FieldNorms(self._snapshot.lengths, means)
        self._words = WordCache(page_cache // 2)
        self._generation = generation.id
        self._lexicon = generation.manifest.lexicon
        self._meant = DidYouMean(self._snapshot)
        self._completions: Completer | None = None
        self._lock = Lock()

    @property
    def generation(self) -> str:
        """See Engine."""
        return self._generation

    @property
    def lexicon(self) -> Lexicon:
        """See Engine."""
        return self._lexicon

    @property
    def stats(self) -> IndexStats:
        """See Engine."""
        manifest = self._snapshot.generation.manifest
        return IndexStats(manifest.created, len(self), manifest.bytes)

    def __len__(self) -> int:
        return self._snapshot.count

    def search(self, query: Query) -> SearchResult:
        """See Engine."""
        return self._search(query, None)[0]

    def explain(self, query: Query) -> tuple[SearchResult, list[list[ScoreDetail]]]:
        """See Engine."""
        notes: list[ScoreNote] = []
        found, looks = self._search(query, notes)
        return found, [score_details(notes, page, look) for page, look in looks]

    def _search(
        self, query: Query, notes: list[ScoreNote] | None
    ) -> tuple[SearchResult, list[tuple[int, float]]]:
        """What a search finds; the page of each row, and what a second look at it gave."""
        matched = self._boosts.apply(
            Matcher(self._snapshot, self._norms, self._words, notes).match(query), notes
        )
        left = matched.filtered()
        shown, score = self._best(left, query)
        pages = left.pages[shown].tolist()
        rows = zip(pages, score.tolist(), strict=True)
        found = SearchResult(
            total=len(left.pages),
            relaxed=left.relaxed,
            hits=tuple([Hit(self._snapshot.stored(page), points) for page, points in rows]),
            facets=self._count_facets(matched, left, query.filters),
        )
        return found, list(zip(pages, (score - left.score[shown]).tolist(), strict=True))

    def did_you_mean(self, text: str) -> str | None:
        """See Engine."""
        return self._meant.correct(text)

    def complete(self, typed: str, count: int) -> list[Completion]:
        """See Engine."""
        from zhsearch.search.suggest.completion import complete, read_typed  # noqa: PLC0415

        return complete(read_typed(typed), count, [self._completer()])

    def warm(self) -> None:
        """See Engine."""
        _ = self._meant.words
        self._completer()

    def _completer(self) -> "Completer":
        """Made when something is to be completed for the first time, which a query on the command line never
        asks for."""
        with self._lock:
            if self._completions is None:
                with time_limit(0):  # made for all requests, not on this one's account
                    from zhsearch.search.embedded.completion_entries import SnapshotEntries  # noqa: PLC0415
                    from zhsearch.search.suggest.completion import Completer  # noqa: PLC0415

                    self._completions = Completer(SnapshotEntries(self._snapshot))
            return self._completions

    def recent(self, count: int, lang: str | None = None) -> list[PageMeta]:
        """See Engine."""
        snapshot = self._snapshot
        filters = Filters(langs=(lang,) if lang else (), first_day=1)
        query = Query("", filters=filters, sort="newest", per_page=count)
        left = Matcher(snapshot, self._norms, self._words).match(query).filtered()
        shown, _ = self._best(left, query)
        return [snapshot.stored(page).meta for page in left.pages[shown].tolist()]

    def related(self, url: str, count: int, segmenter: Segmenter) -> list[Hit] | None:
        """See Engine."""
        page = find_page(self._snapshot, url)
        if page is None:
            return None
        found = related(self._snapshot, self._norms, page, count, segmenter)
        return [Hit(self._snapshot.stored(other), points) for other, points in found]

    def tags(self) -> list[FacetValue]:
        """See Engine."""
        return self._snapshot.facets.shown(self._all)["tag"]

    def _best(self, left: MatchResult, query: Query) -> tuple[IntArray, Scores]:
        """The matches of the page asked for, as places in `left`, in order, and their scores."""
        first = (query.page - 1) * query.per_page
        last = first + query.per_page
        pages, score = left.pages, left.score
        snapshot, coverage = self._snapshot, left.matched_clauses
        dated = snapshot.oldest if query.sort == "oldest" else snapshot.newest

        def newest(at: At) -> Array:
            return dated[pages[at]]

        def points(at: At) -> Array:
            return -score[at]

        if query.sort != "relevance":
            best = top_k((newest,), last)
        elif coverage is not None:
            # A page that has more of the words stands above one that has fewer.
            best = top_k((lambda at: -coverage[at], points, newest), last)
        elif look := rerank_for(query, left, snapshot):
            best = top_k((points, newest), max(last, look.depth))
            again = best[: look.depth]
            score = score.copy()
            score[again] += [look.points(page) for page in pages[again].tolist()]
            best[: look.depth] = again[np.lexsort((newest(again), points(again)))]
        else:
            best = top_k((points, newest), last)
        best = best[first:last]
        return best, score[best]

    def _count_facets(
        self, matched: MatchResult, left: MatchResult, filters: Filters
    ) -> dict[str, list[FacetValue]]:
        """Counts of each facet over the matches that all filters but its own leave."""
        facets = self._snapshot.facets
        counts = facets.count(left.pages)
        for filtered in matched.filter_masks:
            mask = matched.filter_mask(but=filtered)
            free = facets.count(matched.pages if mask is None else matched.pages[mask])
            for name in DATE_FACETS if filtered == "year" else (filtered,):
                counts[facets.places(name)] = free[facets.places(name)]
        # A value that only deleted pages have is none.
        return facets.shown(counts, (place for place in _chosen(facets, filters) if self._all[place]))


def _chosen(facets: Facets, filters: Filters) -> Iterator[int]:
    """The values that a query is narrowed to: those of its filters, and the year or month that its range of
    days is, if it is one."""
    for name, values in filters.by_facet().items():
        for key in map(facet_key, values):
            if key in facets[name].by_key:
                yield facets.places(name).start + facets[name].by_key[key]
    if filters.first_day and filters.last_day:
        for name in DATE_FACETS:
            for number, value in enumerate(facets[name].values):
                if day_range(value) == (filters.first_day, filters.last_day):
                    yield facets.places(name).start + number
