"""The spelling index: candidates for a misspelt word by pinyin and by edit distance.

The words of an index, each with its document frequency, are looked up in sorted arrays: by the pinyin key
(exact, and of near-homophones), and by the hash of their characters with one deleted, which substituted,
missing and extra characters have in common.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import groupby
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.arrays import Array, IntArray, Mask, pack_strings
from zhsearch.search.suggest.edits import edits, is_one_edit, swaps
from zhsearch.search.suggest.pinyin import (
    MAX_SYLLABLES,
    blur,
    pinyin_key,
    pinyin_keys,
    split_syllables,
)
from zhsearch.search.suggest.readings import MAX_READINGS, Syllables, is_same_sound, syllables_of
from zhsearch.search.suggest.words import Keys, han_points, han_words, hash_of, latin_words

_MIN_EDITED_CHARS = 3  # of a word in which one character may be wrong
_MAX_CANDIDATES = 12  # of one kind
_MIN_LATIN_CHARS, _MAX_LATIN_CHARS = 4, 24


class Candidate(NamedTuple):
    """A word of the index that may be the correct spelling.

    `pages` is its document frequency, `unchanged` how many characters are as typed, at the same offset, and
    `distance` how far the others are: 0 homophone, 1 near-homophone, 2 one edit.
    """

    word: str
    pages: int
    unchanged: int
    distance: int


class _Table(NamedTuple):
    """A multimap from keys to word numbers: `keys` (entry,) uint64, sorted; `words` (entry,) int64."""

    keys: Keys
    words: IntArray

    def look_up(self, keys: Keys) -> IntArray:
        """The numbers of the words that have any of the keys."""
        starts, ends = (self.keys.searchsorted(keys, side) for side in ("left", "right"))
        matches = [self.words[start:end] for start, end in zip(starts, ends, strict=True)]
        return np.concatenate(matches) if matches else np.zeros(0, dtype=np.int64)

    def has(self, keys: Keys) -> Mask:
        """(key,) whether each of some keys is in it."""
        if not len(self.keys):
            return np.zeros(len(keys), dtype=np.bool_)
        found: Mask = self.keys.take(self.keys.searchsorted(keys), mode="clip") == keys
        return found


def _table(keys: Sequence[Keys], words: Sequence[IntArray]) -> _Table:
    all_keys = np.concatenate(keys)
    order = np.argsort(all_keys)
    return _Table(all_keys[order], np.concatenate(words)[order])


class TermSource(Protocol):
    """The terms of an index, or of one of its segments."""

    def all_terms(self) -> list[bytes]:
        """Every term, sorted."""
        ...

    def packed_terms(self) -> tuple[Array, Array]:
        """Every term, sorted, as one array of bytes, with their offsets: (term + 1,)."""
        ...

    def page_counts(self) -> IntArray:
        """(term,) the document frequency of each."""
        ...


class SpellingIndex:
    """Looks up words by pinyin and by edit distance.

    `_points` (word, MAX_SYLLABLES) has the code points of each Han word, zeros at a row's end, and `_pages`
    (word,) its document frequency. Tables map to numbers of words: `_exact` and `_near` from pinyin keys,
    `_whole` from the hash of a word, `_deleted` from the hash of a word without one character. They are built
    from the words and `_syllables` (see _read) when they are first needed. `_latin` has the Latin words of
    each length that was looked up, sorted.
    """

    def __init__(self, sources: Sequence[TermSource]) -> None:
        terms = [source.packed_terms() for source in sources]
        self._terms = terms
        self._latin: dict[int, NDArray[np.bytes_]] = {}
        self._points, self._pages = han_words(terms, [source.page_counts() for source in sources])
        self._syllables = _read(self._points)

    @cached_property
    def _exact(self) -> _Table:
        return _exact_table(*self._syllables)

    @cached_property
    def _near(self) -> _Table:
        return _near_table(*self._syllables)

    @cached_property
    def _whole(self) -> _Table:
        return _table([hash_of(self._points)], [np.arange(len(self._points))])

    @cached_property
    def _deleted(self) -> _Table:
        return _deletion_table(self._points)

    def warm(self) -> None:
        """Build now the tables that are built when they are first needed."""
        _ = self._exact, self._near, self._whole, self._deleted

    def homophones(self, text: str) -> list[Candidate]:
        """Homophones of a text of Han characters, then near-homophones."""
        keys, near_keys = pinyin_keys(text)
        exact = self._exact.look_up(np.array(keys, dtype=np.uint64))
        near = self._near.look_up(np.array(near_keys, dtype=np.uint64))
        return [*self._ranked(exact, text, 0), *self._ranked(np.setdiff1d(near, exact), text, 1)]

    def one_edit(self, text: str) -> list[Candidate]:
        """Words one edit away from a text of Han characters: substituted, missing, extra or swapped."""
        points = _points(text)
        size = len(text)
        shortened = [hash_of(np.delete(points, column, axis=1)) for column in range(size)]
        matches: list[IntArray] = []
        if size >= _MIN_EDITED_CHARS:
            matches += map(self._deleted.look_up, shortened)  # substituted
        if size + 1 <= MAX_SYLLABLES:
            matches.append(self._deleted.look_up(hash_of(points)))  # missing
        if size > _MIN_EDITED_CHARS:
            matches += map(self._whole.look_up, shortened)  # extra
        for column in range(size - 1):
            swapped = points.copy()
            swapped[0, [column, column + 1]] = points[0, [column + 1, column]]
            matches.append(self._whole.look_up(hash_of(swapped)))
        numbers = np.unique(np.concatenate(matches)) if matches else np.zeros(0, dtype=np.int64)
        verified = [number for number in numbers.tolist() if is_one_edit(text, self._word(number))]
        return self._ranked(np.array(verified, dtype=np.int64), text, 2)

    def may_be_corrected(self, words: Sequence[str]) -> Mask:
        """(word,) whether an index word sounds like each of some words, or is one edit away, or may be.

        Of many words at once: a dictionary's.
        """
        points, numbers = han_points(*pack_strings([word.encode() for word in words]))
        sizes = (points != 0).sum(axis=1)
        found = np.zeros(len(points), dtype=np.bool_)
        near = _near_table(*_read(points))
        found[near.words[self._near.has(near.keys)]] = True
        found |= self._deleted.has(hash_of(points))  # missing
        for column in range(MAX_SYLLABLES):
            shortened = hash_of(np.delete(points, column, axis=1))
            found |= (sizes >= max(_MIN_EDITED_CHARS, column + 1)) & self._deleted.has(shortened)
            found |= (sizes > max(_MIN_EDITED_CHARS, column)) & self._whole.has(shortened)  # extra
            swapped = points.copy()
            swapped[:, column : column + 2] = swapped[:, column : column + 2][:, ::-1]
            found |= (sizes > column + 1) & self._whole.has(hash_of(swapped))
        may_be = np.zeros(len(words), dtype=np.bool_)
        may_be[numbers] = found
        return may_be

    def is_same_sound(self, left: str, right: str) -> bool:
        """Whether two texts of Han characters can be read alike to the tone."""
        return is_same_sound(left, right)

    def by_pinyin(self, letters: str) -> list[Candidate]:
        """Words whose pinyin is this text of Latin letters."""
        keys = np.array(split_syllables(letters), dtype=np.uint64)
        return self._ranked(self._exact.look_up(keys), "", 0)

    def latin_typos(self, token: str, pages_of: Callable[[str], int]) -> list[Candidate]:
        """Latin words one edit away from a token; `pages_of` gives the document frequency of a word."""
        if not (token.isascii() and token.isalpha() and _MIN_LATIN_CHARS <= len(token) <= _MAX_LATIN_CHARS):
            return []
        # Swapped letters are the most frequent slip: all of them count as unchanged.
        swapped = set(swaps(token))
        candidates = [
            Candidate(word, pages, len(token) if word in swapped else len(token) - 1, 2)
            for word in self._known(dict.fromkeys(edits(token)))
            if (pages := pages_of(word))
        ]
        candidates.sort(key=lambda candidate: (-candidate.unchanged, -candidate.pages))
        return candidates[:_MAX_CANDIDATES]

    def _known(self, words: Iterable[str]) -> list[str]:
        """The words that the index has."""
        words = list(words)
        known: set[bytes] = set()
        for size, same_size in groupby(sorted(words, key=len), key=len):
            indexed = self._latin_words(size)
            if len(indexed):
                sought = np.array([word.encode() for word in same_size])
                known.update(
                    sought[indexed.take(indexed.searchsorted(sought), mode="clip") == sought].tolist()
                )
        return [word for word in words if word.encode() in known]

    def _latin_words(self, size: int) -> NDArray[np.bytes_]:
        words = self._latin.get(size)
        if words is None:
            found = [latin_words(*terms, size) for terms in self._terms]
            words = self._latin[size] = np.unique(np.concatenate([np.zeros(0, dtype=f"S{size}"), *found]))
        return words

    def _ranked(self, numbers: IntArray, text: str, distance: int) -> list[Candidate]:
        """Words, by their numbers, as candidates: by unchanged characters, then by pages.

        A writer who picks one wrong character in an input method seldom picks two.
        """
        numbers = np.unique(numbers)
        points = self._points[numbers]
        unchanged = ((points == _points(text)) & (points > 0)).sum(axis=1)
        best = np.lexsort((-self._pages[numbers], -unchanged))[: _MAX_CANDIDATES + 1]
        candidates = [
            Candidate(self._word(number), int(self._pages[number]), same, distance)
            for number, same in zip(numbers[best].tolist(), unchanged[best].tolist(), strict=True)
        ]
        return [candidate for candidate in candidates if candidate.word != text][:_MAX_CANDIDATES]

    def _word(self, number: int) -> str:
        points = self._points[number]
        return "".join(map(chr, points[points > 0].tolist()))


def _read(points: NDArray[np.uint32]) -> tuple[list[Syllables], list[IntArray]]:
    """The syllables of words, and the numbers of these words: of all, then of those with one other reading.

    `points` as in SpellingIndex.
    """
    first = syllables_of(points, 0)
    syllables, words = [first], [np.arange(len(points))]
    for reading in range(1, MAX_READINGS):
        other = syllables_of(points, reading)
        numbers, columns = np.nonzero(other)
        varied = first[numbers]
        varied[np.arange(len(numbers)), columns] = other[numbers, columns]
        syllables.append(varied)
        words.append(numbers)
    return syllables, words


def _exact_table(syllables: Iterable[Syllables], words: Sequence[IntArray]) -> _Table:
    """Word numbers by pinyin key."""
    return _table([pinyin_key(each) for each in syllables], words)


def _near_table(syllables: Iterable[Syllables], words: Sequence[IntArray]) -> _Table:
    """Word numbers by the pinyin key of near-homophones."""
    return _table([pinyin_key(blur(each)) for each in syllables], words)


def _deletion_table(points: NDArray[np.uint32]) -> _Table:
    """Word numbers by the hash of the word without one character. `points` as in SpellingIndex."""
    keys, words = [], []
    lengths = (points != 0).sum(axis=1)
    for column in range(points.shape[1]):
        numbers = np.flatnonzero(lengths > max(column, _MIN_EDITED_CHARS - 1))
        keys.append(hash_of(np.delete(points[numbers], column, axis=1)))
        words.append(numbers)
    return _table(keys, words)


def _points(text: str) -> NDArray[np.uint32]:
    """A text as one row of code points."""
    points = np.zeros((1, MAX_SYLLABLES), dtype=np.uint32)
    points[0, : len(text)] = list(map(ord, text))
    return points
