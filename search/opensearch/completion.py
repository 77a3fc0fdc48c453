"""Completion on a cluster: tags and terms of the whole index from memory, titles and headings by a search.

`search.suggest.completion` ranks them, as it does for the embedded engine.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zhsearch.index.analysis import fold_plain
from zhsearch.index.segment import StoredDocument
from zhsearch.search.engine import Completion
from zhsearch.search.opensearch.facets import FacetValues
from zhsearch.search.opensearch.mapping import HEADING_PINYIN, TITLE_PINYIN
from zhsearch.search.opensearch.pinyin_tokens import (
    LINE_END,
    LINE_START,
    phrase_query,
    pinyin_query_tokens,
    typed_tokens,
)
from zhsearch.search.opensearch.query_dsl import NEWEST, Dsl, constant_score
from zhsearch.search.opensearch.searcher import ClusterIndex
from zhsearch.search.suggest.completion import (
    AS_TYPED,
    BEGINS,
    SIMILAR,
    WHOLE,
    Completer,
    complete,
    read_typed,
)
from zhsearch.search.suggest.entries import (
    HEADING,
    TAG,
    TITLE,
    Entry,
    as_entry_text,
    completion_words,
    entries_shown_on,
)
from zhsearch.search.suggest.pinyin_input import all_readings, is_blurred
from zhsearch.search.suggest.spelling import TermSource

_MAX_PAGES = {TITLE: 60, HEADING: 100}  # to rank; several pages may share a heading
_PINYIN_SCORE = 0.1  # of a match by pinyin in the middle of a line
_LEAST_SCORE = 0.05  # scores cannot be negative


class ClusterCompletions:
    """Completes input from an index, with its facet `values` and the `sources` of its terms."""

    def __init__(self, index: ClusterIndex, values: FacetValues, sources: Sequence[TermSource]) -> None:
        self._index = index
        self._in_memory = Completer(_TagsAndTerms(values, sources))

    def complete(self, typed: str, count: int) -> list[Completion]:
        """See Engine."""
        text = read_typed(typed)
        if not text:
            return []
        titles, headings = self._index.msearch([_search_for(kind, text) for kind in (TITLE, HEADING)])
        entries = _TitlesAndHeadings(self._index, titles["hits"]["hits"], headings["hits"]["hits"])
        return complete(text, count, [self._in_memory, Completer(entries)])


class _TagsAndTerms:
    """The tags and terms of an index; see EntrySource."""

    def __init__(self, values: FacetValues, sources: Sequence[TermSource]) -> None:
        counts, shown = values.counts["tag"], values.shown["tag"]
        self._tags = [(shown.get(key, key), counts[key]) for key in sorted(counts)]
        self._sources = sources

    def __iter__(self) -> Iterator[Entry]:
        for number, (value, pages) in enumerate(self._tags):
            yield Entry(as_entry_text(fold_plain(value)), TAG, pages, number=number)
        yield from completion_words(self._sources)

    def shown(self, entries: Sequence[Entry]) -> list[tuple[str, str | None]]:
        """See EntrySource."""
        return [(self._tags[entry.number][0] if entry.kind == TAG else entry.text, None) for entry in entries]


class _TitlesAndHeadings:
    """Titles and headings of the pages that a search returned, newest first; see EntrySource."""

    def __init__(
        self, index: ClusterIndex, titles: Sequence[Mapping[str, Any]], headings: Sequence[Mapping[str, Any]]
    ) -> None:
        self._index = index
        self._titles = sorted(titles, key=_newest_first)
        self._headings = sorted(headings, key=_newest_first)

    def __iter__(self) -> Iterator[Entry]:
        for page, hit in enumerate(self._titles):
            yield Entry(hit["fields"]["title.key"][0], TITLE, 1, page)
        seen: set[str] = set()
        for page, hit in enumerate(self._headings):
            for heading in sorted(hit["fields"]["headings"]):
                number, _, text = heading.partition(" ")
                if text not in seen:
                    seen.add(text)
                    yield Entry(text, HEADING, 1, page, int(number))

    def shown(self, entries: Sequence[Entry]) -> list[tuple[str, str | None]]:
        """See EntrySource."""
        pages = self._index.pages([self._id(entry) for entry in entries])
        return [_shown_on(page, entry) for page, entry in zip(pages, entries, strict=True)]

    def _id(self, entry: Entry) -> str:
        hits = self._titles if entry.kind == TITLE else self._headings
        return str(hits[entry.page]["_id"])


def _shown_on(page: StoredDocument, entry: Entry) -> tuple[str, str]:
    section = page.sections[entry.number] if entry.kind == HEADING else None
    return entries_shown_on(page.meta, section)


def _newest_first(hit: Mapping[str, Any]) -> tuple[float, str, str]:
    _, instant, url, path = hit["sort"]
    return -float(instant), url, path


def _search_for(kind: int, text: str) -> Dsl:
    """The search for the pages whose titles or headings match an input best."""
    field, shown = (TITLE_PINYIN, "title.key") if kind == TITLE else (HEADING_PINYIN, "headings")
    clauses = list(_clauses(field, typed_tokens(text), AS_TYPED))
    if any("a" <= char <= "z" for char in text):
        for reading in all_readings(text):
            score = _PINYIN_SCORE + (SIMILAR if is_blurred(reading) else 0.0)
            clauses += _clauses(field, pinyin_query_tokens(reading), score)
    return {
        "size": _MAX_PAGES[kind],
        "_source": False,
        "track_total_hits": False,
        "docvalue_fields": [shown],
        "query": {"dis_max": {"queries": clauses}},
        "sort": ["_score", *NEWEST],
    }


def _clauses(field: str, tokens: list[tuple[str, ...]], score: float) -> Iterator[Dsl]:
    """Clauses with the score of a match: anywhere in a line, at its beginning, of the whole line."""
    start, end = (LINE_START,), (LINE_END,)
    yield constant_score(phrase_query(field, tokens), max(score, _LEAST_SCORE))
    yield constant_score(phrase_query(field, [start, *tokens]), score + BEGINS)
    yield constant_score(phrase_query(field, [start, *tokens, end]), score + BEGINS + WHOLE)
