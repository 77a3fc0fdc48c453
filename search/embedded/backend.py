"""Settings in, the embedded engine out: the index folder is all there is."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.errors import DamagedError, StoreError
from zhsearch.index.generations.store import Generation, live_id, open_live
from zhsearch.index.models import Document
from zhsearch.index.settings import Settings
from zhsearch.search.embedded.engine import WhooshEngine
from zhsearch.search.embedded.follower import Live
from zhsearch.search.engine.protocol import Engine


class WhooshBackend:
    """See Backend."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def open(self) -> Engine:
        """See Backend."""
        return open_live(self._settings.index, WhooshEngine)

    def follow(self) -> Live:
        """See Backend."""
        return Live(self._settings.index, page_cache=self._settings.page_cache_mb << 20)

    def publish(self, *, full: bool) -> None:
        """See Backend. What a run publishes is what answers."""

    def status(self, *, verify: bool) -> tuple[dict[str, Any], StoreError | None]:
        """See Backend."""
        index = self._settings.index
        generation = open_live(index, _checked)
        if verify:
            generation.verify()
        current = live_id(index)
        facts = {
            "generation": generation.id,
            "current": current,
            "documents": generation.manifest["documents"],
            "created": generation.manifest["created"],
            "bytes": sum(generation.manifest["sizes"].values()),
            "verified": verify,
            "index": str(index),
            "signature": generation.manifest["signature"],
        }
        if current == generation.id:
            return facts, None
        folder = index / "generations" / str(current)
        return facts, DamagedError(folder, f"it cannot be served; {generation.id} is instead")

    @contextmanager
    def trial(self, documents: Iterable[Document], segmenter: Segmenter) -> Iterator[Engine]:
        """See Backend."""
        # Serving has no use for what builds an index.
        from zhsearch.index.pipeline.temporary import index_documents  # noqa: PLC0415

        with tempfile.TemporaryDirectory(prefix="zhsearch-eval-") as folder:
            index_documents(documents, Path(folder), segmenter)
            yield open_live(Path(folder), WhooshEngine)


make = WhooshBackend


def _checked(generation: Generation) -> Generation:
    """The generation, if it can be searched."""
    WhooshEngine(generation)
    return generation
