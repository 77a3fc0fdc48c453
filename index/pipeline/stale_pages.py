"""Words that are cut otherwise from now on in, the pages that have them out.

A word of the owner's changes how a run of characters is cut only where the word itself stands.
"""

from collections.abc import Iterable, Set

import numpy as np

from zhsearch.index.analysis.folding import fold_plain
from zhsearch.index.arrays import IntArray, unpack_strings
from zhsearch.index.fields import LABELS
from zhsearch.index.segment.merge import LiveSegment
from zhsearch.index.segment.reader import SegmentReader

_MOST = 500  # words; more are looked for in no less time than everything is analysed


def stale_paths(pages: Iterable[LiveSegment], words: Set[str]) -> set[str]:
    """The paths of the live pages that have one of the words anywhere in what is indexed; of all live pages
    where there are so many words that it is not worth looking."""
    sought = [fold_plain(word).encode("utf-8", "surrogatepass") for word in words]
    paths: set[str] = set()
    for part, live in pages if sought else ():
        having = _pages_with(part, sought) if len(sought) <= _MOST else range(len(part))
        paths.update(part.string("path", page) for page in having if live[page])
    return paths


def _pages_with(part: SegmentReader, sought: list[bytes]) -> set[int]:
    text, starts = part.arrays["folded"].tobytes(), part.arrays["folded.starts"]
    places = []
    for word in sought:
        at = text.find(word)
        while at >= 0:
            places.append(at)
            at = text.find(word, at + 1)
    found = [np.searchsorted(starts, places, side="right") - 1]
    found += [_with_value(part, facet, sought) for facet in LABELS]
    return set(np.concatenate(found).astype(np.int64).tolist())


def _with_value(part: SegmentReader, facet: str, sought: list[bytes]) -> IntArray:
    values = unpack_strings(part.arrays[f"{facet}.values"], part.arrays[f"{facet}.value_starts"])
    folded = [fold_plain(value.decode("utf-8", "surrogatepass")).encode() for value in values]
    having = np.array([any(word in value for word in sought) for value in folded], dtype=np.bool_)
    places = np.flatnonzero(having[part.arrays[f"{facet}.ids"]]) if len(values) else np.zeros(0, np.int64)
    pages: IntArray = np.searchsorted(part.arrays[f"{facet}.starts"], places, side="right") - 1
    return pages
