"""Stale pages: those to analyse again after words of the lexicon changed.

A word of the lexicon affects the segmentation of a run of characters only if it occurs there. The n-grams
tell where; a page that has those of a longer word apart from each other is analysed in vain.
"""

from collections.abc import Iterable, Set

import numpy as np

from zhsearch.index.analysis import fold_plain
from zhsearch.index.arrays import IntArray, decode_text
from zhsearch.index.fields import LABELS
from zhsearch.index.segment import SegmentReader
from zhsearch.index.segment.merge import LiveSegment

_MAX_WORDS = 500  # with more of them, searching takes as long as analysing everything again


def stale_paths(pages: Iterable[LiveSegment], words: Set[str]) -> set[str]:
    """The paths of the live pages that may have one of the words in any indexed text; of all live pages if
    there are too many words to search for."""
    folded_words = list(filter(None, map(fold_plain, words)))
    paths: set[str] = set()
    for reader, live in pages if words else ():
        stale = _pages_with(reader, folded_words) if len(words) <= _MAX_WORDS else range(len(reader))
        paths.update(reader.string("path", page) for page in stale if live[page])
    return paths


def _pages_with(reader: SegmentReader, words: list[str]) -> set[int]:
    """The pages that may have one of these folded words in title, text, tags or categories."""
    pages = [reader.pages_with_ngrams(word) for word in words]
    pages += [_pages_with_value(reader, facet, words) for facet in LABELS]
    return set(np.concatenate(pages).tolist())


def _pages_with_value(reader: SegmentReader, facet: str, words: list[str]) -> IntArray:
    """The page of each occurrence of a facet value that contains one of the folded words."""
    folded = [fold_plain(decode_text(value)) for value in reader.all_facet_values(facet)]
    # matching: (values,) bool; rows: indices into the ids of all pages.
    matching = np.array([any(word in value for word in words) for value in folded], dtype=np.bool_)
    rows = np.flatnonzero(matching[reader.arrays[f"{facet}.ids"]]) if folded else np.zeros(0, np.int64)
    pages: IntArray = np.searchsorted(reader.arrays[f"{facet}.starts"], rows, side="right") - 1
    return pages
