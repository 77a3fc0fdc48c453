"""What is asked of every engine in the benchmark: the one Protocol, and the records that cross it.

Imports nothing of the project, so that a peer's cold start pays for nothing but itself. A new peer
(tantivy, SQLite FTS5) is one file with one class, and one line in `compare.PEERS`.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

FIRST = 10  # rows read of every answer


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


Ask = Callable[[Question], Answer]
"""All that happens between a reader's text and the first ten with their titles: parsing included."""


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

    def index_command(self, content: Path, index: Path) -> list[str]:
        """Indexes every file under `content` into the new folder `index`, as a process of its own.

        Its last line on stdout is a JSON object with `indexed`, the number of posts.
        """
        ...

    def query_command(self, index: Path, question: Question) -> list[str]:
        """Answers one question in a process of its own."""
        ...

    def open(self, index: Path, *, facets: bool) -> AbstractContextManager[Ask]:
        """Opens the index in this process; with `facets` every answer counts the tags of all its matches."""
        ...
