"""Build a segment: the arrays with which a batch of documents is searched.

The texts of all documents are folded, tokenized and counted as one; each field of each document is a range
of it. `reader` lists the arrays of a segment.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from zhsearch.index.analysis import MAX_TERM_CHARS, Analyzer, fold, simplify_characters, simplify_words
from zhsearch.index.arrays import (
    Array,
    IntArray,
    Mask,
    encode_text,
    expand_ranges,
    narrowest_uint,
    offsets,
    pack_strings,
)
from zhsearch.index.fields import FACETS, META_UNITS, TEXT_FIELDS, facet_array
from zhsearch.index.models import Document
from zhsearch.index.segment.compression import compress
from zhsearch.index.segment.docstore import store
from zhsearch.index.segment.ngrams import encode_ngrams, ngrams_of
from zhsearch.index.segment.postings import field_arrays, postings_of, split_rows

_END_OF_ALPHABETS = 0x2E80  # where CJK begins
_BODY = TEXT_FIELDS.index("body")


def build_segment(documents: Sequence[Document], analyzer: Analyzer) -> dict[str, Array]:
    """Build the arrays of a segment whose pages are the documents, in their order; at most 65,536."""
    analyzer.reset_if_full()
    texts = [text for document in documents for text in _fields(document)]
    folded = fold("\n".join([*texts, ""]))
    # (documents * fields + 1,): the start of the text of each field, in the order of `texts`.
    starts = offsets(np.array([len(text) + 1 for text in texts], dtype=np.int64))
    ranges = _text_ranges(documents, starts[_BODY :: len(TEXT_FIELDS)])
    if folded.starts is not None:
        starts = np.searchsorted(folded.starts, starts)
        ranges = ranges._replace(edges=np.searchsorted(folded.starts, ranges.edges))
    arrays = dict(_word_arrays(simplify_words(folded.text), starts, ranges, analyzer))
    arrays.update(_text_arrays(simplify_characters(folded.text), starts, documents))
    arrays.update(_page_arrays(documents))
    return arrays


class _TextRanges(NamedTuple):
    """Ranges of the texts whose terms are of another field than the body.

    `edges` (2 * ranges,): their starts and ends, alternating, ascending; `fields` (ranges,): the number of
    the field of each; `units` (ranges,): the occurrences that one is posted as.
    """

    edges: IntArray
    fields: IntArray
    units: IntArray


def _fields(document: Document) -> tuple[str, ...]:
    """The texts of a document in the order of TEXT_FIELDS; those of code and front matter are within the
    body's."""
    headings = "\n".join(section.title for section in document.sections)
    return document.title, headings, document.text, "\n".join(document.tags + document.categories), "", ""


def _text_ranges(documents: Sequence[Document], body_starts: IntArray) -> _TextRanges:
    """The blocks of code and the lines of front matter of all documents."""
    code, meta = TEXT_FIELDS.index("code"), TEXT_FIELDS.index("meta")
    edges, fields, units = list[int](), list[int](), list[int]()
    for document, start in zip(documents, body_starts.tolist(), strict=False):
        edges += [start + edge for block in document.code for edge in block]
        fields += [code] * len(document.code)
        units += [1] * len(document.code)
        for first, last, weight in _meta_ranges(document):
            edges += [start + first, start + last]
            fields.append(meta)
            units.append(max(1, round(weight * META_UNITS)))
    return _TextRanges(*(np.array(numbers, dtype=np.int64) for numbers in (edges, fields, units)))


def _meta_ranges(document: Document) -> Iterator[tuple[int, int, float]]:
    """(start, end, weight) of each line of front matter in the text."""
    start = document.meta_start
    if start is not None:
        for line, weight in zip(document.text[start:].split("\n"), document.meta_weights, strict=True):
            yield start, start + len(line), weight
            start += len(line) + 1


