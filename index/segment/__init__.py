"""The on-disk format of a segment: postings, n-grams and doc store as memory-mapped arrays.

`builder` and `merge` are imported by their own names: only a run writes segments.
"""

from zhsearch.index.segment.array_file import ArrayWriter, read_arrays
from zhsearch.index.segment.docstore import StoredDocument
from zhsearch.index.segment.postings import interleave
from zhsearch.index.segment.reader import MAX_PAGES, SUFFIX, SegmentReader, open_segment

__all__ = [
    "MAX_PAGES",
    "SUFFIX",
    "ArrayWriter",
    "SegmentReader",
    "StoredDocument",
    "interleave",
    "open_segment",
    "read_arrays",
]
