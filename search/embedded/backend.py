"""The embedded backend, whose only storage is the index folder.

The engine is imported when it is opened: a run of the index publishes by it, and has nothing to search.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhsearch.index.analysis import Segmenter
from zhsearch.index.errors import CorruptIndexError, StoreError
from zhsearch.index.generations import Generation, current_id, open_current
from zhsearch.index.models import Document
from zhsearch.search.settings import Settings

if TYPE_CHECKING:
    from zhsearch.search.embedded.engine import EmbeddedEngine
    from zhsearch.search.embedded.follower import EmbeddedFollower
    from zhsearch.search.engine import Engine


class EmbeddedBackend:
    """See Backend."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def check(self) -> None:
        """See Backend. Nothing to do: each setting is checked by itself."""

    def open(self) -> "Engine":
        """See Backend."""
        return open_current(self._settings.index, _engine())

    def follow(self) -> "EmbeddedFollower":
        """See Backend."""
        from zhsearch.search.embedded.follower import EmbeddedFollower  # noqa: PLC0415

        return EmbeddedFollower(self._settings.index, page_cache=self._settings.page_cache_mb << 20)

    def publish(self, *, full: bool) -> None:
        """See Backend. Nothing to do: the index folder is what answers."""

    def status(self, *, verify: bool) -> tuple[dict[str, Any], StoreError | None]:
        """See Backend."""
        index = self._settings.index
        generation = open_current(index, self.usable)
        if verify:
            generation.verify()
        current = current_id(index)
        facts = {
            "generation": generation.id,
            "current": current,
            "documents": generation.manifest.documents,
            "created": generation.manifest.created.isoformat(),
            "bytes": generation.manifest.bytes,
            "verified": verify,
            "index": str(index),
            "signature": generation.manifest.signature,
        }
        if current == generation.id:
            return facts, None
        folder = index / "generations" / str(current)
        return facts, CorruptIndexError(
            folder, "it cannot be served; {generation} is served instead", generation=generation.id
        )

    def usable(self, generation: Generation) -> Generation:
        """See Backend."""
        _engine()(generation)
        return generation

    @contextmanager
    def temporary(self, documents: Iterable[Document], segmenter: Segmenter) -> "Iterator[Engine]":
        """See Backend."""
        # Serving does not need the modules that build an index.
        from zhsearch.index.pipeline.temporary import index_documents  # noqa: PLC0415

        with tempfile.TemporaryDirectory(prefix="zhsearch-eval-") as folder:
            index_documents(documents, Path(folder), segmenter)
            yield open_current(Path(folder), _engine())


def _engine() -> "type[EmbeddedEngine]":
    from zhsearch.search.embedded.engine import EmbeddedEngine  # noqa: PLC0415

    return EmbeddedEngine
