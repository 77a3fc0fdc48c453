"""Other writings of numbers, dates and measures in a query: 第3章 and 第三章, 2025-02-13 and 2025年2月13日.

Each rule finds a passage of the folded text of a query and gives the texts that readers take for the same. A
page that has one of them matches, below the pages that have the query's own. The rules need no index; words
with other spellings are in the lexicon (`Lexicon.variants_of`).
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from zhsearch.search.query.numerals import (
    CHINESE_DIGITS,
    NUMERAL,
    chinese_numeral,
    digit_by_digit,
    numeral_value,
)

_MAX_WRITINGS = 12  # of a passage

_NUMBER = rf"(?:[0-9]{{1,4}}|{NUMERAL}{{1,7}})"
_EDGE = rf"(?<![0-9a-z.]|{NUMERAL})"
# After these a number up to 9999 may be written in either way. The first are also counted from one.
_ORDINAL_UNITS = "章节回届期卷册集月号"
_COUNTERS = f"{_ORDINAL_UNITS}大个倍名位页人遍种条天岁项次部款家台步招强例篇句张类点日级层周年"
_HAN = "[\u4e00-\u9fd5]"

# Units of measure with their Chinese names.
_UNITS = (
    ("km", "公里", "千米"), ("m", "米"), ("cm", "厘米", "公分"), ("mm", "毫米"), ("kg", "公斤", "千克"),
    ("g", "克"), ("l", "升"), ("ml", "毫升"), ("h", "小时"), ("min", "分钟"), ("s", "秒"), ("ms", "毫秒"),
    ("°c", "摄氏度"), ("w", "瓦"), ("v", "伏"), ("hz", "赫兹"),
)  # fmt: skip
_UNIT_NAMES = {name: names for names in _UNITS for name in names}


_MAY_HAVE_NUMBER = re.compile(rf"[0-9]|{NUMERAL}")


class Passage(NamedTuple):
    """A range of code points of a folded text, and its writings, the query's own first."""

    start: int
    end: int
    writings: tuple[str, ...]


def passages(text: str) -> list[Passage]:
    """The passages of a folded text that have other writings; they do not overlap, earlier rules win."""
    found: list[Passage] = []
    if not _MAY_HAVE_NUMBER.search(text):
        return found
    for pattern, rule in _RULES:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other.end and other.start < end for other in found):
                continue
            writings = tuple(dict.fromkeys((match[0], *rule(match))))[:_MAX_WRITINGS]
            if len(writings) > 1:
                found.append(Passage(start, end, writings))
    return sorted(found)


def _date(match: re.Match[str]) -> Iterator[str]:
    year, month, day = map(numeral_value, match.group("year", "month", "day"))
    if year is None or month is None or day is None:
        return
    try:
        date(year, month, day)
    except ValueError:
        return
    for separator in "-/.":
        yield f"{year}{separator}{month:02}{separator}{day:02}"
        yield f"{year}{separator}{month}{separator}{day}"
    yield f"{year}年{month}月{day}日"
    yield f"{year}年{month:02}月{day:02}日"
    yield f"{year}{month:02}{day:02}"
    yield f"{digit_by_digit(year)}年{chinese_numeral(month)}月{chinese_numeral(day)}日"


def _month(match: re.Match[str]) -> Iterator[str]:
    year, month = map(numeral_value, match.group("year", "month"))
    if year and month and month <= 12:
        yield f"{year}年{month}月"
        yield f"{year}年{month:02}月"
        yield f"{digit_by_digit(year)}年{chinese_numeral(month)}月"


def _day_of_year(match: re.Match[str]) -> Iterator[str]:
    month, day = map(numeral_value, match.group("month", "day"))
    if month and day and month <= 12 and day <= 31:
        for suffix in "日号":
            yield f"{month}月{day}{suffix}"
            yield f"{chinese_numeral(month)}月{chinese_numeral(day)}{suffix}"


def _year(match: re.Match[str]) -> Iterator[str]:
    year = numeral_value(match["year"])
    if year:
        yield f"{year}年"
        yield f"{digit_by_digit(year)}年"


