"""Partial pinyin parsed into candidate syllables for each character of a completion.

Han characters stand for themselves. Latin letters are pinyin: full syllables, the last one partial
(`guoch`), initials alone (`gcsl`), and mixtures. A text may have several readings. Those of whole syllables
have a blurred variant as well, in which each syllable stands for all that people confuse with it: `zong` for
zhong, `lu` for lü.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from zhsearch.search.suggest.readings import syllables

_MAX_INPUT_READINGS = 24
_MAX_INPUT_CHARS = 24  # the rest of the input is ignored
_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")

PinyinReading = tuple[str, ...]
"""For each character of a completion: itself, or a prefix of its pinyin.

A whole syllable ends in a blank, one that stands for all similar ones in `~`.
"""

BLURRED = "~"
_MAX_BLURRED_READINGS = 3
_CONFUSED = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "l"}
_CONFUSED_INITIAL = re.compile("^(zh|ch|sh|n|r)")
_OTHER_SPELLINGS = {
    "lue": "lve", "nue": "nve", "lyu": "lv", "nyu": "nv", "lyue": "lve", "nyue": "nve",
    "jv": "ju", "qv": "qu", "xv": "xu", "yv": "yu",
}  # fmt: skip


def pinyin_readings(text: str) -> list[PinyinReading]:
    """The readings of a folded input, those with the fullest syllables first.

    Empty if any of it is neither a Han character nor pinyin.
    """
    text = "".join(text.split())[:_MAX_INPUT_CHARS].replace("ü", "v")
    # Backwards, so that no reading is begun that cannot reach the end: `anganganganv` has thousands of them.
    steps: list[list[tuple[str, int]]] = [[] for _ in text]
    for start in reversed(range(len(text))):
        steps[start] = [(item, end) for item, end in _steps(text, start) if end == len(text) or steps[end]]
    readings: list[PinyinReading] = []
    pending: list[tuple[int, PinyinReading]] = [(0, ())]
    while pending and len(readings) < _MAX_INPUT_READINGS:
        start, reading = pending.pop()
        if start == len(text):
            readings.append(reading)
        else:
            pending += [(end, (*reading, item)) for item, end in reversed(steps[start])]
    return sorted(readings, key=len)


def all_readings(text: str) -> list[PinyinReading]:
    """The readings of a folded input, then their blurred variants."""
    readings = pinyin_readings(text)
    return [*readings, *_blurred_readings(readings)]


def is_blurred(reading: PinyinReading) -> bool:
    """Whether syllables of a reading stand for similar ones."""
    return any(item[-1] == BLURRED for item in reading)


def _blurred_readings(readings: Sequence[PinyinReading]) -> list[PinyinReading]:
    """The blurred variants of readings: of whole syllables, the last one aside."""
    variants = (tuple(map(_blurred, reading)) for reading in readings if all(map(_is_whole, reading[:-1])))
    exact = set(readings)
    distinct = dict.fromkeys(variant for variant in variants if variant not in exact)
    return list(distinct)[:_MAX_BLURRED_READINGS]


def _is_whole(item: str) -> bool:
    return item[-1] in (" ", BLURRED) or item[0] > "z"


def _blurred(item: str) -> str:
    """The item that stands for all syllables similar to a whole one; the item itself where there are none."""
    if item[-1] != " " or len(_similar_syllables(item[:-1])) < 2:
        return item
    return item[:-1] + BLURRED


@lru_cache(maxsize=1 << 10)
def _similar_syllables(syllable: str) -> tuple[str, ...]:
    """The syllables that people type as this one, itself included."""
    return _by_blur().get(_blur(syllable), ())


@lru_cache(maxsize=1)
def _by_blur() -> Mapping[str, tuple[str, ...]]:
    similar: dict[str, list[str]] = {}
    for syllable in syllables():
        similar.setdefault(_blur(syllable), []).append(syllable)
    return {blur: tuple(group) for blur, group in similar.items()}


def _blur(syllable: str) -> str:
    """What similar syllables have in common: zh is z, n and r are l, -ng is -n, ü is u."""
    blur = _CONFUSED_INITIAL.sub(lambda match: _CONFUSED[match[0]], syllable).replace("v", "u")
    return blur[:-1] if blur.endswith("ng") else blur


def _steps(text: str, start: int) -> Iterator[tuple[str, int]]:
    """The items that a reading may have from offset `start` on, the longest first, each with its end."""
    if text[start] >= "\u3400":
        yield text[start], start + 1
    for end in range(min(start + 6, len(text)), start, -1):
        letters = text[start:end]
        if letters in syllables():
            yield f"{letters} ", end
        elif letters in _OTHER_SPELLINGS:
            yield f"{_OTHER_SPELLINGS[letters]} ", end
        elif letters in _by_blur():  # no syllable, but -n for -ng: `len`
            yield letters + BLURRED, end
        if (end == len(text) and syllables_with_prefix(letters)) or letters in _INITIALS:
            yield letters, end


@lru_cache(maxsize=1 << 12)
def syllables_with_prefix(item: str) -> tuple[str, ...]:
    """The candidate syllables of an item of a reading: a whole one, similar ones, or all with this prefix."""
    if item[-1] == " ":
        return (item[:-1],)
    if item[-1] == BLURRED:
        return _similar_syllables(item[:-1])
    return tuple(syllable for syllable in syllables() if syllable.startswith(item))
