"""tantivy, by tantivy-py, as a peer, fed with this project's own terms and n-grams, so that only the index is compared.

| field | content |
| --- | --- |
| title, heading, body, label | terms with frequencies, joined by spaces; no positions, as nothing reads them |
| grams | character unigrams and bigrams, document ids only |
| tag, category, lang, year, month | raw values, indexed and as fast fields |
| path, shown, text | stored as bytes, because tantivy-py indexes every text field |
"""

import datetime as dt
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import tantivy

from zhsearch.index.analysis.segmenter import Segmenter, get_segmenter
from zhsearch.index.models import Document

from .peer import TOP_N, Answer, AnswerDetail, Prepare, Question
from .pretokenized import FACETS, FIELDS, Pretokenizer, document_batches, facet_values, query_terms
from .program import ProgramPeer

_STORED = ("path", "shown", "text")
_THREADS = 2
_HEAP_BYTES = 128_000_000  # tantivy-py's own default
_MAX_FACET_VALUES = 65_000  # tantivy's limit of buckets


class Tantivy(ProgramPeer):
    """tantivy with text that the named segmenter (`auto` or `jieba`) pre-tokenized."""

    recipe = (
        "tantivy-py, fed with the same terms, frequencies, n-grams and stored text by this project's reader and"
        f" tokenizer in one process; {_THREADS} writer threads; every word in any of four fields, quotes read as"
        " words; five facets by terms aggregations"
    )

    def __init__(self, cache: Path, segmenter: str = "auto") -> None:
        super().__init__(cache, segmenter)
        self.name = "tantivy" if segmenter == "auto" else f"tantivy + {segmenter}"
        self._segmenter = partial(get_segmenter, segmenter, cache)

    @contextmanager
    def open(self, index: Path, detail: AnswerDetail) -> Iterator[Prepare]:
        """See Peer."""
        reader = tantivy.Index.open(str(index))
        searcher = reader.searcher()
        segmenter = self._segmenter()

        def prepare(question: Question) -> Callable[[], Answer]:
            query = _query(reader.schema, question, segmenter)
            return lambda: _search(searcher, query, facets=detail is AnswerDetail.FACETS)

        yield prepare

    def build_index(self, content: Path, index: Path) -> int:
        """See ProgramPeer."""
        index.mkdir(parents=True)
        pretokenizer = Pretokenizer(self._segmenter())
        writer = tantivy.Index(_schema(), path=str(index)).writer(_HEAP_BYTES, _THREADS)
        indexed = 0
        for documents in document_batches(content):
            for document, texts in zip(documents, pretokenizer.tokenize(documents), strict=True):
                writer.add_document(_record(document, texts))
                indexed += 1
        writer.commit()
        writer.wait_merging_threads()
        return indexed


def _query(schema: tantivy.Schema, question: Question, segmenter: Segmenter) -> tantivy.Query:
    """A conjunction of the query's terms, each in any of the fields, and of the tag."""
    must = [_any_field(schema, term) for term in query_terms(question.text, segmenter)]
    if question.tag:
        tag = tantivy.Query.term_query(schema, "tag", question.tag, "basic")
        must.append(tantivy.Query.const_score_query(tag, 0.0))
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in must])


def _any_field(schema: tantivy.Schema, term: str) -> tantivy.Query:
    fields = [tantivy.Query.term_query(schema, field, term, "freq") for field in FIELDS]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in fields])


def _search(searcher: tantivy.Searcher, query: tantivy.Query, *, facets: bool) -> Answer:
    results = searcher.search(query, TOP_N, count=True)
    rows = [searcher.doc(address) for _, address in results.hits]
    counts = {}
    if facets:
        aggregations = {name: {"terms": {"field": name, "size": _MAX_FACET_VALUES}} for name in FACETS}
        counts = searcher.aggregate(query, aggregations)
    return Answer(
        total=results.count,  # type: ignore[attr-defined]  # tantivy's stubs lack it
        paths=tuple(row["path"][0].decode() for row in rows if row["shown"][0]),
        tags=len(counts["tag"]["buckets"]) if facets else 0,
    )


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("grams", tokenizer_name="whitespace", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_date_field("date", indexed=True, fast=True)
    for name in _STORED:
        builder.add_bytes_field(name, stored=True)
    return builder.build()


def _record(document: Document, texts: Sequence[str]) -> tantivy.Document:
    """A tantivy document; `texts` are those of FIELDS, then the n-grams."""
    record = tantivy.Document()
    for name, text in zip((*FIELDS, "grams"), texts, strict=True):
        record.add_text(name, text)
    for name, value in facet_values(document):
        record.add_text(name, value)
    if document.date:
        record.add_date("date", document.date.astimezone(dt.UTC))
    for name, value in zip(_STORED, (document.path, document.title, document.text), strict=True):
        record.add_bytes(name, value.encode("utf-8", "replace"))
    return record


if __name__ == "__main__":
    Tantivy.main(sys.argv[1:])
