"""Published generations of an index: opened, locked, verified, published, rolled back."""

from zhsearch.index.generations.manifest import (
    FORMAT,
    MANIFEST,
    FileState,
    Manifest,
    SegmentEntry,
    decode_segments,
)
from zhsearch.index.generations.rollback import roll_back
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
from zhsearch.index.generations.writer import IndexWriter, link, open_writer

__all__ = [
    "EXHAUSTED_ERRNOS",
    "FORMAT",
    "MANIFEST",
    "ChecksumCache",
    "FileState",
    "Generation",
    "GenerationState",
    "IndexWriter",
    "Manifest",
    "SegmentEntry",
    "current_id",
    "decode_segments",
    "file_identity",
    "link",
    "list_generations",
    "open_current",
    "open_writer",
    "roll_back",
    "unreadable_error",
]
