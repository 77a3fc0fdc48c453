"""The terms of a segment with ASCII letters or digits, looked up by a text within them.

A suffix array: the places in the joined terms, sorted by the bytes that follow. Two bisections find all terms
with a text, where a search of the joined terms would read them all.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.arrays import IntArray, offsets

_LATIN = re.compile(rb"[0-9a-z]")
_SORTED_BYTES = 8  # of each suffix, as one number; what is sought may be longer
_FIRST_NOT_ASCII = 0x80


class LatinTerms:
    """The terms of letters and digits that have no part of their own with them, by what they contain.

    `terms` are all terms of a segment, sorted.
    """

    def __init__(self, terms: Sequence[bytes]) -> None:
        rows = [
            number
            for number, term in enumerate(terms)
            if term.isalnum() or (not term.isascii() and _LATIN.search(term))
        ]
        latin = [terms[number] for number in rows]
        self._numbers = np.array(rows, dtype=np.int32)
        self._is_plain = np.fromiter(map(bytes.isalnum, latin), dtype=np.bool_, count=len(latin))
        self._starts = (offsets([len(term) + 1 for term in latin]) + 1).astype(np.int32)
        self._text = b"\n".join([b"", *latin, b""])  # a line break around each term
        self._suffixes = _suffix_array(self._text)

    def containing(self, text: bytes, *, begins: bool, ends: bool, mixed: bool) -> IntArray:
        """See `SegmentReader.terms_containing`."""
        sought = b"\n" * begins + text + b"\n" * ends
        found = self._places(sought) + begins
        terms = self._starts.searchsorted(found, side="right") - 1
        terms.sort()
        terms = terms[np.diff(terms, prepend=-1) > 0]
        numbers: IntArray = self._numbers[terms if mixed else terms[self._is_plain[terms]]].astype(np.int64)
        return numbers

    def _places(self, sought: bytes) -> NDArray[np.int32]:
        """Where a text begins in the joined terms, in no order."""
        prefix, places = sought[:_SORTED_BYTES], range(len(self._suffixes))
        key = partial(_suffix, self._text, self._suffixes.data, len(prefix))
        first = bisect_left(places, prefix, key=key)
        found = self._suffixes[first : bisect_right(places, prefix, lo=first, key=key)]
        if len(sought) > _SORTED_BYTES:
            found = found[[self._text.startswith(sought, place) for place in found.tolist()]]
        return found


def _suffix(text: bytes, suffixes: "memoryview[int]", size: int, number: int) -> bytes:
    """The beginning of a suffix, by its place in the suffix array."""
    start = suffixes[number]
    return text[start : start + size]


def _suffix_array(text: bytes) -> NDArray[np.int32]:
    """The places in a text where an ASCII character is, sorted by the _SORTED_BYTES from there on."""
    data = np.frombuffer(text + bytes(_SORTED_BYTES), dtype=np.uint8)
    keys = np.zeros(len(text), dtype=np.uint64)
    for place in range(_SORTED_BYTES):
        keys <<= np.uint64(8)
        keys |= data[place : place + len(text)]
    places = np.flatnonzero(data[: len(text)] < _FIRST_NOT_ASCII)
    return places[keys[places].argsort()].astype(np.int32)
