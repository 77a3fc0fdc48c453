"""Documents in, their terms and n-grams joined by spaces out: for peers that are fed with this project's own.

Reading, Markdown, folding and cutting are this project's, in batches as its own, so that the difference is
what becomes of the terms.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.analysis.folding import fold, simplify_characters, simplify_words
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.analysis.tokenizer import query_tokens
from zhsearch.index.arrays import IntArray, offsets
from zhsearch.index.errors import PostError
from zhsearch.index.hugo.discovery import find_files
from zhsearch.index.hugo.posts import read_post
from zhsearch.index.hugo.site import load_site
from zhsearch.index.models import Document
from zhsearch.index.pipeline.ingest import make_document
from zhsearch.index.segment.ngrams import ngrams_of

FACETS = ("tag", "category", "lang", "year", "month")

_BATCH_BYTES = 1_000_000  # as much at a time as this project takes
_SPACES = np.array([9, 10, 11, 12, 13, 32], dtype=np.uint32)
_PRIVATE = 0xE000  # added to a space, which would end a gram


def asked_terms(text: str, segmenter: Segmenter) -> list[str]:
    """The terms that a query asks for, each once; function words only where there is nothing else."""
    found = query_tokens(text, segmenter)
    terms = [word.term for word in found if not word.is_function_word] or [word.term for word in found]
    return list(dict.fromkeys(terms))


def facets_of(document: Document) -> list[tuple[str, str]]:
    """(facet, value) of a document, every value once."""
    date = document.date
    period = [("year", f"{date.year}"), ("month", f"{date.year}-{date.month:02d}")] if date else []
    labels = [("tag", tag) for tag in document.tags] + [("category", name) for name in document.categories]
    return list(dict.fromkeys([*labels, ("lang", document.lang), *period]))


def batches(content: Path) -> Iterator[list[Document]]:
    """The published posts, about a million bytes of Markdown at a time."""
    found, now = find_files(load_site(content)), dt.datetime.now(dt.UTC)
    documents: list[Document] = []
    size = 0
    for path in found.paths:
        data = (found.site.content / path).read_bytes()
        try:
            post = read_post(found.site, path, data, now)
        except PostError:
            continue
        if post is None:
            continue
        documents.append(make_document(post))
        size += len(data)
        if size > _BATCH_BYTES:
            yield documents
            documents, size = [], 0
    if documents:
        yield documents


FIELDS = ("title", "heading", "body", "label")
"""What peers get: our text fields, but that they take code for text."""


class Cutter:
    """Makes texts to be split at spaces again; remembers the words that it met."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._analyzer = Analyzer(segmenter)
        self._terms: list[str] = []

    def cut(self, documents: Sequence[Document]) -> Iterator[list[str]]:
        """The texts of each document: those of FIELDS, then the n-grams. All are cut as one."""
        texts = [text for document in documents for text in _fields(document)]
        folded = fold("\n".join([*texts, ""]))
        starts = offsets(np.array([len(text) + 1 for text in texts], dtype=np.int64))
        if folded.starts is not None:
            starts = np.searchsorted(folded.starts, starts)
        fields = self._joined_terms(simplify_words(folded.text), starts)
        for grams in _joined_grams(simplify_characters(folded.text), starts.tolist()):
            yield [*(next(fields) for _ in FIELDS), grams]

    def _joined_terms(self, text: str, starts: IntArray) -> Iterator[str]:
        terms, places = self._analyzer.analyze(text)
        new = self._analyzer.vocabulary[len(self._terms) :]
        self._terms += [term.decode("utf-8", "replace") for term in new]
        fields = np.searchsorted(starts, places, side="right") - 1
        edges = np.searchsorted(fields, np.arange(len(starts)))
        for begin, end in pairwise(edges.tolist()):
            yield " ".join(map(self._terms.__getitem__, terms[begin:end].tolist()))


def _fields(document: Document) -> tuple[str, ...]:
    """The texts of a document in the order of FIELDS."""
    headings = "\n".join(section.title for section in document.sections)
    return document.title, headings, document.text, "\n".join(document.tags + document.categories)


def _joined_grams(text: str, starts: list[int]) -> Iterator[str]:
    """The n-grams of each document, title and body, each once."""
    step, body = len(FIELDS), FIELDS.index("body")
    pages = [
        text[starts[at] : starts[at + 1]] + text[starts[at + body] : starts[at + body + 1]]
        for at in range(0, len(starts) - 1, step)
    ]
    grams, first, of = ngrams_of("".join(pages), list(map(len, pages)))
    points = np.stack((grams >> np.uint64(32), grams & np.uint64(0xFFFFFFFF)), axis=1).astype("<u4")
    points[np.isin(points, _SPACES)] += _PRIVATE
    points[(points >= 0xD800) & (points < 0xE000)] = 0xFFFD  # halves of characters
    names = points.view("<U2").ravel().tolist()
    which = np.repeat(np.arange(len(grams)), np.diff(first))[np.argsort(of, kind="stable")]
    edges = offsets(np.bincount(of, minlength=len(pages))).tolist()
    for begin, end in pairwise(edges):
        yield " ".join(map(names.__getitem__, which[begin:end].tolist()))
