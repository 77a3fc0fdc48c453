"""Keys of completion: which entries an input that begins with two sounds, or has only one, may mean.

A key of two letters stands for the sounds of two neighbouring characters of an entry: the first letters of
their pinyin (n, l and r alike, since people confuse them), or the characters themselves where they have none.
Inputs of one character have short lists of their best entries: a character under itself, a syllable under its
first two letters.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product

import numpy as np

from zhsearch.search.suggest.completion import entry_scores
from zhsearch.search.suggest.entries import WORD, Entry
from zhsearch.search.suggest.pinyin_input import all_readings, is_blurred, syllables_with_prefix
from zhsearch.search.suggest.readings import readings, syllables

_MAX_BEST = 10  # entries of an input of one character
_MAX_ALIKE = 12  # entries with the same characters where a match begins, words aside
_LETTER = r"[^\W_\u2e80-\U0010ffff]"  # see is_letter
_ALIKE = re.compile(f"{_LETTER}*.{{1,3}}")
_MAX_PLACES = 530  # entries of one key, words aside
_ALIKE_INITIALS = {"n": "l", "r": "l"}
_EXACT, _SIMILAR, _ITSELF = range(3)
"""How an input of one character means an entry's: by its pinyin, by similar pinyin, as itself."""

_PLACE = re.compile(rf"[\u3041-\U0003ffff]|(?<!{_LETTER}){_LETTER}")

Keys = Mapping[str, Sequence[int]]
"""The numbers of the entries of each key."""


def entries_by_key(entries: Sequence[Entry]) -> Keys:
    """All words, and of the other entries those with the highest scores."""
    keys = defaultdict[str, list[int]](list)
    places = _ranked_places(entries)
    _add_pairs(keys, entries, places)
    _add_best_of_one(keys, entries, places)
    return keys


def keys_of(pair: str) -> tuple[str, ...]:
    """The keys of two characters, one for each combination of their readings."""
    return tuple(map("".join, product(*map(_initials, pair))))


@lru_cache(maxsize=1 << 15)
def _initials(character: str) -> tuple[str, ...]:
    letters = [reading[0] for reading in _sounds(character)]
    return tuple(dict.fromkeys(_ALIKE_INITIALS.get(letter, letter) for letter in letters)) or (character,)


def _sounds(character: str) -> tuple[str, ...]:
    return readings(ord(character)) if character > "z" else ()


def _ranked_places(entries: Sequence[Entry]) -> list[tuple[int, int]]:
    """(number of an entry, place in it) where a match may begin, those with the highest scores first."""
    kinds = np.array([entry.kind for entry in entries], dtype=np.int64)
    scores = entry_scores(kinds, np.array([entry.pages for entry in entries], dtype=np.int64))
    order = np.lexsort((kinds, -scores)).tolist()
    inside = [
        (number, match.start()) for number in order for match in _PLACE.finditer(entries[number].text, 1)
    ]
    return [*((number, 0) for number in order), *inside]


def _add_pairs(
    keys: defaultdict[str, list[int]], entries: Sequence[Entry], places: Sequence[tuple[int, int]]
) -> None:
    """Add the entries of inputs of two characters and more."""
    alike, others = Counter[str](), Counter[str]()
    keys_of_pair = lru_cache(maxsize=None)(keys_of)
    for number, place in places:
        entry = entries[number]
        pair, is_word = entry.text[place : place + 2], entry.kind == WORD
        if len(pair) < 2:
            continue
        if not is_word:
            match = _ALIKE.match(entry.text, place)
            beginning = match[0] if match else ""
            alike[beginning] += 1
            if alike[beginning] > _MAX_ALIKE:
                continue
        for key in keys_of_pair(pair):
            if is_word or others[key] < _MAX_PLACES:
                others[key] += not is_word
                keys[key].append(number)


def _add_best_of_one(
    keys: defaultdict[str, list[int]], entries: Sequence[Entry], places: Sequence[tuple[int, int]]
) -> None:
    """Add the best entries of each input of one character: itself, or its pinyin or the beginning of it."""
    inputs_of = _inputs_by_syllable()
    counts = Counter[tuple[str, int]]()
    lists_of: dict[str, list[tuple[str, int]]] = {}  # of a character: the lists that are not full yet
    for number, place in places:
        character = entries[number].text[place]
        lists = lists_of.get(character)
        if lists is None:
            own = [item for sound in _sounds(character) for item in inputs_of[sound]]
            lists = lists_of[character] = list(dict.fromkeys([(character, _ITSELF), *own]))
        if not lists:
            continue
        for item in lists:
            counts[item] += 1
            keys[item[0][:2]].append(number)
        lists_of[character] = [item for item in lists if counts[item] < _MAX_BEST]


def _inputs_by_syllable() -> Mapping[str, list[tuple[str, int]]]:
    """The inputs that each syllable may be meant by, as _EXACT or _SIMILAR."""
    typed = {syllable[:end] for syllable in syllables() for end in range(1, len(syllable) + 1)}
    inputs = defaultdict[str, list[tuple[str, int]]](list)
    for letters in sorted(typed):
        for reading in all_readings(letters):
            if len(reading) == 1:
                for syllable in syllables_with_prefix(reading[0]):
                    inputs[syllable].append((letters, _SIMILAR if is_blurred(reading) else _EXACT))
    return inputs
