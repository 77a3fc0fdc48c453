"""The embedded engine: answers queries on a snapshot of one generation of the index folder."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from zhsearch.index.analysis import Lexicon, Segmenter
from zhsearch.index.errors import CorruptIndexError
from zhsearch.index.generations import Generation
from zhsearch.index.models import Document, PageMeta, SiteInfo
from zhsearch.search.embedded.boosts import Boosts
from zhsearch.search.embedded.clauses import NodeCache
from zhsearch.search.embedded.collapse import Versions, collapse, versions_of
from zhsearch.search.embedded.explain import ScoreNote, score_details
from zhsearch.search.embedded.matcher import Matcher, MatchResult
from zhsearch.search.embedded.ordering import best_hits
from zhsearch.search.embedded.related import find_page, related
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.engine import (
    DATE_FACETS,
    DATE_FILTER,
    Completion,
    FacetValue,
    Hit,
    IndexStats,
    ScoreDetail,
    SearchResult,
    selected_values,
)
from zhsearch.search.query import Filters, Query
from zhsearch.search.query.latin import LatinWritings
from zhsearch.search.query.parser import parse
from zhsearch.search.ranking import MAX_LISTED, FieldNorms, mean_lengths
from zhsearch.search.suggest import LazySuggestions

if TYPE_CHECKING:
    from zhsearch.search.suggest.completion import Completer

_WARMING = ("繁體 第三章 2024年3月 Running", '"ｗａｒｍ up" 什麼 ①')
"""Queries that need what a reader's first one may need."""


