"""Han characters in, how they sound out: syllables without tones, as numbers.

Source of the readings: pypinyin's table of characters, the most common reading first. A syllable takes nine
bits, so that up to seven of them are one number: equal numbers, equal sounds.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray
from pypinyin.constants import PINYIN_DICT

MAX_SYLLABLES = 7
"""Syllables of one number."""

_BITS = 9  # of a syllable
_MOST_READINGS = 3
_MOST_WAYS = 8  # to divide a text into syllables
_MOST_KEYS = 32  # ways to read a text
_SYLLABLE = re.compile(r"[a-zv]{1,6}")
_INITIAL = re.compile("^(zh|ch|sh|n)")
_NEAR = {"zh": "z", "ch": "c", "sh": "s", "n": "l"}

Syllables = NDArray[np.uint16]


@lru_cache(maxsize=1)
def syllables() -> Mapping[str, int]:
    """Every syllable that some character sounds like, and its number, from 1; 0 is no sound."""
    every = {syllable for point in PINYIN_DICT for syllable in readings(point)}
    return {syllable: number for number, syllable in enumerate(sorted(every), 1)}


@lru_cache(maxsize=1 << 15)
def readings(point: int) -> tuple[str, ...]:
    """How a character may sound, without tones: `zhong`, `chong`; ü is v."""
    texts = PINYIN_DICT.get(point, "").split(",")
    plain = (
        unicodedata.normalize("NFD", text).replace("u\u0308", "v").encode("ascii", "ignore").decode()
        for text in texts
    )
    return tuple(dict.fromkeys(text for text in plain if _SYLLABLE.fullmatch(text)))[:_MOST_READINGS]


@lru_cache(maxsize=1)
def _near_numbers() -> Syllables:
    """For each syllable the number of the one it is taken for: zh is z, ch c, sh s, n l, and -ng is -n."""
    numbers = syllables()
    near = np.zeros(len(numbers) + 1, dtype=np.uint16)
    for syllable, number in numbers.items():
        folded = _INITIAL.sub(lambda match: _NEAR[match[0]], syllable)
        folded = folded[:-1] if folded.endswith("ng") else folded
        near[number] = numbers.get(folded, 0) or _LIKE.setdefault(folded, len(numbers) + 1 + len(_LIKE))
    return near


_LIKE: dict[str, int] = {}  # what no character sounds like by itself: `len` for `leng`


def syllables_of(points: NDArray[np.uint32], reading: int) -> Syllables:
    """The syllable of each character in its n-th reading, from 0; 0 where it has none."""
    distinct, places = np.unique(points, return_inverse=True)
    found = np.zeros(len(distinct), dtype=np.uint16)
    for at, point in enumerate(distinct.tolist()):
        sounds = _syllables(point)
        if reading < len(sounds):
            found[at] = sounds[reading]
    return found[places].reshape(points.shape)


@lru_cache(maxsize=1 << 15)
def _syllables(point: int) -> tuple[int, ...]:
    return tuple(syllables()[reading] for reading in readings(point))


def pinyin_keys(text: str) -> tuple[list[int], list[int]]:
    """The numbers of a text of Han characters, one for each way that it may be read, exactly and nearly; as
    `key_of` has them."""
    ways = list(islice(product(*(_syllables(ord(character)) or (0,) for character in text)), _MOST_KEYS))
    alike = _near_numbers().tolist()
    return [_key(way) for way in ways], [_key(alike[number] for number in way) for way in ways]


def _key(way: Iterable[int]) -> int:
    key = size = 0
    for number in way:
        key, size = key << _BITS | number, size + 1
    return key << _BITS * (MAX_SYLLABLES - size)


def blur(sounds: Syllables) -> Syllables:
    """Syllables that are easily taken for each other as one."""
    found: Syllables = _near_numbers()[sounds]
    return found


def pinyin_key(sounds: Syllables) -> NDArray[np.uint64]:
    """One number for each row of syllables (rows, at most LONGEST), zeros at its end."""
    key = np.zeros(len(sounds), dtype=np.uint64)
    for column in sounds.T:
        key = key << np.uint64(_BITS) | column.astype(np.uint64)
    return key


def split_syllables(letters: str) -> list[int]:
    """The numbers of the ways to read Latin letters as two syllables or more: `xian` is xi an."""
    numbers, found = syllables(), list[int]()
    pending: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    while pending and len(found) < _MOST_WAYS:
        at, way = pending.pop()
        if at == len(letters):
            found += [_key(way)] if len(way) > 1 else []
        elif len(way) < MAX_SYLLABLES:
            # The longest syllable is tried first.
            for end in range(at + 1, min(at + 6, len(letters)) + 1):
                if number := numbers.get(letters[at:end]):
                    pending.append((end, (*way, number)))
    return found
