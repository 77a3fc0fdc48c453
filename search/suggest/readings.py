"""How characters are read: a table of the readings in use, made from pypinyin's by `tests.helpers.readings`.

A line of `readings.txt` is a rank, a syllable without its tone (ü is v), the tone (0 is the light one) and
the characters that are read so. The most common syllable of a character has rank 0. Other syllables of
dictionaries, that few people know, are left out. The readings are pypinyin's: MIT License, Copyright (c)
2016 mozillazg, 闲耘.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_READINGS = 3
"""Syllables that one character may be read as."""

_FILE = "readings.txt"

Syllables = NDArray[np.uint16]
"""Syllable numbers, 0 for a character without pinyin."""


class _Line(NamedTuple):
    rank: int
    syllable: str
    tone: int
    characters: str


@lru_cache(maxsize=1)
def _lines() -> Sequence[_Line]:
    text = files("zhsearch.search.suggest").joinpath(_FILE).read_text(encoding="utf-8")
    split = (line.split(" ") for line in text.splitlines())
    return [_Line(int(rank), syllable, int(tone), characters) for rank, syllable, tone, characters in split]


@lru_cache(maxsize=1)
def syllables() -> Mapping[str, int]:
    """Every syllable that is the reading of a character, and its number from 1 on."""
    distinct = sorted({line.syllable for line in _lines()})
    return {syllable: number for number, syllable in enumerate(distinct, 1)}


@lru_cache(maxsize=1)
def _names() -> Sequence[str]:
    """The syllables by their numbers."""
    return ["", *syllables()]


@lru_cache(maxsize=1)
def _table() -> Syllables:
    """(rank, code point) the syllables of each character."""
    lines, numbers = _lines(), syllables()
    text = "".join([line.characters for line in lines])
    points = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    table = np.zeros((MAX_READINGS, int(points.max()) + 1), dtype=np.uint16)
    sizes = [len(line.characters) for line in lines]
    ranks = np.repeat([line.rank for line in lines], sizes)
    table[ranks, points] = np.repeat([numbers[line.syllable] for line in lines], sizes)
    return table


def syllable_numbers(point: int) -> tuple[int, ...]:
    """The syllables of a code point, the most common first."""
    table = _table()
    return tuple(filter(None, table[:, point].tolist())) if point < table.shape[1] else ()


@lru_cache(maxsize=1 << 15)
def readings(point: int) -> tuple[str, ...]:
    """The toneless readings of a code point in use, the most common first: `zhong`, `chong`; ü is v."""
    names = _names()
    return tuple([names[number] for number in syllable_numbers(point)])


def syllables_of(points: NDArray[np.uint32], reading: int) -> Syllables:
    """The syllable of each code point in its n-th reading, from 0 on; same shape, 0 where it has none."""
    numbers = _table()[reading]
    syllables: Syllables = numbers.take(points, mode="clip")
    return np.where(points < len(numbers), syllables, np.uint16(0))


def toned_readings(point: int) -> Mapping[str, set[int]]:
    """The readings of a code point in use, the most common first: the tones of each, 0 for the light one."""
    lines, character = _lines_of(), chr(point)
    return {
        syllable: {line.tone for line in lines[syllable] if character in line.characters}
        for syllable in readings(point)
    }


@lru_cache(maxsize=1)
def _lines_of() -> Mapping[str, Sequence[_Line]]:
    lines: dict[str, list[_Line]] = defaultdict(list)
    for line in _lines():
        lines[line.syllable].append(line)
    return lines


def is_same_sound(left: str, right: str) -> bool:
    """Whether two texts of Han characters can be read alike to the tone."""
    return len(left) == len(right) and all(
        a == b or _is_same_sound(toned_readings(ord(a)), toned_readings(ord(b)))
        for a, b in zip(left, right, strict=True)
    )


def _is_same_sound(left: Mapping[str, set[int]], right: Mapping[str, set[int]]) -> bool:
    return any(not tones.isdisjoint(right.get(syllable, ())) for syllable, tones in left.items())