def _word_arrays(
    text: str, starts: IntArray, ranges: _TextRanges, analyzer: Analyzer
) -> Iterator[tuple[str, Array]]:
    """Terms, postings and lengths. `starts` as in `build_segment`, `ranges` of the texts."""
    tokens, positions = analyzer.tokenize(text)
    owners, units = _owners(starts, ranges)
    terms, counts = analyzer.terms_of(tokens)
    # (occurrences,) from here on: page * fields + field of each term.
    owners = np.repeat(owners[positions], counts)
    if units is not None:
        repeats = np.repeat(units[positions], counts)
        terms, owners = np.repeat(terms, repeats), np.repeat(owners, repeats)
    lengths = np.bincount(owners, minlength=len(starts) - 1).reshape(-1, len(TEXT_FIELDS))
    yield "lengths", lengths.T.ravel().astype(np.uint32)
    used = np.flatnonzero(np.bincount(terms))
    order = sorted(used.tolist(), key=analyzer.vocabulary.__getitem__)
    strings = map(analyzer.vocabulary.__getitem__, order)
    yield from zip(("term.text", "term.starts"), pack_strings(strings), strict=True)
    rank = np.zeros(len(analyzer.vocabulary), dtype=np.int64)  # the number of each term in the segment
    rank[order] = np.arange(len(used))
    # All fields are sorted at once: row field * terms + term is that of a term in a field.
    rows = owners % len(TEXT_FIELDS) * len(used) + rank[terms]
    postings = postings_of(rows, owners // len(TEXT_FIELDS))
    for field, of_field in zip(TEXT_FIELDS, split_rows(postings, len(used), len(TEXT_FIELDS)), strict=True):
        yield from field_arrays(field, of_field, len(used))


def _owners(starts: IntArray, ranges: _TextRanges) -> tuple[IntArray, IntArray | None]:
    """What each code point of the text counts for: page * fields + field, and the occurrences as that a term
    there is posted; None if that is one everywhere."""
    owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    lengths = ranges.edges[1::2] - ranges.edges[::2]
    inside = expand_ranges(ranges.edges[::2], lengths)
    owners[inside] += np.repeat(ranges.fields - _BODY, lengths)
    if not (ranges.units > 1).any():
        return owners, None
    units = np.ones(len(owners), dtype=np.int64)
    units[inside] = np.repeat(ranges.units, lengths)
    return owners, units


def _text_arrays(text: str, starts: IntArray, documents: Sequence[Document]) -> Iterator[tuple[str, Array]]:
    """The folded texts, a line for the title and one for each block, their n-grams, and the records."""
    folded, bounds = [], starts.tolist()
    for first in range(0, len(starts) - 1, len(TEXT_FIELDS)):
        title = " ".join(text[bounds[first] : bounds[first + 1]].split())
        body = first + _BODY
        folded.append(f"{title}\n{text[bounds[body] : bounds[body + 1]]}")
    sizes = list(map(len, folded))
    yield from encode_ngrams(*ngrams_of("".join(folded), sizes), len(documents))
    yield "long_runs", _pages_with_long_runs("".join(folded), sizes)
    pages = [encode_text(page[:-1]) for page in folded]
    titles, _, blocks = zip(*(page.partition(b"\n") for page in pages), strict=True) if pages else ((),) * 3
    yield from _strings("title_line", titles)
    yield from _strings("folded", map(compress, blocks))
    yield from _strings("record", map(store, documents, blocks))


def _pages_with_long_runs(text: str, sizes: Sequence[int]) -> Array:
    """The pages with a run of letters and digits that is too long for a term; their texts, of `sizes` code
    points, are concatenated in `text`."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    in_run = np.zeros(len(points) + 2, dtype=np.bool_)
    in_run[1:-1] = _is_alphanumeric()[np.minimum(points, _END_OF_ALPHABETS)]
    edges = np.flatnonzero(in_run[1:] != in_run[:-1])
    starts = edges[::2][np.diff(edges)[::2] > MAX_TERM_CHARS]
    return np.unique(np.searchsorted(np.cumsum(sizes), starts, side="right")).astype(np.uint16)


@lru_cache(maxsize=1)
def _is_alphanumeric() -> Mask:
    """Which code points of alphabets are letters or digits; the last row stands for all others."""
    return np.array([*(chr(point).isalnum() for point in range(_END_OF_ALPHABETS)), False])


def _page_arrays(documents: Sequence[Document]) -> Iterator[tuple[str, Array]]:
    """The arrays for filters, facets and sorting."""
    dates = [document.date for document in documents]
    yield "instant", np.array([date.timestamp() if date else np.nan for date in dates], dtype=np.float64)
    days = [date.year * 10_000 + date.month * 100 + date.day if date else 0 for date in dates]
    yield "day", np.array(days, dtype=np.uint32)
    yield from _strings("path", [encode_text(document.path) for document in documents])
    yield from _strings("url", [encode_text(document.url) for document in documents])
    own = documents[0].facets if documents else {}
    for facet in (*FACETS, *own):
        yield from _facet_arrays(facet_array(facet), [_values(document, facet) for document in documents])


def _strings(name: str, strings: Iterable[bytes]) -> Iterator[tuple[str, Array]]:
    yield from zip((name, f"{name}.starts"), pack_strings(strings), strict=True)


def _values(document: Document, facet: str) -> tuple[str, ...]:
    values = {"tag": document.tags, "category": document.categories, "lang": (document.lang,)}
    return values[facet] if facet in values else document.facets[facet]


def _facet_arrays(prefix: str, pages: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, Array]]:
    """The arrays of a facet; `pages` are the values of each page."""
    values = sorted({encode_text(value) for page in pages for value in page})
    numbers = {value: number for number, value in enumerate(values)}
    yield from zip((f"{prefix}.values", f"{prefix}.value_starts"), pack_strings(values), strict=True)
    ids = [numbers[encode_text(value)] for page in pages for value in page]
    yield f"{prefix}.ids", narrowest_uint(np.array(ids, dtype=np.int64), np.uint32)
    yield f"{prefix}.starts", narrowest_uint(offsets(np.array(list(map(len, pages)))), np.uint32)
