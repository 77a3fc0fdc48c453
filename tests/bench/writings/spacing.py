"""Writings that differ in blanks, hyphens, dots, underscores or capitals alone (item 2)."""

import re
from collections.abc import Iterator
from pathlib import Path

import jieba

from .pairs import Pair, Writings, pairs_of
from .texts import HAN, Texts

_UNITS = "[KMGTP]i?B|[kMG]?Hz|[kMG]?bps|ms|km|cm|mm|kg|px|mAh|nm|V|W"
_EDGE = re.compile(f"(?<=[A-Za-z0-9])(?={HAN})|(?<={HAN})(?=[A-Za-z0-9])")
_MIN_PART = 3  # letters: "a part" and "apart" are not the same


def mixed_dictionary_words(texts: Texts) -> list[Pair]:
    """Words of jieba's dictionary that join Latin and Han: C语言, SIM卡."""
    lines = (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    words = (line.split(" ")[0] for line in lines)
    classes = [(word, _EDGE.sub(" ", word)) for word in words if _EDGE.search(word)]
    return pairs_of(texts, "mixed dictionary words", classes)


def latin_beside_han(texts: Texts) -> list[Pair]:
    """A Latin word and the Han word beside it, with a blank and without; one page that has them side by side is enough."""
    return pairs_of(texts, "Latin beside Han", _latin_beside_han(texts), any_page=True)


def latin_beside_han_quoted(texts: Texts) -> list[Pair]:
    """The same in quotes."""
    return pairs_of(texts, "Latin beside Han, quoted", _latin_beside_han(texts), quoted=True)


def number_and_unit(texts: Texts) -> list[Pair]:
    """500 GB and 500GB."""
    matches = texts.matches(rf"(?<![\w.,])(\d+(?:\.\d+)?) ?({_UNITS})(?![A-Za-z0-9])")
    return pairs_of(texts, "number and unit", ((f"{m[1]} {m[2]}", f"{m[1]}{m[2]}") for m in matches))


def name_and_number(texts: Texts) -> list[Pair]:
    """Windows 10 and Windows10; a name begins with a capital letter."""
    matches = texts.matches(r"(?<![\w.-])([A-Z][A-Za-z]{2,}) ?(\d+(?:\.\d+)?)(?![\w.-])")
    return pairs_of(texts, "name and number", ((f"{m[1]} {m[2]}", f"{m[1]}{m[2]}") for m in matches))


def hyphens(texts: Texts) -> list[Pair]:
    """wi-fi, wifi and wi fi: hyphenated words of which the corpus has another writing."""
    matches = texts.matches(r"(?<![\w./-])([a-z]+)-([a-z]+)(?![\w./-])", source=False)
    classes = ((m[0], f"{m[1]}{m[2]}", f"{m[1]} {m[2]}") for m in matches if len(m[0]) > 4)
    return pairs_of(texts, "hyphens", (writings for writings in classes if texts.holding_any(writings[1:])))


def dots(texts: Texts) -> list[Pair]:
    """node.js, nodejs and node js."""
    matches = texts.matches(r"(?<![\w./-])([A-Za-z]{2,})\.(js|io|net|py|sh|go|org)(?![\w/-]|\.\w)")
    return pairs_of(texts, "dots", ((m[0], f"{m[1]}{m[2]}", f"{m[1]} {m[2]}") for m in matches))


def compounds(texts: Texts) -> list[Pair]:
    """open source and opensource: two neighbouring words that the corpus also has as one."""
    words = texts.latin_words
    pattern = rf"(?<![\w./-])(?=([a-z]{{{_MIN_PART},}}) ([a-z]{{{_MIN_PART},}})(?![\w/-]))"
    two = {(m[1], m[2]) for text in texts.folded for m in re.finditer(pattern, text)}
    return pairs_of(texts, "compounds", ((f"{a} {b}", a + b) for a, b in two if words[a + b]))


def camel_case(texts: Texts) -> list[Pair]:
    """getUserName and get user name."""
    matches = texts.matches(r"(?<![\w.])[a-z]{2,}(?:[A-Z][a-z]+)+(?!\w)")
    classes = ((m[0], re.sub("(?=[A-Z])", " ", m[0]).lower()) for m in matches)
    return pairs_of(texts, "camelCase", classes)


def snake_case(texts: Texts) -> list[Pair]:
    """user_name and user name."""
    matches = texts.matches(r"(?<![\w.$])[a-z]{2,}(?:_[a-z]{2,})+(?!\w)")
    return pairs_of(texts, "snake_case", ((m[0], m[0].replace("_", " ")) for m in matches))


def blank_beside_wide(texts: Texts) -> list[Pair]:
    """A blank after wide punctuation, as browsers copy the end of a line, in quotes."""
    matches = texts.matches(f"({HAN}{{4}}[，。；：！？、]) ?({HAN}{{4}})", per_page=4)
    classes = ((m[1] + m[2], f"{m[1]} {m[2]}") for m in matches)
    return pairs_of(texts, "blank beside wide sign, quoted", classes, quoted=True)


def blanks_between_characters(texts: Texts) -> list[Pair]:
    """大 纲 and 大纲: Han words with blanks between all characters."""
    words = (word for word, count in texts.han_words.items() if count <= 20)
    return pairs_of(texts, "blanks between characters", ((" ".join(word), word) for word in words))


def _latin_beside_han(texts: Texts) -> Iterator[Writings]:
    for match in texts.matches(rf"(?<![\w./-])([A-Z][A-Za-z]{{2,}}) ?({HAN}{{2,8}})", per_page=8):
        word = next(iter(jieba.cut(match[2], HMM=False)))
        if len(word) > 1:
            yield f"{match[1]} {word}", match[1] + word
    for match in texts.matches(rf"({HAN}{{2,8}}) ?([A-Z][A-Za-z]{{2,}})(?![\w./-])", per_page=8):
        word = list(jieba.cut(match[1], HMM=False))[-1]
        if len(word) > 1:
            yield f"{word} {match[2]}", word + match[2]
