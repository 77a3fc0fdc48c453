"""A peer that runs as a Python program of its own: its command line, written once for all peers but zhsearch.

Imports nothing of the project (see `peer`), so that the cold start of a peer pays for nothing but itself.

| command | prints, as JSON |
| --- | --- |
| `python -m MODULE index CONTENT INDEX OPTION…` | the number of posts in the new index |
| `python -m MODULE query INDEX TEXT TAG OPTION…` | the total and the first paths; an empty TAG is none |
"""

import json
import sys
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from pathlib import Path

from .peer import AnswerDetail, Prepare, Question

NICE = 10
"""What `zhsearch reindex` adds to its nice value."""


class ProgramPeer(ABC):
    """The part of a Peer that starts its own module as a program, for indexing at the priority of `zhsearch reindex`.

    `cache` is the folder where jieba, where it is used, keeps its compiled dictionary; `options` follow it in the
    constructor and on the command line.
    """

    answers = frozenset({AnswerDetail.HITS, AnswerDetail.FACETS})

    def __init__(self, cache: Path, *options: str) -> None:
        self._cache = cache
        self._options = [str(cache), *options]

    def index_command(self, content: Path, index: Path) -> list[str]:
        """See Peer."""
        return ["nice", "-n", str(NICE), *self._program(), "index", str(content), str(index), *self._options]

    def update_command(self, content: Path, index: Path) -> list[str] | None:
        """See Peer. These engines can delete and add; none of the recipes finds out which files changed."""
        return None

    def query_command(self, index: Path, question: Question) -> list[str]:
        """See Peer."""
        return [*self._program(), "query", str(index), question.text, question.tag or "", *self._options]

    @abstractmethod
    def open(self, index: Path, detail: AnswerDetail) -> AbstractContextManager[Prepare]:
        """See Peer."""

    @abstractmethod
    def build_index(self, content: Path, index: Path) -> int:
        """Index every post below `content` into the new folder `index`; return how many."""

    def _program(self) -> list[str]:
        return [sys.executable, "-m", type(self).__module__]

    @classmethod
    def main(cls, arguments: list[str]) -> None:
        """Run one of the two commands and print its result."""
        command, *rest = arguments
        if command == "index":
            content, index, cache, *options = rest
            indexed = cls(Path(cache), *options).build_index(Path(content), Path(index))
            print(json.dumps({"indexed": indexed}))
            return
        index, text, tag, cache, *options = rest
        with cls(Path(cache), *options).open(Path(index), AnswerDetail.HITS) as prepare:
            answer = prepare(Question("cold", text, tag or None))()
        print(json.dumps({"total": answer.total, "paths": answer.paths}, ensure_ascii=False))
