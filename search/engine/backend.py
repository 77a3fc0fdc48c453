"""Protocols of what differs from one engine to another: opening, following, publishing."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.errors import StoreError
from zhsearch.index.models import Document
from zhsearch.search.engine.protocol import Engine


class Follower(Protocol):
    """Hands out the engine of the live generation, to each request one."""

    index: Path
    """The index folder, where runs and counts are noted."""

    def engine(self) -> Engine:
        """The engine to answer one request with; raises StoreError where there is none."""
        ...

    def is_corrupt(self) -> bool:
        """Was what the open engine reads damaged a moment ago?"""
        ...

    def warning(self, engine: Engine) -> str | None:
        """What is wrong with the live generation, where another answers."""
        ...

    def watch(self) -> None:
        """Called in a thread of a server's worker, once a second: opens what is new before anyone asks."""
        ...

    def release(self) -> None:
        """Let go of the engine; the next request opens one again."""
        ...


class Backend(Protocol):
    """What is different from one engine to another."""

    def open(self) -> Engine:
        """The live generation's engine. Raises NoIndexError or StoreError."""
        ...

    def follow(self) -> Follower:
        """What follows the live generation, for a server."""
        ...

    def publish(self, *, full: bool) -> None:
        """Bring what answers up to the index folder, after a run has published there; `full`: all of it."""
        ...

    def status(self, *, verify: bool) -> tuple[Mapping[str, Any], StoreError | None]:
        """What is live, and what is wrong with it although it serves."""
        ...

    def temporary(
        self, documents: Iterable[Document], segmenter: Segmenter
    ) -> AbstractContextManager[Engine]:
        """A throw-away index of some documents; the one in use is not touched."""
        ...
