"""tantivy, by tantivy-py, fed with this project's own words and n-grams: what a Rust engine makes of the same.

Run as a program it is the process that indexes (`index CONTENT INDEX CACHE`) or answers one query
(`query INDEX CACHE TEXT [TAG]`). Reading, Markdown, folding and cutting are this project's, in batches as
its own, so that the difference is what becomes of the terms.

| field | what it is |
| --- | --- |
| title, heading, body, label | terms with positions, cut before and joined by spaces |
| grams | single characters and pairs of neighbours, page numbers only |
| tag, category, lang, year, month | as they are, indexed and as columns |
| path, shown, text | stored; bytes, since tantivy-py indexes every text field |
"""

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np
import tantivy

from index.analysis import Analyzer, words
from index.arrays import Numbers, starts_of
from index.content import find_files, read_post
from index.errors import PostError
from index.fields import TEXT_FIELDS
from index.fold import fold, simplify_characters, simplify_words
from index.grams import grams_of
from index.intake import make_document
from index.records import Document
from index.segment import Segmenter, get_segmenter
from index.site import load_site

from .peer import FIRST, Answer, Ask, Question, Wanted

_MODULE = "tests.bench.tantivy_peer"
_FACETS = ("tag", "category", "lang", "year", "month")
_STORED = ("path", "shown", "text")
_THREADS = 2
_HEAP = 128_000_000  # bytes, tantivy-py's own default
_BATCH_BYTES = 1_000_000  # as much at a time as this project takes
_MOST_VALUES = 65_000  # tantivy's own limit; all values of a facet
_SPACES = np.array([9, 10, 11, 12, 13, 32], dtype=np.uint32)
_PRIVATE = 0xE000  # added to a space, which would end a gram


class Tantivy:
    """tantivy with pre-cut text. `cache` is where jieba, if it must be, keeps its dictionary."""

    name = "tantivy"
    recipe = (
        "tantivy-py, fed with the same words, positions, n-grams and stored text by this project's reading and"
        f" cutting in one process; {_THREADS} writer threads; every word in any of four fields, quotes read as"
        " words; five facets by terms aggregations"
    )
    answers = frozenset({Wanted.ROWS, Wanted.FACETS})

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    def index_command(self, content: Path, index: Path) -> list[str]:
        """See Peer."""
        return [sys.executable, "-m", _MODULE, "index", str(content), str(index), str(self._cache)]

    def update_command(self, content: Path, index: Path) -> None:
        """See Peer. tantivy can delete and add; which files changed would be for the recipe to find out."""

    def query_command(self, index: Path, question: Question) -> list[str]:
        """See Peer."""
        tag = [question.tag] if question.tag else []
        return [sys.executable, "-m", _MODULE, "query", str(index), str(self._cache), question.text, *tag]

    @contextmanager
    def open(self, index: Path, wanted: Wanted) -> Iterator[Ask]:
        """See Peer."""
        opened = tantivy.Index.open(str(index))
        searcher = opened.searcher()
        segmenter = get_segmenter("auto", self._cache)

        def ask(question: Question) -> Callable[[], Answer]:
            query = _query(opened.schema, question, segmenter)
            return lambda: _search(searcher, query, facets=wanted is Wanted.FACETS)

        yield ask


def _query(schema: tantivy.Schema, question: Question, segmenter: Segmenter) -> tantivy.Query:
    """Every word in one of the fields or more, but function words."""
    found = words(question.text, segmenter)
    terms = [word.term for word in found if not word.is_function_word] or [word.term for word in found]
    must = [_anywhere(schema, term) for term in dict.fromkeys(terms)]
    if question.tag:
        tag = tantivy.Query.term_query(schema, "tag", question.tag, "basic")
        must.append(tantivy.Query.const_score_query(tag, 0.0))
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in must])


def _anywhere(schema: tantivy.Schema, term: str) -> tantivy.Query:
    fields = [tantivy.Query.term_query(schema, field, term, "freq") for field in TEXT_FIELDS]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in fields])


def _search(searcher: tantivy.Searcher, query: tantivy.Query, *, facets: bool) -> Answer:
    found = searcher.search(query, FIRST, count=True)
    rows = [searcher.doc(address) for _, address in found.hits]
    counted = {}
    if facets:
        asked = {name: {"terms": {"field": name, "size": _MOST_VALUES}} for name in _FACETS}
        counted = searcher.aggregate(query, asked)
    return Answer(
        total=found.count,  # type: ignore[attr-defined]  # tantivy's stubs forget it
        paths=tuple(row["path"][0].decode() for row in rows if row["shown"][0]),
        tags=len(counted["tag"]["buckets"]) if facets else 0,
    )


