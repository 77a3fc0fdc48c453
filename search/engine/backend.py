"""Protocols of a storage backend: open, follow, publish and check an index."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from zhsearch.index.errors import StoreError
from zhsearch.index.models import Document
from zhsearch.search.engine.protocol import Engine

if TYPE_CHECKING:
    from zhsearch.index.analysis import Segmenter
    from zhsearch.index.generations import Generation


class Follower(Protocol):
    """The engine of the live generation, for each request of a server."""

    index: Path
    """The index folder, where reindex runs and query counts are recorded."""

    def engine(self) -> Engine:
        """The engine for one request. Raises NoIndexError or StoreError where there is none."""
        ...

    def is_corrupt(self) -> bool:
        """Whether the files of the open engine were found damaged within the last seconds."""
        ...

    def warning(self, engine: Engine) -> str | None:
        """What is wrong with the live generation, where an older one answers instead."""
        ...

    def watch(self) -> None:
        """Open a new generation before a request needs it. A server calls this once a second in a thread."""
        ...

    def release(self) -> None:
        """Drop the engine; the next request opens one again."""
        ...


class Backend(Protocol):
    """The storage of an engine: everything that differs between engines besides answering queries."""

    def check(self) -> None:
        """Raise SettingsError for a setting that it cannot use. Nothing is read from the index or sent."""

    def open(self) -> Engine:
        """The live generation's engine. Raises NoIndexError or StoreError."""
        ...

    def follow(self) -> Follower:
        """A follower of the live generation, for a server."""
        ...

    def publish(self, *, full: bool) -> None:
        """Bring the engine's own storage up to the index folder after a reindex; `full`: all documents."""
        ...

    def status(self, *, verify: bool) -> tuple[Mapping[str, Any], StoreError | None]:
        """Facts about the live generation, and what is wrong with it although it serves."""
        ...

    def usable(self, generation: "Generation") -> "Generation":
        """The generation itself, if this version can serve it. Raises StoreError where it cannot."""
        ...

    def temporary(
        self, documents: Iterable[Document], segmenter: "Segmenter"
    ) -> AbstractContextManager[Engine]:
        """A temporary index of the documents, removed on exit; the live index is not touched."""
        ...
