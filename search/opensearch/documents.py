"""The documents of a published generation, one a page, as the cluster indexes them.

Terms are weighted here as the embedded engine weights them: each term of a page has one number, the weighted
frequency of BM25F, which OpenSearch saturates (see `query_dsl`).
"""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from zhsearch.index.analysis import fold_plain
from zhsearch.index.arrays import IntArray, Scores
from zhsearch.index.boosts import BoostRules
from zhsearch.index.fields import FACETS, TEXT_FIELDS, facet_array, facet_key
from zhsearch.index.generations import Generation, SegmentEntry
from zhsearch.index.models import PageMeta, Section
from zhsearch.index.segment import SUFFIX, SegmentReader, open_segment
from zhsearch.search.opensearch.mapping import (
    FIELD_TERMS,
    GROUP,
    HEADING_PINYIN,
    MAX_TITLE_WEIGHT,
    TERMS,
    TITLE_BOOST,
    TITLE_PINYIN,
    TITLE_TERMS,
    VERSION_PLACE,
    raw_facet,
)
from zhsearch.search.opensearch.pinyin_tokens import index_tokens
from zhsearch.search.ranking import FieldNorms, mean_lengths
from zhsearch.search.suggest.entries import as_entry_text

_ROUNDING = 1 + 2.0**-9  # half of the last bit: OpenSearch truncates a weight after eight bits


class ClusterDocument(NamedTuple):
    """A page as it is indexed: its id, a hash of all its fields, and the fields as JSON."""

    id: str
    hash: str
    source: str


class CopyOf(NamedTuple):
    """A page's group of near copies, as the path of its first page, and the page's place in it."""

    first: str
    place: int


class _PageWeights(NamedTuple):
    """The terms of all pages of a segment with their weights, page after page.

    starts (pages + 1,): where each page begins in the other two; terms: numbers of terms; weights: float.
    """

    starts: IntArray
    terms: IntArray
    weights: Scores


class _Occurrences(NamedTuple):
    """The postings of one field, flat: the term number, the page and the weight of each, all (postings,)."""

    terms: IntArray
    pages: IntArray
    weights: Scores


