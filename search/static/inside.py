"""The pages that have a word only inside longer words, as the embedded engine finds them while it answers.

A browser cannot search texts that it has not loaded, so that the pages are found beforehand, for all terms at
once: n-grams name candidates, texts decide. Latin words are searched among the terms, of which a table of all
endings has those that contain a word side by side.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, IntArray, expand_ranges
from zhsearch.search.query import Pattern
from zhsearch.search.static.ngrams import Ngrams
from zhsearch.search.static.postings import among, distinct, starts_of

_MAX_NGRAM = 2  # characters; a pattern that is not longer is an n-gram itself
_FILTERS = 4  # n-grams of a pattern, the rarest ones, that a page must have before its text is searched
_AFTER_ALL = b"\xff"  # a byte that UTF-8 never has


class TextPatterns(NamedTuple):
    """Patterns to be searched in texts: the row of each, ascending, its text, and whether it is bounded."""

    rows: IntArray
    texts: list[str]
    bounded: list[bool]


def pairs_in_texts(
    patterns: TextPatterns, ngrams: Ngrams, texts: Sequence[bytes], excluded: IntArray
) -> IntArray:
    """The pairs of a pattern's row and a page whose text contains it, without the `excluded` pairs."""
    count = ngrams.count
    numbers, pages = _candidates(patterns, ngrams, excluded)
    is_ngram = np.fromiter(map(len, patterns.texts), np.int64, len(patterns.texts)) <= _MAX_NGRAM
    is_exact = (is_ngram & ~np.array(patterns.bounded, dtype=np.bool_))[numbers]
    unsure = np.flatnonzero(~is_exact)
    found = unsure[_are_in_texts(numbers[unsure], pages[unsure], patterns, texts)]
    kept = np.sort(np.concatenate((np.flatnonzero(is_exact), found)))
    pairs: IntArray = patterns.rows[numbers[kept]] * count + pages[kept]
    return pairs


def _candidates(
    patterns: TextPatterns, ngrams: Ngrams, excluded: IntArray
) -> tuple[IntArray, IntArray]:
    """(numbers of patterns, pages) that have the rarest n-grams of a pattern and are not excluded."""
    starts, rows = ngrams.rows(patterns.texts)
    sizes = np.where(rows < 0, 0, np.diff(ngrams.starts, append=0)[rows])
    owners = np.repeat(np.arange(len(patterns.texts)), np.diff(starts))
    order = np.lexsort((sizes, owners))  # the rarest of each pattern first
    rows, sizes = rows[order], sizes[order]
    firsts, totals = starts[:-1], np.diff(starts)
    rarest = rows[firsts]
    counts = sizes[firsts]
    numbers = np.repeat(np.arange(len(firsts)), counts)
    pages = ngrams.pages[expand_ranges(ngrams.starts[rarest], counts)]
    kept = ~among(patterns.rows[numbers] * ngrams.count + pages, excluded)
    numbers, pages = numbers[kept], pages[kept]
    for place in range(1, _FILTERS):
        has_more = totals[numbers] > place
        row = rows[np.where(has_more, firsts[numbers] + place, 0)]
        kept = ~has_more
        kept[has_more] = among((row * ngrams.count + pages)[has_more], ngrams.pairs)
        numbers, pages = numbers[kept], pages[kept]
    return numbers, pages


def _are_in_texts(
    numbers: IntArray, pages: IntArray, patterns: TextPatterns, texts: Sequence[bytes]
) -> Array:
    """Which of the pages' texts really contain the pattern with the number beside it."""
    found = np.zeros(len(numbers), dtype=np.bool_)
    compiled: dict[int, Pattern] = {}
    for place, (number, page) in enumerate(zip(numbers.tolist(), pages.tolist(), strict=True)):
        pattern = compiled.get(number)
        if pattern is None:
            pattern = compiled[number] = Pattern(patterns.texts[number], patterns.bounded[number])
        found[place] = pattern.is_in(texts[page])
    return found


