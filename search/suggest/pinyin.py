"""Pinyin of Han characters: toneless syllables as numbers, and keys for homophone look-ups.

A syllable takes nine bits, so that up to seven of them make one 64-bit key: words with equal keys are
homophones.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray

from zhsearch.search.suggest.readings import Syllables, syllable_numbers, syllables

MAX_SYLLABLES = 7
"""Syllables of one key."""

_SYLLABLE_BITS = 9
_MAX_SPLITS = 8  # of Latin letters into syllables
_MAX_KEYS = 32  # readings of a text
_RETROFLEX_OR_N = re.compile("^(zh|ch|sh|n)")
_NEAR_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l"}

_EXTRA_SYLLABLES: dict[str, int] = {}  # near-homophones that no character is read as: `len` for `leng`


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


def pinyin_keys(text: str) -> tuple[list[int], list[int]]:
    """The keys of a text of Han characters, one for each combination of readings: (exact, near-homophone)."""
    combinations = list(
        islice(product(*(syllable_numbers(ord(character)) or (0,) for character in text)), _MAX_KEYS)
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
