"""The spelling index: candidates for a misspelt word by pinyin and by edit distance.

The words of an index, each with its document frequency, are looked up in sorted arrays: by the pinyin key
(exact, and of near-homophones), and by the hash of their characters with one deleted, which substituted,
missing and extra characters have in common.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.arrays import IntArray
from zhsearch.search.suggest.pinyin import (
    MAX_SYLLABLES,
    blur,
    pinyin_key,
    pinyin_keys,
    split_syllables,
    syllables_of,
)

_MIN_EDITED_CHARS = 3  # of a word in which one character may be wrong
_MAX_CANDIDATES = 12  # of one kind
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MIN_LATIN_CHARS, _MAX_LATIN_CHARS = 4, 24

Keys = NDArray[np.uint64]


class Candidate(NamedTuple):
    """A word of the index that may have been meant.

    `pages` is its document frequency, `unchanged` how many characters are as typed, at the same offset, and
    `distance` how far the others are: 0 homophone, 1 near-homophone, 2 one edit.
    """

    word: str
    pages: int
    unchanged: int
    distance: int


class _Table(NamedTuple):
    """A multimap from keys to rows of words: `keys` (sorted) and `words` have a row an entry."""

    keys: Keys
    words: IntArray

    def of(self, keys: Keys) -> IntArray:
        """The rows of the words with any of the keys."""
        starts, ends = (self.keys.searchsorted(keys, side) for side in ("left", "right"))
        found = [self.words[start:end] for start, end in zip(starts, ends, strict=True)]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def _table(keys: Sequence[Keys], words: Sequence[IntArray]) -> _Table:
    every = np.concatenate(keys)
    order = np.argsort(every, kind="stable")
    return _Table(every[order], np.concatenate(words)[order])


class TermSource(Protocol):
    """The terms of an index, or of one of its segments."""

    def all_terms(self) -> list[bytes]:
        """Every term, sorted."""
        ...

    def page_counts(self) -> IntArray:
        """The document frequency of each."""
        ...


class SpellingIndex:
    """Looks up words by pinyin and by edit distance.

    `_points` (rows, MAX_SYLLABLES) has the code points of each Han word, zeros at a row's end, and `_pages`
    its document frequency. Tables map to rows of it: `_exact` and `_near` from pinyin keys, `_whole` from the
    hash of a word, `_deleted` from the hash of a word without one character. `_latin` has the sorted hashes
    of the Latin words.
    """

    def __init__(self, parts: Sequence[TermSource]) -> None:
        self._latin = _latin_words(parts)
        points, self._pages = _han_words(parts)
        self._points = points
        rows = np.arange(len(points))
        first = syllables_of(points, 0)
        exact, owners = [pinyin_key(first)], [rows]
        near = [pinyin_key(blur(first))]
        # The words again, with one character in another of its readings.
        for reading in (1, 2):
            other = syllables_of(points, reading)
            for column in range(points.shape[1]):
                some = np.flatnonzero(other[:, column])
                varied = first[some].copy()
                varied[:, column] = other[some, column]
                exact.append(pinyin_key(varied))
                near.append(pinyin_key(blur(varied)))
                owners.append(some)
        self._exact, self._near = _table(exact, owners), _table(near, owners)
        self._whole = _table([_hash(points)], [rows])
        holes, of = [], []
        lengths = (points != 0).sum(axis=1)
        for column in range(points.shape[1]):
            some = np.flatnonzero(lengths > max(column, _MIN_EDITED_CHARS - 1))
            left = np.delete(points[some], column, axis=1)
            holes.append(_hash(left))
            of.append(some)
        self._deleted = _table(holes, of)

    def homophones(self, text: str) -> list[Candidate]:
        """Homophones of a text of Han characters, then near-homophones."""
        keys, near_keys = pinyin_keys(text)
        exact = self._exact.of(np.array(keys, dtype=np.uint64))
        near = self._near.of(np.array(near_keys, dtype=np.uint64))
        return [*self._ranked(exact, text, 0), *self._ranked(np.setdiff1d(near, exact), text, 1)]

    def one_edit(self, text: str) -> list[Candidate]:
        """Words one edit away from a text of Han characters: substituted, missing, extra or swapped."""
        points = _points(text)
        size = len(text)
        holes = [np.delete(points, at, axis=1) for at in range(size)]
        swapped = []
        for at in range(size - 1):
            other = points.copy()
            other[0, [at, at + 1]] = other[0, [at + 1, at]]
            swapped.append(other)
        found = []
        if size >= _MIN_EDITED_CHARS:
            found += [self._deleted.of(_hash(hole)) for hole in holes]  # substituted
        if size + 1 <= MAX_SYLLABLES:
            found.append(self._deleted.of(_hash(points)))  # missing
        if size > _MIN_EDITED_CHARS:
            found += [self._whole.of(_hash(hole)) for hole in holes]  # extra
        found += [self._whole.of(_hash(other)) for other in swapped]
        rows = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
        verified = [row for row in rows.tolist() if _one_edit(text, self._word(row))]
        return self._ranked(np.array(verified, dtype=np.int64), text, 2)

    def by_pinyin(self, letters: str) -> list[Candidate]:
        """Words whose pinyin is this text of Latin letters."""
        return self._ranked(self._exact.of(np.array(split_syllables(letters), dtype=np.uint64)), "", 0)

    def latin_typos(self, token: str, pages_of: Callable[[str], int]) -> list[Candidate]:
        """Latin words one edit away from a token; `pages_of` gives the document frequency of a word."""
        if not (token.isascii() and token.isalpha() and _MIN_LATIN_CHARS <= len(token) <= _MAX_LATIN_CHARS):
            return []
        # Swapped letters are the most frequent slip: all of them count as unchanged.
        swaps = set(_swaps(token))
        found = (
            Candidate(word, pages_of(word), len(token) if word in swaps else len(token) - 1, 2)
            for word in self._known(dict.fromkeys(_edits(token)))
        )
        some = [candidate for candidate in found if candidate.pages]
        return sorted(some, key=lambda candidate: (-candidate.unchanged, -candidate.pages))[:_MAX_CANDIDATES]

    def _known(self, words: Iterable[str]) -> list[str]:
        """The words whose hash is in the index; a collision may add one that is not."""
        some = list(words)
        hashes = np.fromiter(map(hash, some), dtype=np.int64, count=len(some))
        if not len(self._latin):
            return []
        at = self._latin.searchsorted(hashes)
        known = self._latin.take(at, mode="clip") == hashes
        return [some[number] for number in np.flatnonzero(known).tolist()]

    def _ranked(self, rows: IntArray, text: str, distance: int) -> list[Candidate]:
        """Candidates by unchanged characters, then by pages.

        Whoever picks one wrong character of those that an input method offers seldom picks two.
        """
        rows = np.unique(rows)
        unchanged = ((self._points[rows] == _points(text)) & (self._points[rows] > 0)).sum(axis=1)
        best = np.lexsort((-self._pages[rows], -unchanged))[: _MAX_CANDIDATES + 1]
        found = [
            Candidate(self._word(row), int(self._pages[row]), same, distance)
            for row, same in zip(rows[best].tolist(), unchanged[best].tolist(), strict=True)
        ]
        return [candidate for candidate in found if candidate.word != text][:_MAX_CANDIDATES]

    def _word(self, row: int) -> str:
        return "".join(map(chr, self._points[row][self._points[row] > 0].tolist()))


def _edits(token: str) -> Iterator[str]:
    yield from _swaps(token)
    for at in range(len(token) + 1):
        left, right = token[:at], token[at:]
        if right:
            yield left + right[1:]
        for letter in _LETTERS:
            yield left + letter + right
            if right:
                yield left + letter + right[1:]


def _swaps(token: str) -> Iterator[str]:
    for at in range(len(token) - 1):
        if token[at] != token[at + 1]:
            yield token[:at] + token[at + 1] + token[at] + token[at + 2 :]


def _one_edit(one: str, other: str) -> bool:
    """Whether two words are a single edit apart, a swap of neighbours included."""
    if len(one) == len(other):
        apart = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        if len(apart) == 2 and apart[1] == apart[0] + 1:
            return one[apart[0]] == other[apart[1]] and one[apart[1]] == other[apart[0]]
        return len(apart) == 1
    short, long = sorted((one, other), key=len)
    return len(long) == len(short) + 1 and any(short == long[:at] + long[at + 1 :] for at in range(len(long)))


def _points(text: str) -> NDArray[np.uint32]:
    """A text as one row of code points."""
    points = np.zeros((1, MAX_SYLLABLES), dtype=np.uint32)
    points[0, : len(text)] = list(map(ord, text))
    return points


def _hash(points: NDArray[np.uint32]) -> Keys:
    """A hash of each row of code points that ignores zeros, wherever they are."""
    key = np.full(len(points), 0xCBF29CE484222325, dtype=np.uint64)
    for column in points.T:
        mixed = (key ^ column.astype(np.uint64)) * np.uint64(0x100000001B3)
        key = np.where(column > 0, mixed ^ mixed >> np.uint64(29), key)
    return key


def _latin_words(parts: Iterable[TermSource]) -> NDArray[np.int64]:
    """The sorted hashes of the Latin words: they take a tenth of the memory of the words."""
    words = {
        term.decode() for part in parts for term in part.all_terms() if term.isalpha() and term.isascii()
    }
    return np.sort(np.fromiter(map(hash, words), dtype=np.int64, count=len(words)))


def _han_words(parts: Iterable[TermSource]) -> tuple[NDArray[np.uint32], IntArray]:
    """The words of two to MAX_SYLLABLES Han characters: code points (a row a word), document frequencies."""
    rows, counts = [], []
    for part in parts:
        text = b"\n".join(part.all_terms()).decode("utf-8", "surrogatepass")
        points = np.frombuffer(f"{text}\n".encode("utf-32-le", "surrogatepass"), dtype="<u4")
        ends = np.flatnonzero(points == ord("\n"))
        starts = np.append(0, ends[:-1] + 1)
        sizes = ends - starts
        others = np.concatenate(([0], np.cumsum((points < 0x4E00) | (points > 0x9FD5))))
        han = (others[ends] == others[starts]) & (sizes >= 2) & (sizes <= MAX_SYLLABLES)
        some = np.flatnonzero(han)
        table = np.zeros((len(some), MAX_SYLLABLES), dtype=np.uint32)
        for column in range(MAX_SYLLABLES):
            long = sizes[some] > column
            table[long, column] = points[starts[some[long]] + column]
        rows.append(table)
        counts.append(part.page_counts()[some])
    if not rows:
        return np.zeros((0, MAX_SYLLABLES), dtype=np.uint32), np.zeros(0, dtype=np.int64)
    words, pages = np.concatenate(rows), np.concatenate(counts)
    if len(rows) > 1:
        keys, first, which = np.unique(_hash(words), return_index=True, return_inverse=True)
        words, pages = words[first], np.bincount(which, weights=pages, minlength=len(keys)).astype(np.int64)
    return words, pages
