"""Documents and questions with their answers in, how well search finds these out.

A line of the file is a document, `{"doc": 1, "title": "…", "text": "…"}`, or a question,
`{"query": "…", "relevant": 1}` (or a list of documents). Everything goes the way that a request goes.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.errors import ZhsearchError
from zhsearch.index.models import Document
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.engine.protocol import Engine
from zhsearch.search.errors import ParameterError

DEPTH = 10
"""Places of a list of hits that count: what a reader sees without turning the page."""


class JudgedQuery(NamedTuple):
    """A query's text and the documents that answer it."""

    text: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """What a file holds."""

    documents: tuple[Document, ...]
    questions: tuple[JudgedQuery, ...]


@dataclass(frozen=True, slots=True)
class Metrics:
    """Mean reciprocal rank and recall, each from 0 to 1, over so many queries."""

    mrr_at_10: float
    recall_at_1: float
    recall_at_10: float
    queries: int


def read_judged(file: Path) -> JudgedSet:
    """The documents and questions of a file. Raises ZhsearchError naming the file and the line."""
    documents: dict[str, Document] = {}
    questions: list[tuple[int, JudgedQuery]] = []
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise ZhsearchError(f"{file} cannot be read: {problem}. Give a file of JSON lines") from problem
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            if "query" in value:
                questions.append((number, _question(value)))
            else:
                document = _document(value)
                if document.path in documents:
                    raise ValueError(f"document {document.path} stands there twice")
                documents[document.path] = document
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, ParameterError) as problem:
            raise ZhsearchError(
                f"{file}:{number}: {_why(problem)}. A line is"
                ' {"doc": 1, "title": "…", "text": "…"} or {"query": "…", "relevant": 1}'
            ) from problem
    for number, question in questions:
        for missing in question.relevant - documents.keys():
            raise ZhsearchError(f"{file}:{number}: no document {missing!r} in the file, which is relevant")
    if not questions:
        raise ZhsearchError(f"{file}: no questions in it, nothing to measure")
    return JudgedSet(tuple(documents.values()), tuple(question for _, question in questions))


def _why(problem: Exception) -> str:
    return f"{problem} is missing" if isinstance(problem, KeyError) else str(problem)


def _question(value: Mapping[str, Any]) -> JudgedQuery:
    relevant = value["relevant"]
    several = relevant if isinstance(relevant, list) else [relevant]
    text = _text(value, "query")
    read_parameters(q=text)  # may be too long
    return JudgedQuery(text, frozenset(map(str, several)))


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
        raise TypeError(f"{name} is no text")
    return text


def evaluate(engine: Engine, questions: Iterable[JudgedQuery], segmenter: Segmenter) -> Metrics:
    """Ask each question with default settings."""
    return metrics_of([_rank(engine, question, segmenter) for question in questions])


def metrics_of(ranks: list[int | None]) -> Metrics:
    """The figures of ranks, 1 for the first place, None for what was not found."""
    found = [rank for rank in ranks if rank]
    count = max(len(ranks), 1)
    return Metrics(
        mrr_at_10=sum(1 / rank for rank in found) / count,
        recall_at_1=found.count(1) / count,
        recall_at_10=len(found) / count,
        queries=len(ranks),
    )


def _rank(engine: Engine, question: JudgedQuery, segmenter: Segmenter) -> int | None:
    """The first place that has a relevant document."""
    parameters = read_parameters(q=question.text, per_page=str(DEPTH))
    found = engine.search(parameters.query(segmenter))
    names = [row.page.meta.path for row in found.hits]
    return next((place for place, name in enumerate(names, 1) if name in question.relevant), None)