def document_id(path: str) -> str:
    """The id of a page in OpenSearch: a hash of its path, because ids are limited to 512 bytes."""
    return hashlib.blake2b(path.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def mean_lengths_of(generation: Generation) -> list[float]:
    """The mean length of each text field over the live pages, in the order of TEXT_FIELDS."""
    lengths, live = [], []
    for segment in generation.manifest.segments:
        lengths.append(read_segment(generation, segment).lengths)
        live.append(_live_pages(segment))
    if not lengths:
        return [1.0] * len(TEXT_FIELDS)
    means: list[float] = mean_lengths(np.concatenate(lengths, axis=1), np.concatenate(live)).tolist()
    return means


def copies_of(generation: Generation) -> dict[str, dict[int, CopyOf]]:
    """The near copies among the pages of each segment, by the segment's name and the page's number there."""
    by_segment: dict[str, dict[int, CopyOf]] = defaultdict(dict)
    segments = generation.manifest.segments
    readers = {segment.name: read_segment(generation, segment) for segment in segments}
    for group in generation.manifest.near_copies or ():
        pages = [located(segments, page) for page in group]
        first = readers[pages[0][0]].string("path", pages[0][1])
        for place, (name, page) in enumerate(pages):
            by_segment[name][page] = CopyOf(first, place)
    return by_segment


def located(segments: Sequence[SegmentEntry], page: int) -> tuple[str, int]:
    """The name of the segment of a page, which is given by its number among the pages of all, and its number
    there."""
    for segment in segments:
        if page < segment.pages:
            return segment.name, page
        page -= segment.pages
    raise IndexError(page)


def read_segment(generation: Generation, segment: SegmentEntry) -> SegmentReader:
    """The reader of a segment."""
    return open_segment(generation.folder / f"{segment.name}{SUFFIX}")


def documents_of(
    generation: Generation,
    segment: SegmentEntry,
    means: Sequence[float],
    *,
    copies: Mapping[int, CopyOf] = MappingProxyType({}),
    published: SegmentEntry | None = None,
    regrouped: Collection[int] = (),
) -> Iterator[ClusterDocument]:
    """The documents of the live pages of a segment, weighted by the mean lengths of the text fields.

    `copies` has those of its pages that are near copies of others. Where the segment was `published` in an
    earlier state, only the documents of pages that were deleted there, or are `regrouped` since.
    """
    pages = np.flatnonzero(_live_pages(segment)).tolist()
    if published:
        pages = sorted((published.deleted | set(regrouped)) - segment.deleted)
    if not pages:
        return
    reader = read_segment(generation, segment)
    weights = _TermWeights(reader, means)
    boosts = BoostRules(generation.manifest.boosts)
    for page in pages:
        stored = reader.stored(page)
        title = _text(reader.title(page))
        source = {
            **_page_fields(stored.meta),
            **_own_facet_fields(reader, page, generation.manifest.facets),
            "instant": float(reader.arrays["instant"][page]) if stored.meta.date else None,
            "day": int(reader.arrays["day"][page]) or None,
            "title": title,
            "folded": _text(reader.folded(page)),
            TITLE_PINYIN: index_tokens(title),
            **_heading_fields(stored.sections),
            "record": base64.b64encode(_record(reader, page)).decode(),
            "boost": boosts.factor(stored.meta.path, stored.meta.tags),
            **_group_fields(stored.meta.path, copies.get(page)),
            **weights.fields_of(page),
        }
        body = orjson.dumps(source)
        digest = hashlib.blake2b(body, digest_size=8).hexdigest()
        yield ClusterDocument(
            document_id(stored.meta.path), digest, f'{{"hash":"{digest}",{body[1:].decode()}'
        )


def _live_pages(segment: SegmentEntry) -> NDArray[np.bool_]:
    """Which pages of a segment are not deleted: (pages,)."""
    live = np.ones(segment.pages, dtype=np.bool_)
    live[list(segment.deleted)] = False
    return live


def _page_fields(meta: PageMeta) -> dict[str, Any]:
    """The fields of a page's address, dates and facet values."""
    values = {"tag": meta.tags, "category": meta.categories, "lang": (meta.lang,)}
    fields: dict[str, Any] = {
        "path": _without_surrogates(meta.path),
        "url": _without_surrogates(meta.url),
        "year": meta.date.isoformat()[:4] if meta.date else None,
        "month": meta.date.isoformat()[:7] if meta.date else None,
    }
    for facet in FACETS:
        fields |= _facet_fields(facet, values[facet])
    return fields


def _group_fields(path: str, copy: CopyOf | None) -> dict[str, Any]:
    """The fields by which near copies are one hit; a page without any is a group of its own."""
    if copy is None:
        return {GROUP: document_id(path)}
    return {GROUP: document_id(copy.first), VERSION_PLACE: copy.place}


def _own_facet_fields(reader: SegmentReader, page: int, facets: Sequence[str]) -> dict[str, Any]:
    """The fields of the values of the site's own facets."""
    fields: dict[str, Any] = {}
    for facet in facets:
        fields |= _facet_fields(facet, reader.facet_values(facet, page))
    return fields


def _facet_fields(facet: str, values: Sequence[str]) -> dict[str, Any]:
    raw = [_without_surrogates(value) for value in values]
    return {facet_array(facet): sorted({facet_key(value) for value in raw}), raw_facet(facet): raw}


def _heading_fields(sections: Sequence[Section]) -> dict[str, list[str]]:
    """The fields of a page's headings, each text once."""
    texts = [as_entry_text(_without_surrogates(fold_plain(section.title))) for section in sections]
    numbers = {text: number for number, text in reversed(list(enumerate(texts))) if text}
    return {
        HEADING_PINYIN: list(map(index_tokens, numbers)),
        "headings": [f"{number:05d} {text}" for text, number in numbers.items()],
    }


def _record(reader: SegmentReader, page: int) -> bytes:
    starts = reader.arrays["record.starts"]
    return reader.arrays["record"].data[int(starts[page]) : int(starts[page + 1])].tobytes()


def _text(data: bytes) -> str:
    return _without_surrogates(data.decode("utf-8", "surrogatepass"))


def _without_surrogates(text: str) -> str:
    """The text with `?` for lone surrogates, which JSON cannot hold."""
    return text.encode("utf-8", "replace").decode()


class _TermWeights:
    """The weights of every term on every page of a segment, over all text fields and in each."""

    def __init__(self, reader: SegmentReader, means: Sequence[float]) -> None:
        self._terms = [feature_of(term.decode("utf-8", "replace")) for term in reader.all_terms()]
        self._norms = FieldNorms(reader.lengths, np.array(means))
        by_field = {field: self._occurrences(reader, field) for field in TEXT_FIELDS}
        self._all_fields = _by_page(list(by_field.values()), len(reader))
        self._by_field = {
            name: _by_page([by_field[field]], len(reader)) for field, name in FIELD_TERMS.items()
        }

    def _occurrences(self, reader: SegmentReader, field: str) -> _Occurrences:
        postings = reader.all_postings(field)
        terms = np.repeat(postings.terms, np.diff(postings.starts))
        pages = postings.pages.astype(np.int64)
        return _Occurrences(terms, pages, self._norms.weighted_frequency(field, pages, postings.frequencies))

    def fields_of(self, page: int) -> dict[str, dict[str, float]]:
        """The rank features of a page: weights by term, by field of the mapping."""
        title_weight = float(self._norms.title_weight(np.array([page]))[0])
        fields = {name: self._weights(table, page) for name, table in self._by_field.items()}
        boost = title_weight / (MAX_TITLE_WEIGHT - title_weight) * _ROUNDING
        title_boost = dict.fromkeys(fields[TITLE_TERMS], boost)
        return {TERMS: self._weights(self._all_fields, page), TITLE_BOOST: title_boost, **fields}

    def _weights(self, table: _PageWeights, page: int) -> dict[str, float]:
        on_page = slice(table.starts[page], table.starts[page + 1])
        terms = map(self._terms.__getitem__, table.terms[on_page].tolist())
        return dict(zip(terms, (table.weights[on_page] * _ROUNDING).tolist(), strict=True))


def _by_page(fields: Sequence[_Occurrences], size: int) -> _PageWeights:
    """The postings of some fields sorted by page; the weights of a term on a page are summed up."""
    terms, pages, weights = map(np.concatenate, zip(*fields, strict=True))
    order = np.lexsort((terms, pages))
    terms, pages, weights = terms[order], pages[order], weights[order]
    is_first = np.ones(len(terms), dtype=np.bool_)
    is_first[1:] = (np.diff(terms) != 0) | (np.diff(pages) != 0)
    firsts = np.flatnonzero(is_first)
    weights = np.add.reduceat(weights, firsts) if len(firsts) else weights
    return _PageWeights(np.searchsorted(pages[firsts], np.arange(size + 1)), terms[firsts], weights)


def feature_of(term: str) -> str:
    """The name of a term as a rank feature: without dots, and folded text has no U+2024 of its own."""
    return term.replace(".", "\u2024")