def _number(match: re.Match[str]) -> Iterator[str]:
    value = numeral_value(match["number"])
    if value is None or (value < 2 and match["before"] != "第" and match["after"][:1] not in _ORDINAL_UNITS):
        return  # 一个, 一次 are seldom numbers
    before, after = match.group("before", "after")
    yield f"{before}{value}{after}"
    yield f"{before}{chinese_numeral(value)}{after}"
    if match["number"].startswith("2") or "两" in match["number"]:
        yield f"{before}两{after}" if value == 2 and before != "第" else f"{before}{value}{after}"
    if not before:  # 5 分钟 is also a measure
        yield from (f"{value}{name}" for name in _UNIT_NAMES.get(after, ()))


def _born_in(match: re.Match[str]) -> Iterator[str]:
    decade = numeral_value(match["decade"]) or 0
    yield f"{decade:02}后"
    for zero in "零〇":
        yield "".join(zero if digit == "0" else CHINESE_DIGITS[int(digit)] for digit in f"{decade:02}") + "后"


def _grouped(match: re.Match[str]) -> Iterator[str]:
    yield match[0].replace(",", "")


def _long_number(match: re.Match[str]) -> Iterator[str]:
    yield f"{int(match[0]):,}"


def _telephone(match: re.Match[str]) -> Iterator[str]:
    for separator in ("", "-", " "):
        yield separator.join(match.group("area", "number"))


def _times(match: re.Match[str]) -> Iterator[str]:
    for sign in ("x", "×", "*", " x ", " × "):
        yield match["left"] + sign + match["right"]


def _measure(match: re.Match[str]) -> Iterator[str]:
    value, unit = match.group("value", "unit")
    for name in _UNIT_NAMES.get(unit, (unit,)):
        yield f"{value}{name}"
        if name.isascii():
            yield f"{value} {name}"


def _joined(match: re.Match[str]) -> Iterator[str]:
    left, right = match.group("left", "right")
    for separator in ("", " ", "-"):
        yield left + separator + right


_YEAR = rf"(?P<year>[0-9]{{4}}|[{CHINESE_DIGITS}〇]{{4}})"
_MONTH = "(?P<month>[0-9]{1,2}|[一二三四五六七八九十]{1,2})"
_DAY = "(?P<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_AMOUNT = r"[0-9]+(?:\.[0-9]+)?"
_START, _END = r"(?<![0-9a-z.,/-])", r"(?![0-9a-z.,/-])"
_UNIT = "|".join(sorted((name for name in _UNIT_NAMES if not name.isascii()), key=len, reverse=True))

_Rule = Callable[[re.Match[str]], Iterator[str]]
_RULES: tuple[tuple[re.Pattern[str], _Rule], ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (rf"{_EDGE}{_YEAR}年{_MONTH}月{_DAY}[日号]", _date),
        (rf"{_START}(?P<year>[0-9]{{4}})([-/.])(?P<month>[0-9]{{1,2}})\2(?P<day>[0-9]{{1,2}}){_END}", _date),
        (rf"{_START}(?P<year>(?:19|20)[0-9]{{2}})(?P<month>[01][0-9])(?P<day>[0-3][0-9]){_END}", _date),
        (rf"{_EDGE}{_YEAR}年{_MONTH}月(?:份)?", _month),
        (rf"{_EDGE}{_MONTH}月{_DAY}[日号]", _day_of_year),
        (rf"{_EDGE}{_YEAR}年", _year),
        (rf"(?P<before>第)(?P<number>{_NUMBER})(?P<after>{_HAN}?)", _number),
        (rf"{_EDGE}(?P<before>)(?P<number>{_NUMBER})(?P<after>[{_COUNTERS}]|小时|分钟)", _number),
        (rf"{_EDGE}(?P<decade>[0-9]0|[{CHINESE_DIGITS}〇][零〇])后", _born_in),
        (rf"{_START}[0-9]{{1,3}}(?:,[0-9]{{3}})+{_END}", _grouped),
        (rf"{_START}(?P<area>0(?:10|2[0-9]|[3-9][0-9]{{2}}))[ -]?(?P<number>[0-9]{{7,8}}){_END}", _telephone),
        (rf"{_START}[1-9][0-9]{{4,14}}{_END}", _long_number),
        (rf"{_START}(?P<left>{_AMOUNT}) ?[x×*] ?(?P<right>{_AMOUNT}){_END}", _times),
        (rf"{_START}(?P<value>{_AMOUNT})(?P<unit>°?[a-z]{{1,5}}|{_UNIT}){_END}", _measure),
        (rf"{_START}(?P<left>[a-z]{{2,16}})(?P<right>[0-9]{{1,4}}(?:\.[0-9]{{1,3}})*){_END}", _joined),
    )
)
