"""Gaps between the chunks of a query that are no boundaries of words: C 语言, 第 3 章, 大 纲."""

import re

from zhsearch.index.analysis import HAN
from zhsearch.search.query.writings import SHORT_UNITS

_HAN = re.compile(f"[{HAN}]")
_AMOUNT = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_DIGIT = re.compile(r"\d")
_DIGIT_AT_END = re.compile(r"\d\Z")
_TIMES = ("x", "×", "*")
_SINGLE = re.compile(f"[{HAN}]\\Z")


def is_neutral_gap(left: str, right: str) -> bool:
    """Whether two chunks may be one word, spelt with a blank: of the characters beside it one is Han and the
    other is not, or each chunk is a single one, or one is a times sign beside a digit, or they are a measure.
    """
    if right in _TIMES or left in _TIMES:
        return bool(_DIGIT_AT_END.search(left) or _DIGIT.match(right))
    if _AMOUNT.fullmatch(left) and right.replace("℃", "°c").lower() in SHORT_UNITS:
        return True
    return (_HAN.match(left[-1]) is None) != (_HAN.match(right[0]) is None) or bool(
        _SINGLE.match(left) and _SINGLE.match(right)
    )
