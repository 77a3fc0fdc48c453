"""This project as a peer: its real commands, and its real path from text to found pages."""

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.segment import get_segmenter
from index.store import open_live
from search.parameters import read_parameters
from search.whoosh_engine import WhooshEngine

from .peer import FIRST, Answer, Ask, Question


class Zhsearch:
    """The embedded engine as installed. `cache` is where jieba, if it must be, keeps its dictionary."""

    name = "zhsearch"

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    @property
    def recipe(self) -> str:
        """See Peer."""
        cutter = "rjieba" if importlib.util.find_spec("rjieba") else "jieba"
        return (
            f"`zhsearch reindex` and `query`, words cut by {cutter}; five facets are counted in every answer"
        )

    def index_command(self, content: Path, index: Path) -> list[str]:
        """See Peer."""
        return [*_command(), "reindex", "--content", str(content), "--index", str(index), "--full", "--json"]

    def query_command(self, index: Path, question: Question) -> list[str]:
        """See Peer."""
        tag = ["--tag", question.tag] if question.tag else []
        return [*_command(), "query", question.text, *tag, "--index", str(index), "--json"]

    @contextmanager
    def open(self, index: Path, *, facets: bool) -> Iterator[Ask]:
        """See Peer. `facets` changes nothing: the engine always counts them."""
        generation = open_live(index)
        engine = WhooshEngine(generation)
        segmenter = get_segmenter("auto", self._cache)

        def ask(question: Question) -> Answer:
            tags = [question.tag] if question.tag else []
            parameters = read_parameters(q=question.text, tag=tags, per_page=str(FIRST))
            found = engine.search(parameters.query(segmenter))
            return Answer(
                total=found.total,
                paths=tuple(document.path for document, _ in found.rows if document.title),
                tags=len(found.facets["tag"]),
            )

        try:
            yield ask
        finally:
            generation.lock.close()


def _command() -> list[str]:
    script = Path(sys.executable).with_name("zhsearch")
    return [str(script)] if script.exists() else [sys.executable, "-m", "search.cli"]
