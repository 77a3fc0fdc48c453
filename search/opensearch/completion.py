"""What is typed in, what its reader may go on to out: tags and words of the whole index, kept here, and the
titles and headings of pages that the cluster finds for it. How good each is `search.complete` says.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zhsearch.index.analysis.folding import fold_plain
from zhsearch.index.segment.docstore import StoredDocument
from zhsearch.search.engine.protocol import Completion
from zhsearch.search.opensearch.facets import FacetValues
from zhsearch.search.opensearch.pinyin_tokens import FIRST, LAST, phrase, pinyin_query_tokens, typed_tokens
from zhsearch.search.opensearch.query_dsl import NEWEST, Dsl, constant_score
from zhsearch.search.opensearch.searcher import ClusterIndex
from zhsearch.search.suggest.completion import AS_TYPED, BEGINS, WHOLE, Completer, complete, read_typed
from zhsearch.search.suggest.entries import (
    HEADING,
    TAG,
    TITLE,
    Entry,
    as_entry_text,
    completion_words,
    entries_shown_on,
)
from zhsearch.search.suggest.pinyin_input import pinyin_readings
from zhsearch.search.suggest.spelling import TermSource

_PAGES = {TITLE: 60, HEADING: 100}  # looked at for what is typed; several may have one heading
_LEAST = 0.1  # points of what is only sounded, somewhere


class ClusterCompletions:
    """Completes from an index, whose `values` and words are given."""

    def __init__(self, index: ClusterIndex, values: FacetValues, parts: Sequence[TermSource]) -> None:
        self._index = index
        self._kept = Completer(_Kept(values, parts))

    def complete(self, typed: str, count: int) -> list[Completion]:
        """See Engine."""
        sought = read_typed(typed)
        if not sought:
            return []
        titles, headings = self._index.searches([_asking(kind, sought) for kind in (TITLE, HEADING)])
        found = Completer(_Found(self._index, titles["hits"]["hits"], headings["hits"]["hits"]))
        return complete(sought, count, [self._kept, found])


class _Kept:
    """The tags and words of an index; see Lines."""

    def __init__(self, values: FacetValues, parts: Sequence[TermSource]) -> None:
        counts, shown = values.counts["tag"], values.shown["tag"]
        self._tags = [(shown.get(key, key), counts[key]) for key in sorted(counts)]
        self._parts = parts

    def __iter__(self) -> Iterator[Entry]:
        for number, (value, pages) in enumerate(self._tags):
            yield Entry(as_entry_text(fold_plain(value)), TAG, pages, number=number)
        yield from completion_words(self._parts)

    def shown(self, lines: Sequence[Entry]) -> list[tuple[str, str | None]]:
        """See Lines."""
        return [(self._tags[line.number][0] if line.kind == TAG else line.text, None) for line in lines]


class _Found:
    """Titles and headings of pages that were found, newest first; see Lines."""

    def __init__(
        self, index: ClusterIndex, titles: Sequence[Mapping[str, Any]], headings: Sequence[Mapping[str, Any]]
    ) -> None:
        self._index = index
        self._titles = sorted(titles, key=_newest)
        self._headings = sorted(headings, key=_newest)

    def __iter__(self) -> Iterator[Entry]:
        for at, hit in enumerate(self._titles):
            yield Entry(hit["fields"]["title.key"][0], TITLE, 1, at)
        seen: set[str] = set()
        for at, hit in enumerate(self._headings):
            for line in sorted(hit["fields"]["headings"]):
                number, _, text = line.partition(" ")
                if text not in seen:
                    seen.add(text)
                    yield Entry(text, HEADING, 1, at, int(number))

    def shown(self, lines: Sequence[Entry]) -> list[tuple[str, str | None]]:
        """See Lines."""
        pages = self._index.pages([self._id(line) for line in lines])
        return [_written(page, line) for page, line in zip(pages, lines, strict=True)]

    def _id(self, line: Entry) -> str:
        hits = self._titles if line.kind == TITLE else self._headings
        return str(hits[line.page]["_id"])


def _written(page: StoredDocument, line: Entry) -> tuple[str, str]:
    return entries_shown_on(page.meta, page.sections[line.number] if line.kind == HEADING else None)


def _newest(hit: Mapping[str, Any]) -> tuple[float, str, str]:
    _, instant, url, path = hit["sort"]
    return -float(instant), url, path


def _asking(kind: int, sought: str) -> Dsl:
    """The search for pages that have what is typed in their title or a heading, those that are worth most."""
    field, shown = ("titled_so", "title.key") if kind == TITLE else ("headed_so", "headings")
    several = list(_worth(field, typed_tokens(sought), AS_TYPED))
    if any("a" <= character <= "z" for character in sought):
        several += [
            one for way in pinyin_readings(sought) for one in _worth(field, pinyin_query_tokens(way), _LEAST)
        ]
    return {
        "size": _PAGES[kind],
        "_source": False,
        "track_total_hits": False,
        "docvalue_fields": [shown],
        "query": {"dis_max": {"queries": several}},
        "sort": ["_score", *NEWEST],
    }


def _worth(field: str, tokens: list[str], points: float) -> Iterator[Dsl]:
    """What some tokens are worth: anywhere, at the beginning of a line, as all of it."""
    yield constant_score(phrase(field, tokens), points)
    yield constant_score(phrase(field, [FIRST, *tokens]), points + BEGINS)
    yield constant_score(phrase(field, [FIRST, *tokens, LAST]), points + BEGINS + WHOLE)
