"""Correct words and phrases that the corpus lacks: no suggestion, and no hits that have next to nothing of them (item 7)."""

from itertools import pairwise
from pathlib import Path

import jieba
from pypinyin import Style, lazy_pinyin

from .pairs import LIMIT, shuffled
from .texts import HAN_NUMERALS, Texts, fold

_MIN_FREQUENCY = 100  # in jieba's dictionary, of words that readers know
_MIN_PHRASE_FREQUENCY = 3
_PHRASE_CHARS = 4


def absent_words(texts: Texts) -> list[str]:
    """Common words of two or three characters that no page holds."""
    return _absent(texts, "absent words", (2, 3), _MIN_FREQUENCY)


def absent_phrases(texts: Texts) -> list[str]:
    """Idioms and names of four or more characters that no page holds."""
    return _absent(texts, "absent phrases", range(_PHRASE_CHARS, 9), _MIN_PHRASE_FREQUENCY)


def sounds_the_same(word: str, suggestion: str) -> bool:
    """Whether the two sound the same to the tone."""
    return lazy_pinyin(word, style=Style.TONE3) == lazy_pinyin(suggestion, style=Style.TONE3)


def unrelated(texts: Texts, phrase: str) -> frozenset[int]:
    """The pages without any two neighbouring characters of the phrase."""
    related = texts.holding_any(map("".join, pairwise(phrase)))
    return frozenset(range(len(texts.paths))) - related


def _absent(texts: Texts, kind: str, sizes: tuple[int, ...] | range, frequency: int) -> list[str]:
    lines = (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    words = (line.split(" ") for line in lines)
    common = (
        (word,)
        for word, count, *_ in words
        if len(word) in sizes
        and int(count) >= frequency
        and fold(word) == word
        and not set(word) & set(HAN_NUMERALS)
    )
    return [word for (word,) in shuffled(texts, kind, common) if not texts.holding(word)][:LIMIT]
