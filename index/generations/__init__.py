"""Published generations of an index: opened, locked, verified, published, rolled back.

`writer`, `write_lock` and `rollback` are imported by their own names: serving reads only.
"""

from zhsearch.index.generations.durable import sync
from zhsearch.index.generations.manifest import (
    FORMAT,
    MANIFEST,
    Manifest,
    SegmentEntry,
    decode_facets,
    decode_near_copies,
    decode_segments,
    decode_site,
)
from zhsearch.index.generations.store import (
    EXHAUSTED_ERRNOS,
    ChecksumCache,
    Generation,
    GenerationState,
    current_id,
    file_identity,
    list_generations,
    open_current,
    unreadable_error,
)

__all__ = [
    "EXHAUSTED_ERRNOS",
    "FORMAT",
    "MANIFEST",
    "ChecksumCache",
    "Generation",
    "GenerationState",
    "Manifest",
    "SegmentEntry",
    "current_id",
    "decode_facets",
    "decode_near_copies",
    "decode_segments",
    "decode_site",
    "file_identity",
    "list_generations",
    "open_current",
    "sync",
    "unreadable_error",
]