def pairs_beginning(words: IntArray, keys: Sequence[bytes], pairs: IntArray, count: int) -> IntArray:
    """The pairs of some words, given by their rows, and the pages of other texts that begin with them.

    `keys` are the texts of all rows, `pairs` the postings to be searched.
    """
    starts = starts_of(pairs, len(keys), count)
    lasts = [bisect_left(keys, keys[row] + _AFTER_ALL, row) for row in words.tolist()]
    firsts, ends = starts[words + 1], starts[np.array(lasts, dtype=np.int64)]
    return _spread(words, firsts, ends - firsts, pairs, count)


def _spread(words: IntArray, firsts: IntArray, counts: IntArray, pairs: IntArray, count: int) -> IntArray:
    """The pairs of words with the pages of some ranges of postings."""
    pages = pairs[expand_ranges(firsts, counts)] % count
    return distinct(np.repeat(words, counts) * count + pages)


class Endings:
    """All endings of plain ASCII terms, sorted: those that begin with a text belong to the terms that contain
    it. `rows` are those of the terms."""

    def __init__(self, terms: Sequence[bytes], rows: IntArray) -> None:
        endings = [
            (term[place:], row, place)
            for term, row in zip(terms, rows.tolist(), strict=True)
            for place in range(len(term))
        ]
        endings.sort()
        self._texts = [text for text, _, _ in endings]
        self._rows = np.array([row for _, row, _ in endings], dtype=np.int64)
        self._places = np.array([place for _, _, place in endings], dtype=np.int64)

    def pairs_containing(
        self, words: IntArray, keys: Sequence[bytes], pairs: IntArray, count: int
    ) -> IntArray:
        """The pairs of some words, given by their rows, and the pages of the terms that contain them."""
        lows, highs = [], []
        for row in words.tolist():
            low = bisect_left(self._texts, keys[row])
            lows.append(low)
            highs.append(bisect_left(self._texts, keys[row] + _AFTER_ALL, low))
        first = np.array(lows, dtype=np.int64)
        counts = np.array(highs, dtype=np.int64) - first
        terms = self._rows[expand_ranges(first, counts)]
        owners = np.repeat(words, counts)
        starts = starts_of(pairs, len(keys), count)
        sizes = starts[terms + 1] - starts[terms]
        return _spread(owners, starts[terms], sizes, pairs, count)

    def within(self, size: int) -> Iterator[tuple[bytes, IntArray]]:
        """(text, rows of terms) of each text of `size` bytes that a term has elsewhere than at its beginning."""
        inner = np.flatnonzero(self._places > 0)
        texts = [self._texts[place] for place in inner.tolist()]
        long = [number for number, text in enumerate(texts) if len(text) >= size]
        keys = [texts[number][:size] for number in long]
        rows = self._rows[inner[long]]
        edges = [number for number in range(len(keys)) if number == 0 or keys[number] != keys[number - 1]]
        for start, end in zip(edges, [*edges[1:], len(keys)], strict=True):
            yield keys[start], distinct(rows[start:end])


def difference(pairs: IntArray, *excluded: IntArray) -> IntArray:
    """Sorted pairs without those of other sorted arrays."""
    for others in excluded:
        pairs = pairs[~among(pairs, others)]
    return pairs


def rows_with_few(pairs: IntArray, rows: int, count: int, most: int) -> Array:
    """(rows,) which rows have at most so many pages."""
    few: Array = np.diff(starts_of(pairs, rows, count)) <= most
    return few


def ranges_sharing(keys: Sequence[bytes], least: int, more_than: int) -> Iterator[tuple[bytes, int, int]]:
    """(prefix, first, last) of each prefix of ASCII letters and digits, of `least` bytes or more, that more
    than so many of the sorted keys begin with."""
    groups = [(0, bisect_left(keys, b"\x80"))]
    size = 0
    while groups:
        size += 1
        longer = []
        for first, last in groups:
            start = first
            while start < last:
                prefix = keys[start][:size]
                end = bisect_left(keys, prefix + _AFTER_ALL, start, last)
                if len(prefix) == size and end - start > more_than and prefix.isalnum():
                    longer.append((start, end))
                    if size >= least:
                        yield prefix, start, end
                start = max(end, start + 1)
        groups = longer


