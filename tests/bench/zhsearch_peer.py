"""This project as a peer: the installed command, and in process the path from query text to hits that the API takes."""

import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from zhsearch.index.analysis.segmenter import get_segmenter
from zhsearch.index.generations.store import open_current
from zhsearch.search.api.parameters import Parameters, read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.embedded.engine import EmbeddedEngine
from zhsearch.search.engine.protocol import Engine
from zhsearch.search.query.model import Query

from .peer import TOP_N, Answer, AnswerDetail, Prepare, Question


class Zhsearch:
    """The embedded engine as installed. `cache` is the folder of jieba's dictionary where rjieba is missing."""

    name = "zhsearch"
    answers = frozenset(AnswerDetail)

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    @property
    def recipe(self) -> str:
        """See Peer."""
        segmenter = "rjieba" if importlib.util.find_spec("rjieba") else "jieba"
        return (
            f"`zhsearch reindex` and `query`, segmented by {segmenter}; every answer counts five facets,"
            " requested or not"
        )

    def index_command(self, content: Path, index: Path) -> list[str]:
        """See Peer."""
        return [*self.update_command(content, index), "--full"]

    def update_command(self, content: Path, index: Path) -> list[str]:
        """See Peer."""
        return [*_command(), "reindex", "--content", str(content), "--index", str(index), "--json"]

    def query_command(self, index: Path, question: Question) -> list[str]:
        """See Peer."""
        tag = ["--tag", question.tag] if question.tag else []
        return [*_command(), "query", question.text, *tag, "--index", str(index), "--json"]

    @contextmanager
    def open(self, index: Path, detail: AnswerDetail) -> Iterator[Prepare]:
        """See Peer. Opened as `zhsearch serve` does before it forks; excerpts are made by the API's own function.

        The engine always counts its facets.
        """
        engine = open_current(index, EmbeddedEngine)
        engine.warm()
        segmenter = get_segmenter("auto", self._cache, engine.lexicon)

        def prepare(question: Question) -> Callable[[], Answer]:
            parameters = _parameters(question)
            query = parameters.query(segmenter)
            return lambda: _search(engine, query)

        def prepare_with_excerpts(question: Question) -> Callable[[], Answer]:
            parameters = _parameters(question)
            return lambda: _from_api(run_search(engine, parameters, segmenter))

        yield prepare_with_excerpts if detail is AnswerDetail.EXCERPTS else prepare


def _parameters(question: Question) -> Parameters:
    tags = [question.tag] if question.tag else []
    return read_parameters(q=question.text, tag=tags, per_page=str(TOP_N))


def _search(engine: Engine, query: Query) -> Answer:
    found = engine.search(query)
    paths = tuple(row.page.meta.path for row in found.hits if row.page.meta.title)
    return Answer(found.total, paths, len(found.facets["tag"]))


def _from_api(response: Mapping[str, object]) -> Answer:
    total, facets = response["total"], response["facets"]
    assert isinstance(total, int)
    assert isinstance(facets, dict)
    return Answer(total, (), len(facets["tag"]))  # the API returns URLs, not paths


def _command() -> list[str]:
    script = Path(sys.executable).with_name("zhsearch")
    return [str(script)] if script.exists() else [sys.executable, "-m", "zhsearch.search.cli"]
