"""What is asked of every engine in the benchmark: the one Protocol, and the records that cross it.

Imports nothing of the project, so that a peer's cold start pays for nothing but itself. A new peer
(SQLite FTS5) is one file with one class, and one line in `compare.PEERS`.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

FIRST = 10  # rows read of every answer


@dataclass(frozen=True, slots=True)
class Page:
    """A published post: its title, visible text and tags, and the file's own text."""

    path: str
    title: str
    text: str
    tags: tuple[str, ...]
    raw: str


class Wanted(Enum):
    """What an answer is made of, beside the first ten with their titles and the exact total."""

    ROWS = "nothing more"
    FACETS = "every facet that the peer counts, over all matches; the tags at least"
    EXCERPTS = "facets, and of each row an excerpt with its marks"


@dataclass(frozen=True, slots=True)
class Question:
    """One query. `text` is what a reader types, quotes included; `tag` narrows it to the pages of one tag.

    `pages` are the posts that an answer ought to hold, known for quoted phrases only.
    """

    kind: str
    text: str
    tag: str | None = None
    pages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """The first ten posts by path (relative to the content folder), how many there are in all, and how many
    tags were counted (0 where no facets were asked for)."""

    total: int
    paths: tuple[str, ...]
    tags: int = 0


Ask = Callable[[Question], Callable[[], Answer]]
"""Reads a question, text and all, and gives what answers it. Both together are what a reader waits for."""


class Peer(Protocol):
    """One engine with one recipe."""

    @property
    def name(self) -> str:
        """The head of its column."""
        ...

    @property
    def recipe(self) -> str:
        """One line for the footer: what exactly was measured."""
        ...

    @property
    def answers(self) -> frozenset[Wanted]:
        """What it can be opened for."""
        ...

    def index_command(self, content: Path, index: Path) -> list[str]:
        """Indexes every file under `content` into the new folder `index`, as a process of its own.

        Its last line on stdout is a JSON object with `indexed`, the number of posts.
        """
        ...

    def update_command(self, content: Path, index: Path) -> list[str] | None:
        """Brings `index` up to date with `content`, reading as little as it can; the same last line, of what
        it analysed. None where the recipe knows only whole runs."""
        ...

    def query_command(self, index: Path, question: Question) -> list[str]:
        """Answers one question in a process of its own."""
        ...

    def open(self, index: Path, wanted: Wanted) -> AbstractContextManager[Ask]:
        """Opens the index in this process, for answers with what is `wanted`."""
        ...
