"""The pages that have a word only inside longer words, as the embedded engine finds them while it answers.

A browser cannot search texts that it has not loaded, so that the pages are found beforehand, for all terms at
once: n-grams name candidates, texts decide. Latin words are searched among the terms, of which a table of all
endings has those that contain a word side by side.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, IntArray, expand_ranges, offsets
from zhsearch.search.query import Pattern
from zhsearch.search.static.ngrams import Ngrams
from zhsearch.search.static.postings import among, distinct, starts_of

_MAX_NGRAM = 2  # characters; a pattern that is not longer is an n-gram itself
_FILTERS = 8  # n-grams and words of a pattern, the rarest ones, that a page must have before it is searched
_WORD = re.compile(r"(?<![^\W_])[0-9a-z]+(?![^\W_])")  # a run in a folded text, all of it
_NOT_ASCII = bytes(range(128, 256))
_AFTER_ALL = b"\xff"  # a byte that UTF-8 never has


class TextPatterns(NamedTuple):
    """Patterns to be searched in texts: the row of each, ascending, its text, whether it is bounded, and the
    rows of terms that a page with it must have: `words[starts[i]:starts[i + 1]]`, -1 if none has one."""

    rows: IntArray
    texts: list[str]
    bounded: list[bool]
    starts: IntArray
    words: IntArray


class _PageLists(NamedTuple):
    """Lists of pages of several sources as one: row i has `pages[starts[i]:starts[i + 1]]`; `pairs` are
    `row * page_count + page`."""

    starts: IntArray
    pages: IntArray
    pairs: IntArray
    page_count: int


def patterns_of(
    rows: IntArray, texts: list[str], bounded: list[bool], row_of: Mapping[bytes, int]
) -> TextPatterns:
    """The patterns of some rows. `row_of` are the rows of terms: those of a bounded pattern's runs of letters
    and digits are needed, since each run is a term of its page."""
    words = [
        [row_of.get(word.encode(), -1) for word in _WORD.findall(text)] if is_bounded else []
        for text, is_bounded in zip(texts, bounded, strict=True)
    ]
    starts = offsets([len(own) for own in words])
    return TextPatterns(rows, texts, bounded, starts, np.array(list(chain.from_iterable(words)), np.int64))


def pairs_in_texts(
    patterns: TextPatterns, ngrams: Ngrams, texts: Sequence[bytes], postings: IntArray, excluded: IntArray
) -> IntArray:
    """The pairs of a pattern's row and a page whose text contains it, without the `excluded` pairs.

    `postings` are the pairs of terms that tell which pages have the words of patterns.
    """
    count = ngrams.count
    numbers, pages = _candidates(patterns, ngrams, postings, excluded)
    is_ngram = np.fromiter(map(len, patterns.texts), np.int64, len(patterns.texts)) <= _MAX_NGRAM
    is_exact = (is_ngram & ~np.array(patterns.bounded, dtype=np.bool_))[numbers]
    unsure = np.flatnonzero(~is_exact)
    found = unsure[_are_in_texts(numbers[unsure], pages[unsure], patterns, texts)]
    kept = np.sort(np.concatenate((np.flatnonzero(is_exact), found)))
    pairs: IntArray = patterns.rows[numbers[kept]] * count + pages[kept]
    return pairs


def _candidates(
    patterns: TextPatterns, ngrams: Ngrams, postings: IntArray, excluded: IntArray
) -> tuple[IntArray, IntArray]:
    """(numbers of patterns, pages) that have the rarest n-grams and words of a pattern and are not excluded;
    ascending."""
    lists = _lists(ngrams, postings)
    starts, rows = ngrams.rows(patterns.texts)
    numbers = np.arange(len(patterns.texts))
    owners = np.concatenate((numbers.repeat(np.diff(starts)), numbers.repeat(np.diff(patterns.starts))))
    words = np.where(patterns.words < 0, -1, patterns.words + len(ngrams.keys))
    rows = np.concatenate((rows, words))
    sizes = np.where(rows < 0, 0, np.diff(lists.starts, append=0)[rows])
    order = np.lexsort((sizes, owners))  # the rarest of each pattern first
    rows, sizes = rows[order], sizes[order]
    totals = np.diff(starts) + np.diff(patterns.starts)
    firsts = offsets(totals)[:-1]
    counts = sizes[firsts]
    numbers = numbers.repeat(counts)
    pages = lists.pages[expand_ranges(lists.starts[rows[firsts]], counts)]
    kept = ~among(patterns.rows[numbers] * lists.page_count + pages, excluded)
    numbers, pages = numbers[kept], pages[kept]
    for place in range(1, _FILTERS):
        more = totals[numbers] > place
        row = rows[firsts[numbers[more]] + place]
        kept = ~more
        kept[more] = among(row * lists.page_count + pages[more], lists.pairs)
        numbers, pages = numbers[kept], pages[kept]
    return numbers, pages


def _lists(ngrams: Ngrams, postings: IntArray) -> _PageLists:
    """The pages of all n-grams, then those of all terms."""
    count = ngrams.count
    terms = int(postings[-1]) // count + 1 if len(postings) else 0
    starts = np.append(ngrams.starts, starts_of(postings, terms, count)[1:] + len(ngrams.pages))
    pages = np.concatenate((ngrams.pages, postings % max(count, 1)))
    pairs = np.concatenate((ngrams.pairs, postings + len(ngrams.keys) * count))
    return _PageLists(starts, pages, pairs, count)


def _are_in_texts(
    numbers: IntArray, pages: IntArray, patterns: TextPatterns, texts: Sequence[bytes]
) -> Array:
    """Which of the pages' texts really contain the pattern with the number beside it."""
    found: list[bool] = []
    ascii_texts = [text.translate(None, _NOT_ASCII) for text in texts]  # shorter, and they have what is ASCII
    current, exact = -1, Pattern("", bounded=False)
    for number, page in zip(numbers.tolist(), pages.tolist(), strict=True):
        if number != current:
            current, exact = number, Pattern(patterns.texts[number], patterns.bounded[number])
        may_have = exact.encoded in (ascii_texts if exact.text.isascii() else texts)[page]
        found.append(may_have and exact.is_in(texts[page]))
    return np.array(found, dtype=np.bool_)


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
    it. `rows` are those of the terms; `words` are the rows of the texts that are looked for, of `keys`."""

    def __init__(
        self, terms: Sequence[bytes], rows: IntArray, words: IntArray, keys: Sequence[bytes]
    ) -> None:
        endings = [
            (term[place:], row, place)
            for term, row in zip(terms, rows.tolist(), strict=True)
            for place in range(len(term))
        ]
        endings.sort()
        self._texts = [text for text, _, _ in endings]
        self._rows = np.array([row for _, row, _ in endings], dtype=np.int64)
        self._places = np.array([place for _, _, place in endings], dtype=np.int64)
        self._firsts = np.zeros(len(keys), dtype=np.int64)
        self._counts = np.zeros(len(keys), dtype=np.int64)
        for row in words.tolist():
            self._firsts[row] = first = bisect_left(self._texts, keys[row])
            self._counts[row] = bisect_left(self._texts, keys[row] + _AFTER_ALL, first) - first

    def pairs_containing(self, words: IntArray, pairs: IntArray, count: int) -> IntArray:
        """The pairs of some words, given by their rows, and the pages of the terms that contain them; `pairs`
        are the postings to be searched."""
        counts = self._counts[words]
        terms = self._rows[expand_ranges(self._firsts[words], counts)]
        starts = starts_of(pairs, len(self._counts), count)
        sizes = starts[terms + 1] - starts[terms]
        return _spread(np.repeat(words, counts), starts[terms], sizes, pairs, count)

    def within(self, size: int) -> Iterator[tuple[bytes, IntArray]]:
        """(text, rows of terms) of each text of `size` bytes that a term has, but not at its beginning."""
        inner = [
            place for place in np.flatnonzero(self._places > 0).tolist() if len(self._texts[place]) >= size
        ]
        rows_of: dict[bytes, set[int]] = {}
        for place, row in zip(inner, self._rows[inner].tolist(), strict=True):
            rows_of.setdefault(self._texts[place][:size], set()).add(row)
        for text, rows in rows_of.items():
            yield text, np.sort(np.fromiter(rows, np.int64, len(rows)))


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
