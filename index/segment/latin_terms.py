"""The terms with ASCII letters or digits as one text, in which parts of them are found.

The terms of a segment are classified at once, as one array of bytes: one by one, the first query that needs
them would wait for a tenth of a second.
"""

from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, IntArray, Mask, expand_ranges, offsets

_LATIN, _CAPITAL, _SIGN, _FOREIGN = np.uint8(1), np.uint8(2), np.uint8(4), np.uint8(8)
_KIND_OF_BYTE = np.full(256, _FOREIGN)
_KIND_OF_BYTE[:128] = _SIGN
_KIND_OF_BYTE[list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")] = _CAPITAL
_KIND_OF_BYTE[list(b"0123456789abcdefghijklmnopqrstuvwxyz")] = _LATIN


class LatinTerms(NamedTuple):
    """The terms with ASCII letters or digits that have no part of their own with them.

    `text` has a line break around each, `starts` (term + 1,) where each begins there, `numbers` (term,) their
    numbers, and `is_plain` (term,) which have nothing else.
    """

    text: bytes
    starts: IntArray
    numbers: IntArray
    is_plain: Mask


def latin_terms(text: Array, starts: Array) -> LatinTerms:
    """Choose them from packed terms."""
    first = starts.astype(np.int64)
    kinds = np.bitwise_or.reduceat(_KIND_OF_BYTE[text], first[:-1])
    is_plain = kinds & (_SIGN | _FOREIGN) == 0
    is_mixed = (kinds & _FOREIGN > 0) & (kinds & _LATIN > 0)
    numbers = np.flatnonzero(is_plain | is_mixed)
    sizes = np.diff(first)[numbers]
    own_starts = offsets(sizes + 1) + 1
    words = np.full(own_starts[-1], ord("\n"), dtype=np.uint8)
    words[expand_ranges(own_starts[:-1], sizes)] = text[expand_ranges(first[numbers], sizes)]
    return LatinTerms(words.tobytes(), own_starts, numbers, is_plain[numbers])
