"""The protocol that every engine of the benchmark implements, and the records that cross it.

Imports nothing of the project, so that the cold start of a peer pays for nothing but itself. A new peer is one
module with one class, and one line in `compare.PEERS`.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

TOP_N = 10  # hits read of every answer


@dataclass(frozen=True, slots=True)
class Page:
    """A published post: title, visible text and tags, and the source file's text (`raw`)."""

    path: str
    title: str
    text: str
    tags: tuple[str, ...]
    raw: str


class AnswerDetail(Enum):
    """What an answer contains beside the first ten titles and the exact total."""

    HITS = "nothing more"
    FACETS = "every facet that the peer counts, over all matches; the tags at least"
    EXCERPTS = "facets, and a highlighted snippet of each hit"


@dataclass(frozen=True, slots=True)
class Question:
    """One query: its text, quotes included, and a tag to filter by.

    `pages` are the paths of the relevant posts, where the rule that made the query knows them.
    """

    kind: str
    text: str
    tag: str | None = None
    pages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """The total, the first ten paths relative to the content folder, and the number of tags with a count.

    `tags` is 0 in an answer without facets. `seconds` is what the search took by the clock of a peer in another
    process, for which the time on the way does not count; None where the clock of the caller counts.
    """

    total: int
    paths: tuple[str, ...]
    tags: int = 0
    seconds: float | None = None


Prepare = Callable[[Question], Callable[[], Answer]]
"""Parse a question and return the search that answers it. The latency of a query is both calls together."""


class Peer(Protocol):
    """One engine with one recipe."""

    @property
    def name(self) -> str:
        """The head of its column in the table."""
        ...

    @property
    def recipe(self) -> str:
        """One line for the table's footer: what exactly was measured."""
        ...

    @property
    def answers(self) -> frozenset[AnswerDetail]:
        """The details that the peer can answer with."""
        ...

    def index_command(self, content: Path, index: Path) -> list[str]:
        """A command that indexes every file below `content` into the new folder `index`.

        Its last line on stdout is a JSON object with `indexed`, the number of posts.
        """
        ...

    def update_command(self, content: Path, index: Path) -> list[str] | None:
        """A command that brings `index` up to date with `content` incrementally; None where the recipe has none.

        Its last line on stdout is that of `index_command`, with the number of posts it analysed.
        """
        ...

    def query_command(self, index: Path, question: Question) -> list[str]:
        """A command that answers one question."""
        ...

    def open(self, index: Path, detail: AnswerDetail) -> AbstractContextManager[Prepare]:
        """Open the index in this process, for answers with the given detail."""
        ...
