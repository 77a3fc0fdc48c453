"""Indexing runs, full or incremental: read a site's content and publish a generation."""

from zhsearch.index.pipeline.reindex import Progress, StrictError, reindex
from zhsearch.index.pipeline.temporary import index_documents
from zhsearch.index.pipeline.unused_boosts import unmatched_boosts
from zhsearch.index.pipeline.watch import Watcher

__all__ = ["Progress", "StrictError", "Watcher", "index_documents", "reindex", "unmatched_boosts"]
