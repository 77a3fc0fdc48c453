"""Partial pinyin parsed into candidate syllables for each character of a completion.

Han characters stand for themselves. Latin letters are pinyin: full syllables, the last one partial
(`guoch`), initials alone (`gcsl`), and mixtures. A text may have several readings.
"""

from collections.abc import Iterator
from functools import lru_cache

from zhsearch.search.suggest.pinyin import syllables

_MAX_INPUT_READINGS = 24
_MAX_INPUT_CHARS = 24  # the rest of the input is ignored
_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")

PinyinReading = tuple[str, ...]
"""For each character of a completion: itself, or a prefix of its pinyin; a whole syllable ends in a blank."""


def pinyin_readings(text: str) -> list[PinyinReading]:
    """The readings of a folded input, those with the fullest syllables first.

    Empty if any of it is neither a Han character nor pinyin.
    """
    text = "".join(text.split())[:_MAX_INPUT_CHARS]
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


def _steps(text: str, start: int) -> Iterator[tuple[str, int]]:
    """The items that a reading may have from offset `start` on, the longest first, each with its end."""
    if text[start] >= "\u3400":
        yield text[start], start + 1
    for end in range(min(start + 6, len(text)), start, -1):
        letters = text[start:end]
        if letters in syllables():
            yield f"{letters} ", end
        if (end == len(text) and syllables_with_prefix(letters)) or letters in _INITIALS:
            yield letters, end


@lru_cache(maxsize=1 << 12)
def syllables_with_prefix(item: str) -> tuple[str, ...]:
    """The candidate syllables of an item of a reading: a whole one, or all with this prefix."""
    if item[-1] == " ":
        return (item[:-1],)
    return tuple(syllable for syllable in syllables() if syllable.startswith(item))
