"""The table of readings that `search/suggest` has, made from pypinyin's: `python -m tests.helpers.readings`.

A search process reads the table in milliseconds. Loading pypinyin and choosing the readings in use takes half
a second, for which the first misspelt query of a process would wait.
"""

import re
import unicodedata
from collections import defaultdict
from pathlib import Path

from pypinyin.constants import PINYIN_DICT

from .polyphones import OTHER_READINGS

FILE = Path(__file__).parents[2] / "search" / "suggest" / "readings.txt"

_SYLLABLE = re.compile(r"[a-zv]{1,6}")
_TONE_MARKS = "\u0304\u0301\u030c\u0300"


def readings_table() -> str:
    """The lines of the table; what they have, `zhsearch.search.suggest.readings` says."""
    characters: dict[tuple[int, str, int], list[str]] = defaultdict(list)
    for point in sorted(PINYIN_DICT):
        toned = _readings_in_use(point)
        syllables = list(dict.fromkeys(syllable for syllable, _ in toned))
        for syllable, tone in dict.fromkeys(toned):
            characters[syllables.index(syllable), syllable, tone].append(chr(point))
    return "".join(
        f"{rank} {syllable} {tone} {''.join(texts)}\n"
        for (rank, syllable, tone), texts in sorted(characters.items())
    )


def _readings_in_use(point: int) -> list[tuple[str, int]]:
    """(syllable, tone) of each reading of a character that people use, the most common first."""
    first, *others = PINYIN_DICT[point].split(",")
    used = {_without_tone(first), *OTHER_READINGS.get(chr(point), ())}
    return [
        (syllable, _tone(text))
        for text in (first, *others)
        if (syllable := _without_tone(text)) in used and _SYLLABLE.fullmatch(syllable)
    ]


def _tone(reading: str) -> int:
    """From 1 to 4, 0 for the light one."""
    marks = [_TONE_MARKS.find(mark) for mark in unicodedata.normalize("NFD", reading)]
    return max(marks) + 1


def _without_tone(reading: str) -> str:
    decomposed = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return decomposed.encode("ascii", "ignore").decode()


if __name__ == "__main__":
    FILE.write_text(readings_table(), encoding="utf-8")