def _index(content: Path, index: Path, cache: Path) -> int:
    index.mkdir(parents=True)
    cutter = _Cutter(get_segmenter("auto", cache))
    writer = tantivy.Index(_schema(), path=str(index)).writer(_HEAP, _THREADS)
    indexed = 0
    for documents in _batches(content):
        for document, texts in zip(documents, cutter.cut(documents), strict=True):
            writer.add_document(_record(document, texts))
            indexed += 1
    writer.commit()
    writer.wait_merging_threads()
    return indexed


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("grams", tokenizer_name="whitespace", index_option="basic")
    for name in _FACETS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_date_field("date", indexed=True, fast=True)
    for name in _STORED:
        builder.add_bytes_field(name, stored=True)
    return builder.build()


def _record(document: Document, texts: Sequence[str]) -> tantivy.Document:
    """tantivy's document; `texts` are those of TEXT_FIELDS and the n-grams."""
    made = tantivy.Document()
    for name, text in zip((*TEXT_FIELDS, "grams"), texts, strict=True):
        made.add_text(name, text)
    date = document.date
    period = (f"{date.year}", f"{date.year}-{date.month:02d}") if date else ()
    labels = [("tag", tag) for tag in document.tags] + [("category", name) for name in document.categories]
    for name, value in [*labels, ("lang", document.lang), *zip(("year", "month"), period, strict=False)]:
        made.add_text(name, value)
    if date:
        made.add_date("date", date.astimezone(dt.UTC))
    for name, value in zip(_STORED, (document.path, document.title, document.text), strict=True):
        made.add_bytes(name, value.encode("utf-8", "replace"))
    return made


def _batches(content: Path) -> Iterator[list[Document]]:
    """The published posts, about a million bytes of Markdown at a time."""
    site, now = load_site(content), dt.datetime.now(dt.UTC)
    documents: list[Document] = []
    size = 0
    for path in find_files(site).paths:
        data = (site.content / path).read_bytes()
        try:
            post = read_post(site, path, data, now)
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


class _Cutter:
    """Makes the texts that tantivy splits at spaces again; remembers the words that it met."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._analyzer = Analyzer(segmenter)
        self._terms: list[str] = []

    def cut(self, documents: Sequence[Document]) -> Iterator[list[str]]:
        """The texts of each document: those of TEXT_FIELDS, then the n-grams. All are cut as one."""
        texts = [text for document in documents for text in _fields(document)]
        folded = fold("\n".join([*texts, ""]))
        starts = starts_of(np.array([len(text) + 1 for text in texts], dtype=np.int64))
        if folded.starts is not None:
            starts = np.searchsorted(folded.starts, starts)
        fields = self._joined_terms(simplify_words(folded.text), starts)
        for grams in _joined_grams(simplify_characters(folded.text), starts.tolist()):
            yield [*(next(fields) for _ in TEXT_FIELDS), grams]

    def _joined_terms(self, text: str, starts: Numbers) -> Iterator[str]:
        terms, places = self._analyzer.cut(text)
        new = self._analyzer.vocabulary[len(self._terms) :]
        self._terms += [term.decode("utf-8", "replace") for term in new]
        fields = np.searchsorted(starts, places, side="right") - 1
        edges = np.searchsorted(fields, np.arange(len(starts)))
        for begin, end in pairwise(edges.tolist()):
            yield " ".join(map(self._terms.__getitem__, terms[begin:end].tolist()))


def _fields(document: Document) -> tuple[str, str, str, str]:
    """The texts of a document in the order of TEXT_FIELDS."""
    headings = "\n".join(section.title for section in document.sections)
    return document.title, headings, document.text, "\n".join(document.tags + document.categories)


def _joined_grams(text: str, starts: list[int]) -> Iterator[str]:
    """The n-grams of each document, title and body, each once."""
    step, body = len(TEXT_FIELDS), TEXT_FIELDS.index("body")
    pages = [
        text[starts[at] : starts[at + 1]] + text[starts[at + body] : starts[at + body + 1]]
        for at in range(0, len(starts) - 1, step)
    ]
    grams, first, of = grams_of("".join(pages), list(map(len, pages)))
    points = np.stack((grams >> np.uint64(32), grams & np.uint64(0xFFFFFFFF)), axis=1).astype("<u4")
    points[np.isin(points, _SPACES)] += _PRIVATE
    points[(points >= 0xD800) & (points < 0xE000)] = 0xFFFD  # halves of characters
    names = points.view("<U2").ravel().tolist()
    which = np.repeat(np.arange(len(grams)), np.diff(first))[np.argsort(of, kind="stable")]
    edges = starts_of(np.bincount(of, minlength=len(pages))).tolist()
    for begin, end in pairwise(edges):
        yield " ".join(map(names.__getitem__, which[begin:end].tolist()))


def main(arguments: list[str]) -> None:
    """Run one of the two commands."""
    if arguments[0] == "index":
        content, index, cache = map(Path, arguments[1:])
        print(json.dumps({"indexed": _index(content, index, cache)}))
        return
    folder, cache_folder, text, *tag = arguments[1:]
    with Tantivy(Path(cache_folder)).open(Path(folder), Wanted.ROWS) as ask:
        answer = ask(Question("cold", text, tag[0] if tag else None))()
    print(json.dumps({"total": answer.total, "paths": answer.paths}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
