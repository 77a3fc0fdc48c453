"""A batch of documents in, the arrays of a part out: everything that searching them needs.

The texts of all documents are folded, cut and counted as one; each field of each document is a range of it.
What a part is made of is told in `part`.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.analysis.folding import fold, simplify_characters, simplify_words
from zhsearch.index.arrays import Array, IntArray, narrowest_uint, offsets, pack_strings
from zhsearch.index.fields import FACETS, TEXT_FIELDS
from zhsearch.index.models import Document
from zhsearch.index.segment.docstore import store
from zhsearch.index.segment.ngrams import encode_ngrams, ngrams_of
from zhsearch.index.segment.postings import field_arrays, postings_of

_BODY = TEXT_FIELDS.index("body")


def build_segment(documents: Sequence[Document], analyzer: Analyzer) -> dict[str, Array]:
    """The arrays of a part whose pages are the documents, in their order; at most 65,536 of them."""
    analyzer.reset_if_full()
    texts = [text for document in documents for text in _fields(document)]
    folded = fold("\n".join([*texts, ""]))
    # Where the text of each field begins in the folded one, and where the last ends.
    starts = offsets(np.array([len(text) + 1 for text in texts], dtype=np.int64))
    code = _code_edges(documents, starts[_BODY :: len(TEXT_FIELDS)])
    if folded.starts is not None:
        starts, code = np.searchsorted(folded.starts, starts), np.searchsorted(folded.starts, code)
    arrays = dict(_word_arrays(simplify_words(folded.text), starts, code, analyzer))
    arrays.update(_text_arrays(simplify_characters(folded.text), starts.tolist(), documents))
    arrays.update(page_arrays(documents))
    return arrays


def _fields(document: Document) -> tuple[str, ...]:
    """The texts of a document in the order of TEXT_FIELDS; code is a part of the body's."""
    headings = "\n".join(section.title for section in document.sections)
    return document.title, headings, document.text, "\n".join(document.tags + document.categories), ""


def _code_edges(documents: Sequence[Document], bodies: IntArray) -> IntArray:
    """Where each block of code begins and ends, one after the other, where the texts begin at `bodies`."""
    edges = [
        np.array(document.code, dtype=np.int64).ravel() + start
        for document, start in zip(documents, bodies, strict=False)
    ]
    return np.concatenate([*edges, np.zeros(0, dtype=np.int64)])


def _word_arrays(
    text: str, starts: IntArray, code: IntArray, analyzer: Analyzer
) -> Iterator[tuple[str, Array]]:
    terms, places = analyzer.analyze(text)
    owners = np.searchsorted(starts, places, side="right") - 1  # which field of which page
    in_code = np.searchsorted(code, places, side="right") % 2 == 1
    places -= starts[owners]
    owners[in_code] += TEXT_FIELDS.index("code") - _BODY
    counts = np.bincount(owners, minlength=len(starts) - 1).reshape(-1, len(TEXT_FIELDS))
    yield "lengths", counts.T.ravel().astype(np.uint32)
    used = np.flatnonzero(np.bincount(terms))
    strings = [analyzer.vocabulary[term] for term in used.tolist()]
    order = sorted(range(len(strings)), key=strings.__getitem__)
    yield from zip(("term.text", "term.starts"), pack_strings(strings[at] for at in order), strict=True)
    rank = np.zeros(len(analyzer.vocabulary), dtype=np.int64)
    rank[used[order]] = np.arange(len(used))
    terms = rank[terms]
    for number, field in enumerate(TEXT_FIELDS):
        here = np.flatnonzero(owners % len(TEXT_FIELDS) == number)
        postings = postings_of(terms[here], owners[here] // len(TEXT_FIELDS), places[here])
        yield from field_arrays(field, postings, len(used))


def _text_arrays(text: str, starts: list[int], documents: Sequence[Document]) -> Iterator[tuple[str, Array]]:
    """The folded texts, a line for the title and one for each block, their grams, and the records."""
    step = len(TEXT_FIELDS)
    folded = []
    for at in range(0, len(starts) - 1, step):
        title = " ".join(text[starts[at] : starts[at + 1]].split())
        folded.append(f"{title}\n{text[starts[at + _BODY] : starts[at + _BODY + 1]]}")
    yield from encode_ngrams(*ngrams_of("".join(folded), list(map(len, folded))), len(documents))
    lines = [one[:-1].encode("utf-8", "surrogatepass") for one in folded]
    yield from zip(("folded", "folded.starts"), pack_strings(lines), strict=True)
    titles = [line[: line.index(b"\n")] for line in lines]
    yield from zip(("title_line", "title_line.starts"), pack_strings(titles), strict=True)
    records = map(store, documents, lines)
    yield from zip(("record", "record.starts"), pack_strings(records), strict=True)


def page_arrays(documents: Sequence[Document]) -> Iterator[tuple[str, Array]]:
    """What filters, facets and sorting need of each page."""
    dates = [document.date for document in documents]
    yield "instant", np.array([date.timestamp() if date else np.nan for date in dates], dtype=np.float64)
    days = [date.year * 10_000 + date.month * 100 + date.day if date else 0 for date in dates]
    yield "day", np.array(days, dtype=np.uint32)
    for name in ("path", "url"):
        strings = [getattr(document, name).encode("utf-8", "surrogatepass") for document in documents]
        yield from zip((name, f"{name}.starts"), pack_strings(strings), strict=True)
    for facet in FACETS:
        yield from _facet_arrays(facet, [_values(document, facet) for document in documents])


def _values(document: Document, facet: str) -> tuple[str, ...]:
    values = {"tag": document.tags, "category": document.categories, "lang": (document.lang,)}
    return values[facet]


def _facet_arrays(facet: str, pages: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, Array]]:
    """A facet's values in order, and which of them each page has."""
    values = sorted({value.encode("utf-8", "surrogatepass") for page in pages for value in page})
    numbers = {value: number for number, value in enumerate(values)}
    yield from zip((f"{facet}.values", f"{facet}.value_starts"), pack_strings(values), strict=True)
    ids = [numbers[value.encode("utf-8", "surrogatepass")] for page in pages for value in page]
    yield f"{facet}.ids", narrowest_uint(np.array(ids, dtype=np.int64), np.uint32)
    yield f"{facet}.starts", narrowest_uint(offsets(np.array(list(map(len, pages)))), np.uint32)
