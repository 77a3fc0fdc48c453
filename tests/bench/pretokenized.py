"""This project's own terms and n-grams as texts that other engines split at spaces.

Reading, Markdown, folding and tokenizing are this project's, in batches of the same size, so that a comparison
measures only what an engine makes of the terms.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from tests.helpers.sites import read_post
from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.analysis.folding import fold, simplify_characters, simplify_words
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.analysis.tokenizer import query_tokens
from zhsearch.index.arrays import IntArray, offsets
from zhsearch.index.errors import PostError
from zhsearch.index.hugo.discovery import find_files
from zhsearch.index.hugo.documents import make_document
from zhsearch.index.hugo.site import load_site
from zhsearch.index.models import Document
from zhsearch.index.segment.ngrams import ngrams_of

FACETS = ("tag", "category", "lang", "year", "month")

_BATCH_BYTES = 1_000_000  # this project's own batch size
_SPACES = np.array([9, 10, 11, 12, 13, 32], dtype=np.uint32)
_PRIVATE_USE = 0xE000  # added to a space, which would end an n-gram


def query_terms(text: str, segmenter: Segmenter) -> list[str]:
    """The distinct terms of a query; function words only where it has nothing else."""
    tokens = query_tokens(text, segmenter)
    terms = [token.term for token in tokens if not token.is_function_word] or [token.term for token in tokens]
    return list(dict.fromkeys(terms))


def facet_values(document: Document) -> list[tuple[str, str]]:
    """The distinct (facet, value) pairs of a document."""
    date = document.date
    period = [("year", f"{date.year}"), ("month", f"{date.year}-{date.month:02d}")] if date else []
    labels = [("tag", tag) for tag in document.tags] + [("category", name) for name in document.categories]
    return list(dict.fromkeys([*labels, ("lang", document.lang), *period]))


def document_batches(content: Path) -> Iterator[list[Document]]:
    """The published posts in batches of about a million bytes of Markdown."""
    files, now = find_files(load_site(content)), dt.datetime.now(dt.UTC)
    documents: list[Document] = []
    size = 0
    for path in files.paths:
        data = (files.site.content / path).read_bytes()
        try:
            post = read_post(files.site, path, data, now)
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
"""The text fields that peers index: ours, except that code is part of the body."""


class Pretokenizer:
    """Turns documents into texts of terms separated by spaces; keeps its vocabulary from batch to batch."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._analyzer = Analyzer(segmenter)
        self._terms: list[str] = []

    def tokenize(self, documents: Sequence[Document]) -> Iterator[list[str]]:
        """The texts of each document: those of FIELDS, then the n-grams. The batch is analysed as one text."""
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
    """The distinct n-grams of each document's title and body.

    grams: uint64, two code points each; first: offsets of a gram's rows in `owners`; owners: the document of each row.
    """
    step, body = len(FIELDS), FIELDS.index("body")
    pages = [
        text[starts[field] : starts[field + 1]] + text[starts[field + body] : starts[field + body + 1]]
        for field in range(0, len(starts) - 1, step)
    ]
    grams, first, owners = ngrams_of("".join(pages), list(map(len, pages)))
    code_points = np.stack((grams >> np.uint64(32), grams & np.uint64(0xFFFFFFFF)), axis=1).astype("<u4")
    code_points[np.isin(code_points, _SPACES)] += _PRIVATE_USE
    code_points[(code_points >= 0xD800) & (code_points < 0xE000)] = 0xFFFD  # lone surrogates
    texts = code_points.view("<U2").ravel().tolist()
    gram_of_row = np.repeat(np.arange(len(grams)), np.diff(first))[np.argsort(owners, kind="stable")]
    edges = offsets(np.bincount(owners, minlength=len(pages))).tolist()
    for begin, end in pairwise(edges):
        yield " ".join(map(texts.__getitem__, gram_of_row[begin:end].tolist()))
