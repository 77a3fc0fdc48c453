"""Indexing runs, full or incremental: read a site's content and publish a generation."""

from zhsearch.index.pipeline.left_out import count_by_kind, left_out_pages, same_address_notice
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.index.pipeline.run import Progress, StrictError
from zhsearch.index.pipeline.sources import open_source
from zhsearch.index.pipeline.temporary import index_documents
from zhsearch.index.pipeline.unused_boosts import unmatched_boosts
from zhsearch.index.pipeline.watch import Watcher

__all__ = [
    "Progress",
    "StrictError",
    "Watcher",
    "count_by_kind",
    "index_documents",
    "left_out_pages",
    "open_source",
    "reindex",
    "same_address_notice",
    "unmatched_boosts",
]
