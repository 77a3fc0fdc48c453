"""Stale pages: those to analyse again after words of the lexicon changed.

A word of the lexicon affects the segmentation of a run of characters only if it occurs there.
"""

from collections.abc import Iterable, Set

import numpy as np

from zhsearch.index.analysis import fold_plain
from zhsearch.index.arrays import IntArray, decode_text, encode_text
from zhsearch.index.fields import LABELS
from zhsearch.index.segment import SegmentReader
from zhsearch.index.segment.merge import LiveSegment

_MAX_WORDS = 500  # with more of them, searching takes as long as analysing everything again


def stale_paths(pages: Iterable[LiveSegment], words: Set[str]) -> set[str]:
    """The paths of the live pages with one of the words in any indexed text; of all live pages if there are
    too many words to search for."""
    folded_words = [encode_text(fold_plain(word)) for word in words]
    paths: set[str] = set()
    for reader, live in pages if words else ():
        stale = _pages_with(reader, folded_words) if len(words) <= _MAX_WORDS else range(len(reader))
        paths.update(reader.string("path", page) for page in stale if live[page])
    return paths


def _pages_with(reader: SegmentReader, words: list[bytes]) -> set[int]:
    """The pages with one of these folded words in title, text, tags or categories."""
    text, starts = reader.arrays["folded"].tobytes(), reader.arrays["folded.starts"]
    matches = []  # byte offsets in the text of all pages
    for word in words:
        match = text.find(word)
        while match >= 0:
            matches.append(match)
            match = text.find(word, match + 1)
    pages = [np.searchsorted(starts, matches, side="right") - 1]
    pages += [_pages_with_value(reader, facet, words) for facet in LABELS]
    return set(np.concatenate(pages).astype(np.int64).tolist())


def _pages_with_value(reader: SegmentReader, facet: str, words: list[bytes]) -> IntArray:
    """The page of each occurrence of a facet value that contains one of the folded words."""
    folded = [encode_text(fold_plain(decode_text(value))) for value in reader.all_facet_values(facet)]
    # matching: (values,) bool; rows: indices into the ids of all pages.
    matching = np.array([any(word in value for word in words) for value in folded], dtype=np.bool_)
    rows = np.flatnonzero(matching[reader.arrays[f"{facet}.ids"]]) if folded else np.zeros(0, np.int64)
    pages: IntArray = np.searchsorted(reader.arrays[f"{facet}.starts"], rows, side="right") - 1
    return pages
