"""Keys of completion: which entries an input that begins with two sounds, or has only one, may mean.

A key of two letters stands for the sounds of two neighbouring characters of an entry: the first letters of their
pinyin (n, l and r alike, since people confuse them), or the characters themselves where they have none. Inputs of
one character have short lists of their best entries: a character under itself, a syllable under its first two
letters.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

import numpy as np

from zhsearch.search.suggest.completion import entry_scores
from zhsearch.search.suggest.entries import TAG, WORD, Entry
from zhsearch.search.suggest.pinyin import readings, syllables
from zhsearch.search.suggest.pinyin_input import all_readings, is_blurred, syllables_with_prefix

_MAX_BEST = 10  # entries of an input of one character
_MAX_ALIKE = 8  # entries with the same characters where a match begins, words aside
_ALIKE_CHARS = 3
_MAX_PLACES = 300  # entries of one key, words aside
_MAX_WORD_CHARS = 4  # of a word at which a match may begin
_ALIKE_INITIALS = {"n": "l", "r": "l"}
_PLACE = re.compile(r"[\u3041-\U0003ffff]|(?<![^\W_])[^\W_]")

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
    sounds = readings(ord(character)) if character > "z" else ()
    letters = [reading[0] for reading in sounds] or [character]
    return tuple(dict.fromkeys(_ALIKE_INITIALS.get(letter, letter) for letter in letters))


def _ranked_places(entries: Sequence[Entry]) -> list[tuple[int, int]]:
    """(number of an entry, place in it) where a match may begin, those with the highest scores first."""
    kinds = np.array([entry.kind for entry in entries])
    scores = entry_scores(kinds, np.array([entry.pages for entry in entries]))
    order = np.lexsort((kinds, -scores)).tolist()
    begins_word = _word_beginnings(entries)
    places = [(number, 0) for number in order]
    for number in order:
        text, is_short = entries[number].text, entries[number].kind in (TAG, WORD)
        for match in _PLACE.finditer(text, 1):
            place = match.start()
            if is_short or begins_word(text, place):
                places.append((number, place))
    return places


def _word_beginnings(entries: Sequence[Entry]) -> Callable[[str, int], bool]:
    """Whether a word of the site may begin at a place of a text."""
    words = {entry.text for entry in entries if entry.kind == WORD and len(entry.text) <= _MAX_WORD_CHARS}

    def begins_word(text: str, place: int) -> bool:
        return text[place] < "\u3041" or any(
            text[place : place + size] in words for size in range(2, _MAX_WORD_CHARS + 1)
        )

    return begins_word


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
            beginning = entry.text[place : place + _ALIKE_CHARS]
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
            sounds = readings(ord(character)) if character > "z" else ()
            own = [item for sound in sounds for item in inputs_of[sound]]
            lists = lists_of[character] = list(dict.fromkeys([(character, 0), *own]))
        if not lists:
            continue
        for item in lists:
            counts[item] += 1
            keys[item[0][:2]].append(number)
        lists_of[character] = [item for item in lists if counts[item] < _MAX_BEST]


def _inputs_by_syllable() -> Mapping[str, list[tuple[str, int]]]:
    """The inputs that each syllable may be meant by, with 1 where it only sounds alike, else 0."""
    typed = {syllable[:end] for syllable in syllables() for end in range(1, len(syllable) + 1)}
    inputs = defaultdict[str, list[tuple[str, int]]](list)
    for letters in sorted(typed):
        for reading in all_readings(letters):
            if len(reading) == 1:
                for syllable in syllables_with_prefix(reading[0]):
                    inputs[syllable].append((letters, int(is_blurred(reading))))
    return inputs
