"""Pinyin of Han characters: toneless syllables as numbers, and keys for homophone look-ups.

Source of the readings: pypinyin's table of characters, the most common reading first; of the others those
that people use (`polyphones`). A syllable takes nine bits, so that up to seven of them make one 64-bit key:
words with equal keys are homophones.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray
from pypinyin.constants import PINYIN_DICT

from zhsearch.search.suggest.polyphones import OTHER_READINGS

MAX_SYLLABLES = 7
"""Syllables of one key."""

_SYLLABLE_BITS = 9
_MAX_READINGS = 3  # of a character
_MAX_SPLITS = 8  # of Latin letters into syllables
_MAX_KEYS = 32  # readings of a text
_SYLLABLE = re.compile(r"[a-zv]{1,6}")
_RETROFLEX_OR_N = re.compile("^(zh|ch|sh|n)")
_NEAR_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l"}

_TONE_MARKS = "\u0304\u0301\u030c\u0300"

_EXTRA_SYLLABLES: dict[str, int] = {}  # near-homophones that no character is read as: `len` for `leng`

Syllables = NDArray[np.uint16]
"""Syllable numbers, 0 for a character without pinyin."""


@lru_cache(maxsize=1)
def syllables() -> Mapping[str, int]:
    """Every syllable that is the reading of a character, and its number from 1 on."""
    distinct = {syllable for point in PINYIN_DICT for syllable in readings(point)}
    return {syllable: number for number, syllable in enumerate(sorted(distinct), 1)}


@lru_cache(maxsize=1 << 15)
def readings(point: int) -> tuple[str, ...]:
    """The toneless readings of a code point in use, the most common first: `zhong`, `chong`; ü is v."""
    return tuple(dict.fromkeys(map(_without_tone, _toned_readings(point))))[:_MAX_READINGS]


@lru_cache(maxsize=1 << 15)
def _toned_readings(point: int) -> tuple[str, ...]:
    """The readings of a code point in use, with tones."""
    first, *others = PINYIN_DICT.get(point, "").split(",")
    used = {_without_tone(first), *OTHER_READINGS.get(chr(point), ())}
    return tuple(
        text
        for text in (first, *others)
        if (plain := _without_tone(text)) in used and _SYLLABLE.fullmatch(plain)
    )


def toned_readings(point: int) -> dict[str, set[int]]:
    """The readings of a code point in use, the most common first: the tones of each, 0 for the light one."""
    tones: dict[str, set[int]] = {syllable: set() for syllable in readings(point)}
    for text in _toned_readings(point):
        tones.get(_without_tone(text), set()).add(_tone(text))
    return tones


def _tone(reading: str) -> int:
    marks = [_TONE_MARKS.find(mark) for mark in unicodedata.normalize("NFD", reading)]
    return max(marks) + 1


def _without_tone(reading: str) -> str:
    decomposed = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return decomposed.encode("ascii", "ignore").decode()


def is_same_sound(left: str, right: str) -> bool:
    """Whether two texts of Han characters can be read alike to the tone."""
    return len(left) == len(right) and all(
        a == b or not {*_toned_readings(ord(a))}.isdisjoint(_toned_readings(ord(b)))
        for a, b in zip(left, right, strict=True)
    )


@lru_cache(maxsize=1)
def _near_syllables() -> Syllables:
    """The near-homophone of each syllable, by number: zh is z, ch c, sh s, n l, and -ng is -n."""
    numbers = syllables()
    near = np.zeros(len(numbers) + 1, dtype=np.uint16)
    for syllable, number in numbers.items():
        folded = _RETROFLEX_OR_N.sub(lambda match: _NEAR_INITIALS[match[0]], syllable)
        folded = folded[:-1] if folded.endswith("ng") else folded
        near[number] = numbers.get(folded, 0) or _EXTRA_SYLLABLES.setdefault(
            folded, len(numbers) + 1 + len(_EXTRA_SYLLABLES)
        )
    return near


def syllables_of(points: NDArray[np.uint32], reading: int) -> Syllables:
    """The syllable of each code point in its n-th reading, from 0 on; same shape, 0 where it has none."""
    # By code point: a dictionary's words are many, and slow to sort.
    is_there = np.zeros(int(points.max(initial=0)) + 1, dtype=np.bool_)
    is_there[points] = True
    syllable_of = np.zeros(len(is_there), dtype=np.uint16)
    for point in np.flatnonzero(is_there).tolist():
        numbers = _syllable_numbers(point)
        if reading < len(numbers):
            syllable_of[point] = numbers[reading]
    return syllable_of[points]


@lru_cache(maxsize=1 << 15)
def _syllable_numbers(point: int) -> tuple[int, ...]:
    return tuple(syllables()[reading] for reading in readings(point))


def pinyin_keys(text: str) -> tuple[list[int], list[int]]:
    """The keys of a text of Han characters, one for each combination of readings: (exact, near-homophone)."""
    combinations = list(
        islice(product(*(_syllable_numbers(ord(character)) or (0,) for character in text)), _MAX_KEYS)
    )
    near = _near_syllables().tolist()
    return [_key(numbers) for numbers in combinations], [
        _key(near[number] for number in numbers) for numbers in combinations
    ]


def _key(numbers: Iterable[int]) -> int:
    """The key of one text, as `pinyin_key` has it."""
    key = size = 0
    for number in numbers:
        key, size = key << _SYLLABLE_BITS | number, size + 1
    return key << _SYLLABLE_BITS * (MAX_SYLLABLES - size)


def blur(numbers: Syllables) -> Syllables:
    """Syllables with near-homophones replaced by one of them."""
    near: Syllables = _near_syllables()[numbers]
    return near


def pinyin_key(numbers: Syllables) -> NDArray[np.uint64]:
    """The key of each row of syllables, shape (rows, at most MAX_SYLLABLES), zeros at a row's end."""
    key = np.zeros(len(numbers), dtype=np.uint64)
    for column in numbers.T:
        key = key << np.uint64(_SYLLABLE_BITS) | column.astype(np.uint64)
    return key


def split_syllables(letters: str) -> list[int]:
    """The keys of Latin letters split into two or more syllables: `xian` is xi an."""
    numbers, keys = syllables(), list[int]()
    pending: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    while pending and len(keys) < _MAX_SPLITS:
        start, split = pending.pop()
        if start == len(letters):
            keys += [_key(split)] if len(split) > 1 else []
        elif len(split) < MAX_SYLLABLES:
            # The longest syllable is tried first.
            for end in range(start + 1, min(start + 6, len(letters)) + 1):
                if number := numbers.get(letters[start:end]):
                    pending.append((end, (*split, number)))
    return keys
