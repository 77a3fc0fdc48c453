"""Where a short text occurs in a long one: by two bisections of its sorted suffixes, without reading it."""

from bisect import bisect_left, bisect_right
from functools import partial

import numpy as np
from numpy.typing import NDArray

_SORTED_BYTES = 8  # of each suffix, as one number; what is sought may be longer
_FIRST_NOT_ASCII = 0x80


class SuffixArray:
    """The places in a text where an ASCII character is, sorted by the bytes from there on."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        data = np.frombuffer(text + bytes(_SORTED_BYTES), dtype=np.uint8)
        keys = np.zeros(len(text), dtype=np.uint64)
        for place in range(_SORTED_BYTES):
            keys <<= np.uint64(8)
            keys |= data[place : place + len(text)]
        places = np.flatnonzero(data[: len(text)] < _FIRST_NOT_ASCII)
        self._suffixes: NDArray[np.int32] = places[keys[places].argsort()].astype(np.int32)

    def find(self, sought: bytes) -> NDArray[np.int32]:
        """Where a text that begins with an ASCII character occurs, in no order."""
        beginning, numbers = sought[:_SORTED_BYTES], range(len(self._suffixes))
        key = partial(self._suffix, len(beginning))
        first = bisect_left(numbers, beginning, key=key)
        found = self._suffixes[first : bisect_right(numbers, beginning, lo=first, key=key)]
        if len(sought) > _SORTED_BYTES:
            found = found[[self._text.startswith(sought, place) for place in found.tolist()]]
        return found

    def _suffix(self, size: int, number: int) -> bytes:
        """The beginning of a suffix."""
        start: int = self._suffixes.data[number]
        return self._text[start : start + size]
