"""tantivy, by tantivy-py, fed with this project's own words and n-grams: what a Rust engine makes of the same.

Run as a program it is the process that indexes (`index CONTENT INDEX CACHE CUTTER`) or answers one query
(`query INDEX CACHE CUTTER TEXT [TAG]`). Reading, Markdown, folding and cutting are this project's, in batches as
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
from functools import partial
from pathlib import Path

import tantivy

from zhsearch.index.analysis.segmenter import Segmenter, get_segmenter
from zhsearch.index.models import Document

from .cutting import FACETS, FIELDS, Cutter, asked_terms, batches, facets_of
from .peer import FIRST, Answer, Ask, Question, Wanted

_MODULE = "tests.bench.tantivy_peer"
_STORED = ("path", "shown", "text")
_THREADS = 2
_HEAP = 128_000_000  # bytes, tantivy-py's own default
_MOST_VALUES = 65_000  # tantivy's own limit; all values of a facet


class Tantivy:
    """tantivy with text that `cutter` cut before; `cache` is where jieba keeps its dictionary."""

    recipe = (
        "tantivy-py, fed with the same words, positions, n-grams and stored text by this project's reading and"
        f" cutting in one process; {_THREADS} writer threads; every word in any of four fields, quotes read as"
        " words; five facets by terms aggregations"
    )
    answers = frozenset({Wanted.ROWS, Wanted.FACETS})

    def __init__(self, cache: Path, cutter: str = "auto") -> None:
        self.name = "tantivy" if cutter == "auto" else f"tantivy + {cutter}"
        self._options = [str(cache), cutter]
        self._segmenter = partial(get_segmenter, cutter, cache)

    def index_command(self, content: Path, index: Path) -> list[str]:
        """See Peer."""
        return [sys.executable, "-m", _MODULE, "index", str(content), str(index), *self._options]

    def update_command(self, content: Path, index: Path) -> None:
        """See Peer. tantivy can delete and add; which files changed would be for the recipe to find out."""

    def query_command(self, index: Path, question: Question) -> list[str]:
        """See Peer."""
        tag = [question.tag] if question.tag else []
        return [sys.executable, "-m", _MODULE, "query", str(index), *self._options, question.text, *tag]

    @contextmanager
    def open(self, index: Path, wanted: Wanted) -> Iterator[Ask]:
        """See Peer."""
        opened = tantivy.Index.open(str(index))
        searcher = opened.searcher()
        segmenter = self._segmenter()

        def ask(question: Question) -> Callable[[], Answer]:
            query = _query(opened.schema, question, segmenter)
            return lambda: _search(searcher, query, facets=wanted is Wanted.FACETS)

        yield ask


def _query(schema: tantivy.Schema, question: Question, segmenter: Segmenter) -> tantivy.Query:
    """Every word in one of the fields or more, but function words."""
    must = [_anywhere(schema, term) for term in asked_terms(question.text, segmenter)]
    if question.tag:
        tag = tantivy.Query.term_query(schema, "tag", question.tag, "basic")
        must.append(tantivy.Query.const_score_query(tag, 0.0))
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in must])


def _anywhere(schema: tantivy.Schema, term: str) -> tantivy.Query:
    fields = [tantivy.Query.term_query(schema, field, term, "freq") for field in FIELDS]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in fields])


def _search(searcher: tantivy.Searcher, query: tantivy.Query, *, facets: bool) -> Answer:
    found = searcher.search(query, FIRST, count=True)
    rows = [searcher.doc(address) for _, address in found.hits]
    counted = {}
    if facets:
        asked = {name: {"terms": {"field": name, "size": _MOST_VALUES}} for name in FACETS}
        counted = searcher.aggregate(query, asked)
    return Answer(
        total=found.count,  # type: ignore[attr-defined]  # tantivy's stubs forget it
        paths=tuple(row["path"][0].decode() for row in rows if row["shown"][0]),
        tags=len(counted["tag"]["buckets"]) if facets else 0,
    )


def _index(content: Path, index: Path, segmenter: Segmenter) -> int:
    index.mkdir(parents=True)
    cutter = Cutter(segmenter)
    writer = tantivy.Index(_schema(), path=str(index)).writer(_HEAP, _THREADS)
    indexed = 0
    for documents in batches(content):
        for document, texts in zip(documents, cutter.cut(documents), strict=True):
            writer.add_document(_record(document, texts))
            indexed += 1
    writer.commit()
    writer.wait_merging_threads()
    return indexed


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("grams", tokenizer_name="whitespace", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_date_field("date", indexed=True, fast=True)
    for name in _STORED:
        builder.add_bytes_field(name, stored=True)
    return builder.build()


def _record(document: Document, texts: Sequence[str]) -> tantivy.Document:
    """tantivy's document; `texts` are those of FIELDS and the n-grams."""
    made = tantivy.Document()
    for name, text in zip((*FIELDS, "grams"), texts, strict=True):
        made.add_text(name, text)
    date = document.date
    for name, value in facets_of(document):
        made.add_text(name, value)
    if date:
        made.add_date("date", date.astimezone(dt.UTC))
    for name, value in zip(_STORED, (document.path, document.title, document.text), strict=True):
        made.add_bytes(name, value.encode("utf-8", "replace"))
    return made


def main(arguments: list[str]) -> None:
    """Run one of the two commands."""
    if arguments[0] == "index":
        content, index, cache, cutter = arguments[1:]
        segmenter = get_segmenter(cutter, Path(cache))
        print(json.dumps({"indexed": _index(Path(content), Path(index), segmenter)}))
        return
    folder, cache, cutter, text, *tag = arguments[1:]
    with Tantivy(Path(cache), cutter).open(Path(folder), Wanted.ROWS) as ask:
        answer = ask(Question("cold", text, tag[0] if tag else None))()
    print(json.dumps({"total": answer.total, "paths": answer.paths}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
