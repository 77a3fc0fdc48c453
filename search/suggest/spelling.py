"""A misspelt word in, the words of the index that may have been meant out.

The words of an index, each with the number of its pages, are laid out as arrays: by how they sound (exactly,
and as what is easily taken for it), and by their characters with one of them left out, which is what wrong,
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

_SHORTEST_EDITED = 3  # characters of a word in which one may be wrong
_MOST_TRIED = 12  # words of one kind that sound alike
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST_LATIN, _LONGEST_LATIN = 4, 24

Keys = NDArray[np.uint64]


class Candidate(NamedTuple):
    """A word of the index, in how many pages; how many characters stand in it where they were typed; and how
    far the rest is: 0 sounds alike, 1 nearly alike, 2 one character is another."""

    word: str
    pages: int
    kept: int
    distance: int


class _Table(NamedTuple):
    """Words by a key: `keys` sorted, `words` their rows; several words may have one key."""

    keys: Keys
    words: IntArray

    def of(self, keys: Keys) -> IntArray:
        """The rows of the words that have one of the keys."""
        starts, ends = (self.keys.searchsorted(keys, side) for side in ("left", "right"))
        found = [self.words[start:end] for start, end in zip(starts, ends, strict=True)]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def _table(keys: Sequence[Keys], words: Sequence[IntArray]) -> _Table:
    every = np.concatenate(keys)
    order = np.argsort(every, kind="stable")
    return _Table(every[order], np.concatenate(words)[order])


class TermSource(Protocol):
    """Terms of an index."""

    def all_terms(self) -> list[bytes]:
        """Every term, sorted."""
        ...

    def page_counts(self) -> IntArray:
        """In how many pages each stands."""
        ...


class SpellingIndex:
    """The Han words of an index, to be looked up by sound and by character."""

    def __init__(self, parts: Sequence[TermSource]) -> None:
        self._latin = _latin_words(parts)
        points, self._pages = _han_words(parts)
        self._points = points
        rows = np.arange(len(points))
        first = syllables_of(points, 0)
        exact, owners = [pinyin_key(first)], [rows]
        loose = [pinyin_key(blur(first))]
        # A word in which one character has another of its readings.
        for reading in (1, 2):
            other = syllables_of(points, reading)
            for column in range(points.shape[1]):
                some = np.flatnonzero(other[:, column])
                varied = first[some].copy()
                varied[:, column] = other[some, column]
                exact.append(pinyin_key(varied))
                loose.append(pinyin_key(blur(varied)))
                owners.append(some)
        self._exact, self._loose = _table(exact, owners), _table(loose, owners)
        self._whole = _table([_hash(points)], [rows])
        holes, of = [], []
        lengths = (points != 0).sum(axis=1)
        for column in range(points.shape[1]):
            some = np.flatnonzero(lengths > max(column, _SHORTEST_EDITED - 1))
            left = np.delete(points[some], column, axis=1)
            holes.append(_hash(left))
            of.append(some)
        self._holes = _table(holes, of)

    def homophones(self, text: str) -> list[Candidate]:
        """Words that sound like a text of Han characters, then words that nearly do; most used first."""
        keys, loose_keys = pinyin_keys(text)
        exact = self._exact.of(np.array(keys, dtype=np.uint64))
        loose = self._loose.of(np.array(loose_keys, dtype=np.uint64))
        return [*self._ranked(exact, text, 0), *self._ranked(np.setdiff1d(loose, exact), text, 1)]

    def one_edit(self, text: str) -> list[Candidate]:
        """Words that are a text with one character wrong, missing, extra, or swapped with its neighbour."""
        points = _points(text)
        size = len(text)
        holes = [np.delete(points, at, axis=1) for at in range(size)]
        swapped = []
        for at in range(size - 1):
            other = points.copy()
            other[0, [at, at + 1]] = other[0, [at + 1, at]]
            swapped.append(other)
        found = []
        if size >= _SHORTEST_EDITED:
            found += [self._holes.of(_hash(hole)) for hole in holes]  # wrong
        if size + 1 <= MAX_SYLLABLES:
            found.append(self._holes.of(_hash(points)))  # missing
        if size > _SHORTEST_EDITED:
            found += [self._whole.of(_hash(hole)) for hole in holes]  # extra
        found += [self._whole.of(_hash(other)) for other in swapped]
        rows = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
        near_enough = [row for row in rows.tolist() if _one_edit(text, self._word(row))]
        return self._ranked(np.array(near_enough, dtype=np.int64), text, 2)

    def by_pinyin(self, letters: str) -> list[Candidate]:
        """Words whose pinyin is a text of Latin letters."""
        return self._ranked(self._exact.of(np.array(split_syllables(letters), dtype=np.uint64)), "", 0)

    def latin_typos(self, token: str, pages_of: Callable[[str], int]) -> list[Candidate]:
        """Words of Latin letters that are a token with one letter wrong, missing, extra or swapped."""
        if not (token.isascii() and token.isalpha() and _SHORTEST_LATIN <= len(token) <= _LONGEST_LATIN):
            return []
        # Letters change places more often than they change: all of them are kept.
        swaps = set(_swaps(token))
        found = (
            Candidate(word, pages_of(word), len(token) if word in swaps else len(token) - 1, 2)
            for word in self._known(dict.fromkeys(_edits(token)))
        )
        some = [candidate for candidate in found if candidate.pages]
        return sorted(some, key=lambda one: (-one.kept, -one.pages))[:_MOST_TRIED]

    def _known(self, words: Iterable[str]) -> list[str]:
        """Those of some words of letters that the index surely or, once in a long while, does not have."""
        some = list(words)
        hashes = np.fromiter(map(hash, some), dtype=np.int64, count=len(some))
        if not len(self._latin):
            return []
        at = self._latin.searchsorted(hashes)
        known = self._latin.take(at, mode="clip") == hashes
        return [some[number] for number in np.flatnonzero(known).tolist()]

    def _ranked(self, rows: IntArray, text: str, distance: int) -> list[Candidate]:
        """Those that keep more of the text first, then those on more pages: who takes one wrong character of
        those that an input method offers seldom takes two."""
        rows = np.unique(rows)
        kept = ((self._points[rows] == _points(text)) & (self._points[rows] > 0)).sum(axis=1)
        best = np.lexsort((-self._pages[rows], -kept))[: _MOST_TRIED + 1]
        found = [
            Candidate(self._word(row), int(self._pages[row]), same, distance)
            for row, same in zip(rows[best].tolist(), kept[best].tolist(), strict=True)
        ]
        return [candidate for candidate in found if candidate.word != text][:_MOST_TRIED]

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
    """Are two words a single edit apart?"""
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
    """A number that rows with the same characters have, wherever the zeros among them stand."""
    key = np.full(len(points), 0xCBF29CE484222325, dtype=np.uint64)
    for column in points.T:
        mixed = (key ^ column.astype(np.uint64)) * np.uint64(0x100000001B3)
        key = np.where(column > 0, mixed ^ mixed >> np.uint64(29), key)
    return key


def _latin_words(parts: Iterable[TermSource]) -> NDArray[np.int64]:
    """The hashes of the words of Latin letters, sorted: numbers take a tenth of the words' room."""
    words = {
        term.decode() for part in parts for term in part.all_terms() if term.isalpha() and term.isascii()
    }
    return np.sort(np.fromiter(map(hash, words), dtype=np.int64, count=len(words)))


def _han_words(parts: Iterable[TermSource]) -> tuple[NDArray[np.uint32], IntArray]:
    """The words of two to LONGEST Han characters of some parts, a row of code points each, and how many pages
    have each."""
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
