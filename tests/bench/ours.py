"""This project as a peer: its real commands, and its real path from text to found pages."""

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

from .peer import FIRST, Answer, Ask, Question, Wanted


class Zhsearch:
    """The embedded engine as installed. `cache` is where jieba, if it must be, keeps its dictionary."""

    name = "zhsearch"
    answers = frozenset(Wanted)

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    @property
    def recipe(self) -> str:
        """See Peer."""
        cutter = "rjieba" if importlib.util.find_spec("rjieba") else "jieba"
        return (
            f"`zhsearch reindex` and `query`, words cut by {cutter}; five facets are counted in every answer,"
            " wanted or not"
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
    def open(self, index: Path, wanted: Wanted) -> Iterator[Ask]:
        """See Peer. The engine always counts its facets; excerpts are made by what the API calls."""
        engine = open_current(index, EmbeddedEngine)
        segmenter = get_segmenter("auto", self._cache)

        def ask(question: Question) -> Callable[[], Answer]:
            parameters = _parameters(question)
            query = parameters.query(segmenter)
            return lambda: _search(engine, query)

        def ask_for_excerpts(question: Question) -> Callable[[], Answer]:
            parameters = _parameters(question)
            return lambda: _from_api(run_search(engine, parameters, segmenter))

        yield ask_for_excerpts if wanted is Wanted.EXCERPTS else ask


def _parameters(question: Question) -> Parameters:
    tags = [question.tag] if question.tag else []
    return read_parameters(q=question.text, tag=tags, per_page=str(FIRST))


def _search(engine: Engine, query: Query) -> Answer:
    found = engine.search(query)
    paths = tuple(row.page.meta.path for row in found.hits if row.page.meta.title)
    return Answer(found.total, paths, len(found.facets["tag"]))


def _from_api(found: Mapping[str, object]) -> Answer:
    total, facets = found["total"], found["facets"]
    assert isinstance(total, int)
    assert isinstance(facets, dict)
    return Answer(total, (), len(facets["tag"]))  # the API tells no paths


def _command() -> list[str]:
    script = Path(sys.executable).with_name("zhsearch")
    return [str(script)] if script.exists() else [sys.executable, "-m", "zhsearch.search.cli"]
