"""Texts of several words that queries look for though nobody typed them, as other writings of what was typed.

These are words that some page writes side by side and another one as one (open source, opensource), and
numbers with their measure words (10 个 and 十个). An export has the pages of all of them, so that a browser
need not read all texts that have their words somewhere.
"""

import re
from collections.abc import Collection, Iterable

from zhsearch.index.analysis import HAN
from zhsearch.search.query import NUMERAL

_MAX_JOINED = 24  # letters and digits; as in `zhsearch.search.query.latin`
_WORD = "[a-z0-9]+"
_NEIGHBOURS = re.compile(rf"(?<![a-z0-9])(?=({_WORD}([ ._-]){_WORD}(?:\2{_WORD}){{0,2}}))")


def joined_words(texts: Iterable[str], terms: Collection[str]) -> set[str]:
    """The texts of two to four neighbouring words, with a blank or the same sign between them, that are a
    term if they are written as one. `texts` are folded."""
    found, seen = set[str](), set[str]()
    for text in texts:
        for words, sign in _NEIGHBOURS.findall(text):
            while sign in words and words not in seen:
                seen.add(words)
                joined = words.replace(sign, "")
                if joined in terms and len(joined) <= _MAX_JOINED and not joined.isdecimal():
                    found.add(words)
                words = words[: words.rindex(sign)]
    return found


_DIGITS = re.compile(rf"(?<![a-z0-9])[0-9]{{1,4}}[{HAN}]")
_NUMERALS = [re.compile(rf"(?=({NUMERAL}{{{size}}}[{HAN}]))") for size in (2, 3, 4)]


def counted_words(texts: Iterable[str]) -> tuple[set[str], set[str]]:
    """The texts of a number of up to four digits and a Han character: those with Arabic digits, and those
    with Chinese ones. `texts` are folded."""
    arabic, chinese = set[str](), set[str]()
    for text in texts:
        arabic.update(_DIGITS.findall(text))
        for pattern in _NUMERALS:
            chinese.update(pattern.findall(text))
    return arabic, chinese
