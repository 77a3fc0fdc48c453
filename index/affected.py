"""Words that are cut otherwise from now on in, the pages that have them out.

A word of the owner's changes how a run of characters is cut only where the word itself stands.
"""

from collections.abc import Iterable

import numpy as np

from index.arrays import Numbers, unpack
from index.fold import fold_plain
from index.merge import Source
from index.part import Part

_FACETS = ("tag", "category")  # indexed as words as well, beside the texts


def paths_with(pages: Iterable[Source], words: Iterable[str]) -> set[str]:
    """The paths of the live pages that have one of the words anywhere in what is indexed."""
    sought = [fold_plain(word).encode("utf-8", "surrogatepass") for word in words]
    return {
        part.string("path", page)
        for part, live in pages
        for word in sought
        for page in _pages_of(part, word)
        if live[page]
    }


def _pages_of(part: Part, word: bytes) -> list[int]:
    text, places = part.arrays["folded"].tobytes(), []
    at = text.find(word)
    while at >= 0:
        places.append(at)
        at = text.find(word, at + 1)
    found = [np.searchsorted(part.arrays["folded.starts"], places, side="right") - 1]
    found += [_with_value(part, facet, word) for facet in _FACETS]
    pages: list[int] = np.unique(np.concatenate(found)).astype(np.int64).tolist()
    return pages


def _with_value(part: Part, facet: str, word: bytes) -> Numbers:
    values = unpack(part.arrays[f"{facet}.values"], part.arrays[f"{facet}.value_starts"])
    folded = [fold_plain(value.decode("utf-8", "surrogatepass")).encode() for value in values]
    having = np.array([word in value for value in folded], dtype=np.bool_)
    places = np.flatnonzero(having[part.arrays[f"{facet}.ids"]]) if len(values) else np.zeros(0, np.int64)
    pages: Numbers = np.searchsorted(part.arrays[f"{facet}.starts"], places, side="right") - 1
    return pages
