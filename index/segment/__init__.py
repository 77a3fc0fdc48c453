"""The on-disk format of a segment: postings, n-grams and doc store as memory-mapped arrays."""

from zhsearch.index.segment.array_file import ArrayWriter
from zhsearch.index.segment.builder import build_segment
from zhsearch.index.segment.docstore import StoredDocument
from zhsearch.index.segment.merge import LiveSegment, merge
from zhsearch.index.segment.postings import interleave
from zhsearch.index.segment.reader import MAX_PAGES, SUFFIX, SegmentReader, open_segment

__all__ = [
    "MAX_PAGES",
    "SUFFIX",
    "ArrayWriter",
    "LiveSegment",
    "SegmentReader",
    "StoredDocument",
    "build_segment",
    "interleave",
    "merge",
    "open_segment",
]
