"""Relevance metrics: mean reciprocal rank and recall on judged queries.

A line of the file is a document, `{"doc": 1, "title": "…", "text": "…"}`, or a query,
`{"query": "…", "relevant": 1}` (or a list of documents). In a file without documents, these are pages of the
live index, by address or file. Queries take the path of `/api/search`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from zhsearch.index.analysis import Segmenter
from zhsearch.index.errors import ZhsearchError
from zhsearch.index.messages import Message, system_message
from zhsearch.index.models import Document
from zhsearch.search.api import read_parameters
from zhsearch.search.engine import Engine
from zhsearch.search.errors import ParameterError

DEPTH = 10
"""The number of hits considered: the first page of results."""


class JudgedQuery(NamedTuple):
    """A query's text and the documents that answer it."""

    text: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """The documents and judged queries of a file; without documents the queries are about a site's pages."""

    documents: tuple[Document, ...]
    queries: tuple[JudgedQuery, ...]


@dataclass(frozen=True, slots=True)
class Metrics:
    """Mean reciprocal rank and recall, each from 0 to 1, and the number of queries."""

    mrr_at_10: float
    recall_at_1: float
    recall_at_10: float
    queries: int


def read_judged(file: Path) -> JudgedSet:
    """Read a file of documents and queries. Raises ZhsearchError naming file and line."""
    documents: dict[str, Document] = {}
    queries: list[tuple[int, JudgedQuery]] = []
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        reason = system_message(problem) if isinstance(problem, OSError) else problem
        raise ZhsearchError(
            "{file} cannot be read: {reason}. Give a file of JSON lines", file=file, reason=reason
        ) from problem
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            if "query" in value:
                query = _query(value)
                if query.relevant:  # else it was only said what does not answer it
                    queries.append((number, query))
            else:
                document = _document(value)
                if document.path in documents:
                    raise ValueError(Message("document {document} occurs twice", document=document.path))
                documents[document.path] = document
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, ParameterError) as problem:
            raise ZhsearchError(
                "{file}:{number}: {reason}. A line is {document} or {query}",
                file=file,
                number=number,
                reason=_reason(problem),
                document='{"doc": 1, "title": "…", "text": "…"}',
                query='{"query": "…", "relevant": 1}',
            ) from problem
    for number, query in queries if documents else ():
        for missing in query.relevant - documents.keys():
            raise ZhsearchError(
                "{file}:{number}: the relevant document {missing!r} is not in the file",
                file=file,
                number=number,
                missing=missing,
            )
    if not queries:
        raise ZhsearchError("{file} has no queries, so that there is nothing to measure", file=file)
    return JudgedSet(tuple(documents.values()), tuple(query for _, query in queries))


def _reason(problem: Exception) -> str:
    if isinstance(problem, KeyError):
        return Message("{key} is missing", key=problem)
    return str(problem)


def _query(value: Mapping[str, Any]) -> JudgedQuery:
    relevant = value["relevant"]
    documents = relevant if isinstance(relevant, list) else [relevant]
    text = _text(value, "query")
    read_parameters(q=text)  # raises where it is too long
    return JudgedQuery(text, frozenset(map(str, documents)))


def _document(value: Mapping[str, Any]) -> Document:
    name = str(value["doc"])
    text = _text(value, "text").replace("\r\n", "\n")
    return Document(
        path=name,
        url=f"/{name}/",
        title=_text(value, "title"),
        date=None,
        lang="zh",
        tags=(),
        categories=(),
        thumbnail=None,
        text=text,
        sections=(),
    )


def _text(value: Mapping[str, Any], name: str) -> str:
    text = value[name]
    if not isinstance(text, str):
        raise TypeError(Message("{name} must be a string", name=name))
    return text


def evaluate(engine: Engine, queries: Iterable[JudgedQuery], segmenter: Segmenter) -> Metrics:
    """The metrics of an engine, which runs each query with default parameters."""
    return metrics_of([rank_of(engine, query, segmenter) for query in queries])


def unknown_pages(engine: Engine, queries: Iterable[JudgedQuery]) -> list[str]:
    """The addresses among the relevant pages that the index lacks; files are not looked up."""
    named = {page for query in queries for page in query.relevant if "/" in (page[:1], page[-1:])}
    return sorted(page for page in named if engine.document(page) is None)


def with_known_addresses(engine: Engine, query: JudgedQuery) -> JudgedQuery:
    """A query whose relevant pages have the addresses that the index has, however they are written."""
    pages = (engine.document(page) if "/" in page else None for page in query.relevant)
    return query._replace(relevant=query.relevant | {page.url for page in pages if page})


def metrics_of(ranks: list[int | None]) -> Metrics:
    """The metrics of ranks from 1; None is a query without a relevant document among its hits."""
    hit_ranks = [rank for rank in ranks if rank]
    count = max(len(ranks), 1)
    return Metrics(
        mrr_at_10=sum(1 / rank for rank in hit_ranks) / count,
        recall_at_1=hit_ranks.count(1) / count,
        recall_at_10=len(hit_ranks) / count,
        queries=len(ranks),
    )


def rank_of(engine: Engine, query: JudgedQuery, segmenter: Segmenter) -> int | None:
    """The rank of the first relevant document; None if none is among the first DEPTH hits."""
    parameters = read_parameters(q=query.text, per_page=str(DEPTH))
    hits = engine.search(engine.expand(parameters.query(segmenter, engine.facets))).hits
    pages = [hit.page.meta for hit in hits]
    return next((rank for rank, page in enumerate(pages, 1) if {page.path, page.url} & query.relevant), None)