class EmbeddedEngine:
    """Answers queries from one generation. Safe to share between threads, because only its caches change.

    They have at most `page_cache` bytes of opened pages, and half as many of scored words. Raises StoreError
    where opening shows that the generation is damaged.
    """

    def __init__(self, generation: Generation, *, page_cache: int = 0) -> None:
        try:
            self._snapshot = Snapshot(generation, page_cache=page_cache)
        except (IndexError, ValueError, KeyError, TypeError) as problem:  # whatever damaged arrays raise
            raise CorruptIndexError(
                generation.folder, "cannot be opened ({problem})", problem=problem
            ) from problem
        self._facet_counts = self._snapshot.facets.count(self._snapshot.pages)
        languages = self._snapshot.facets.shown(self._facet_counts)["lang"]
        self._languages = [language["value"] for language in languages]
        self._boosts = Boosts(generation.manifest.boosts, self._snapshot)
        means = mean_lengths(self._snapshot.lengths, self._snapshot.live)
        self._norms = FieldNorms(self._snapshot.lengths, means)
        self._words = NodeCache(page_cache // 2)
        has_term, count_pages = self._snapshot.has_term, self._snapshot.count_pages
        self._latin = LatinWritings(lambda words: list(map(has_term, words)), count_pages)
        self._generation = generation.id
        self._lexicon = generation.manifest.lexicon
        self._suggestions = LazySuggestions(self._snapshot, partial(_make_completer, self._snapshot))

    @property
    def generation(self) -> str:
        """See Engine."""
        return self._generation

    @property
    def lexicon(self) -> Lexicon:
        """See Engine."""
        return self._lexicon

    @property
    def facets(self) -> tuple[str, ...]:
        """See Engine."""
        return self._snapshot.generation.manifest.facets

    @property
    def site(self) -> SiteInfo:
        """See Engine."""
        return self._snapshot.generation.manifest.site

    @property
    def stats(self) -> IndexStats:
        """See Engine."""
        manifest = self._snapshot.generation.manifest
        return IndexStats(manifest.created, len(self), manifest.bytes)

    def __len__(self) -> int:
        return self._snapshot.count

    def expand(self, query: Query) -> Query:
        """See Engine."""
        return self._latin.expand(query) if self._lexicon.other_writings else query

    def search(self, query: Query) -> SearchResult:
        """See Engine."""
        return self._search(query, None)[0]

    def explain(self, query: Query) -> tuple[SearchResult, list[list[ScoreDetail]]]:
        """See Engine."""
        notes: list[ScoreNote] = []
        result, shown, reranked = self._search(query, notes)
        hits = zip(shown, reranked, strict=True)
        return result, [score_details(notes, versions.page, points) for versions, points in hits]

    def _search(
        self, query: Query, notes: list[ScoreNote] | None
    ) -> tuple[SearchResult, list[Versions], list[float]]:
        """The result; and of each hit what it shows, and the points that re-ranking added."""
        matcher = Matcher(self._snapshot, self._norms, self._words, notes)
        matched = self._boosts.apply(matcher.match(query), notes)
        filtered = matched.filtered()
        collapsed = collapse(filtered, query, self._snapshot)
        places, score = best_hits(collapsed, query, self._snapshot)
        pages, points = collapsed.pages[places].tolist(), collapsed.score[places]
        shown = versions_of(pages, points.tolist(), filtered, query, self._snapshot)
        reranked = (score - points).tolist()
        missing = filtered.missing([versions.page for versions in shown])
        result = SearchResult(
            total=len(collapsed.pages),
            relaxed=filtered.relaxed,
            hits=self._hits(shown, reranked, missing),
            facets=self._count_facets(matched, filtered, query),
            weak=filtered.weak,
            matches=len(filtered.pages),
        )
        return result, shown, reranked

    def _hits(
        self, shown: list[Versions], reranked: list[float], missing: list[tuple[int, ...]]
    ) -> tuple[Hit, ...]:
        stored = self._snapshot.stored
        hits = zip(shown, reranked, missing, strict=True)
        return tuple(
            [
                Hit(stored(page), score + added, lacking, self._listed(others) if others else (), len(others))
                for (page, score, others), added, lacking in hits
            ]
        )

    def _listed(self, others: Sequence[int]) -> tuple[PageMeta, ...]:
        """The versions that a hit lists."""
        return tuple([self._snapshot.stored(page).meta for page in others[:MAX_LISTED]])

    def did_you_mean(self, text: str, segmenter: Segmenter) -> str | None:
        """See Engine."""
        return self._suggestions.did_you_mean(text, segmenter)

    def complete(self, typed: str, count: int) -> list[Completion]:
        """See Engine."""
        from zhsearch.search.suggest.completion import complete, read_typed  # noqa: PLC0415

        return complete(read_typed(typed), count, [self._suggestions.completer])

    def warm(self) -> None:
        """See Engine."""
        self._suggestions.warm()
        # Patterns, tables of characters and writings are made by the first query that needs them.
        unsegmented = Segmenter(
            cut=lambda run: [run] if run else [],
            search=lambda _: (),
            is_word=lambda _: False,
            frequency=lambda _: 0,
            lexicon=self._lexicon,
        )
        for text in _WARMING:
            self.search(self.expand(parse(text, unsegmented)))
        for page in self._snapshot.pages[:1].tolist():
            related(self._snapshot, self._norms, page, 1, unsegmented)

    def recent(self, count: int, lang: str | None = None) -> list[PageMeta]:
        """See Engine."""
        snapshot = self._snapshot
        filters = Filters(langs=(lang,) if lang else (), first_day=1)
        query = Query(
            "", filters=filters, sort="newest", per_page=count, all_versions=True, counted_facets=()
        )
        filtered = Matcher(snapshot, self._norms, self._words).match(query).filtered()
        places, _ = best_hits(filtered, query, snapshot)
        return [snapshot.stored(page).meta for page in filtered.pages[places].tolist()]

    def related(self, url: str, count: int, segmenter: Segmenter) -> list[Hit] | None:
        """See Engine."""
        page = find_page(self._snapshot, url)
        if page is None:
            return None
        others = related(self._snapshot, self._norms, page, count, segmenter)
        return [Hit(self._snapshot.stored(other), points) for other, points in others]

    def document(self, url: str) -> Document | None:
        """See Engine."""
        page = find_page(self._snapshot, url)
        return None if page is None else self._snapshot.stored(page).document()

    def tags(self) -> list[FacetValue]:
        """See Engine."""
        return self._snapshot.facets.shown(self._facet_counts)["tag"]

    def languages(self) -> list[str]:
        """See Engine."""
        return self._languages

    def _count_facets(
        self, matched: MatchResult, filtered: MatchResult, query: Query
    ) -> dict[str, list[FacetValue]]:
        """The counts of each facet over the matches that pass all filters but its own."""
        wanted = query.counted_facets
        if wanted is not None and not wanted:
            return {}
        facets = self._snapshot.facets
        counts = facets.count(filtered.pages)
        for own in matched.filter_masks:
            names = DATE_FACETS if own == DATE_FILTER else (own,)
            if wanted is not None and not set(wanted).intersection(names):
                continue
            mask = matched.filter_mask(excluding=own)
            own_counts = facets.count(matched.pages if mask is None else matched.pages[mask])
            for name in names:
                counts[facets.places(name)] = own_counts[facets.places(name)]
        selected = selected_values(query.filters, facets.keys)
        places = [facets.place(name, key) for name, key in selected if wanted is None or name in wanted]
        # A value that only deleted pages have does not exist.
        shown = [place for place in places if self._facet_counts[place]]
        return facets.shown(counts, shown) if wanted is None else facets.shown_of(wanted, counts, shown)


def _make_completer(snapshot: Snapshot) -> "Completer":
    from zhsearch.search.embedded.completion_entries import SnapshotEntries  # noqa: PLC0415
    from zhsearch.search.suggest.completion import Completer  # noqa: PLC0415

    return Completer(SnapshotEntries(snapshot))
