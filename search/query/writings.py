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

_MAX_WRITINGS = 20  # of a passage

_NUMBER = rf"(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,4}}|{NUMERAL}{{1,7}})"
_EDGE = rf"(?<![0-9a-z.]|{NUMERAL})(?<![0-9],)"
# After these a number up to 9999 may be written in either way. The first are also counted from one.
_ORDINAL_UNITS = "章节回届期卷册集月号"
_COUNTERS = f"{_ORDINAL_UNITS}大个倍名位页人遍种条天岁项次部款家台步招强例篇句张类点日级层周年元度"
_HAN = "[\u4e00-\u9fd5]"

# Units of measure with their Chinese names.
_UNITS = (
    ("km", "公里", "千米"), ("m", "米"), ("cm", "厘米", "公分"), ("mm", "毫米"), ("kg", "公斤", "千克"),
    ("g", "克"), ("l", "升"), ("ml", "毫升"), ("h", "小时", "个小时"), ("min", "分钟"), ("s", "秒"),
    ("ms", "毫秒"), ("°c", "摄氏度"), ("m2", "平方米"),
    ("w", "瓦"), ("v", "伏"), ("hz", "赫兹"),
)  # fmt: skip
_UNIT_NAMES = {name: names for names in _UNITS for name in names}
_HAN_UNIT = "|".join(sorted((name for names in _UNITS for name in names[1:]), key=len, reverse=True))
SHORT_UNITS = frozenset(names[0] for names in _UNITS)
"""The signs of units of measure: kg, °c."""
_SHORT_UNIT = "|".join(sorted(SHORT_UNITS, key=lambda unit: (-len(unit), unit)))
_LAST_NUMERAL = 9999
_ROC = 1911  # the year before the first one of the Republic of China, by which Taiwan counts
_LAST_ROC = 200

_MAY_HAVE_NUMBER = re.compile(rf"[0-9]|{NUMERAL}|民国元年")


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
    for name, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other.end and other.start < end for other in found):
                continue
            writings = tuple(dict.fromkeys((match[0], *_RULES[name](match))))[:_MAX_WRITINGS]
            if len(writings) > 1:
                found.append(Passage(start, end, writings))
    return sorted(found)


def _date(match: re.Match[str]) -> Iterator[str]:
    year, month, day = _year_of(match), *map(numeral_value, match.group("month", "day"))
    if year is None or month is None or day is None:
        return
    try:
        date(year, month, day)
    except ValueError:
        return
    for separator in "-/.":
        yield f"{year}{separator}{month:02}{separator}{day:02}"
        yield f"{year}{separator}{month}{separator}{day}"
    yield f"{year}{month:02}{day:02}"
    for before in _years(year):
        days = list(_days(month, day, is_digits=before[-2].isdecimal()))
        yield from (before + after for after in (days[:1] if before.startswith("民国") else days))


def _month(match: re.Match[str]) -> Iterator[str]:
    year, month = _year_of(match), numeral_value(match["month"])
    if not year or not month or month > 12:
        return
    for before in _years(year):
        digits = (f"{month}", f"{month:02}") if before[-2].isdecimal() else (chinese_numeral(month),)
        yield from (f"{before}{written}月" for written in digits)
    # Not 2025.2, which is a version.
    yield from (f"{year}-{month:02}", f"{year}/{month:02}", f"{year}.{month:02}", f"{year}/{month}")


def _day_of_year(match: re.Match[str]) -> Iterator[str]:
    month, day = map(numeral_value, match.group("month", "day"))
    if month and day and month <= 12 and day <= 31:
        yield from _days(month, day, is_digits=True)
        yield from _days(month, day, is_digits=False)


def _year(match: re.Match[str]) -> Iterator[str]:
    year = _year_of(match)
    if year:
        yield from _years(year)


def _year_of(match: re.Match[str]) -> int | None:
    """The year of a match, of our era."""
    if match["year"] is not None:
        return numeral_value(match["year"])
    year = 1 if match["roc"] == "元" else numeral_value(match["roc"])
    return year + _ROC if year else None


def _years(year: int) -> Iterator[str]:
    """The writings of a year: 2020年, 二〇二〇年, 二零二零年, 民国109年."""
    yield f"{year}年"
    yield f"{digit_by_digit(year)}年"
    yield f"{digit_by_digit(year).replace('〇', CHINESE_DIGITS[0])}年"
    since = year - _ROC
    if 0 < since < _LAST_ROC:
        numerals = chinese_numeral(since), digit_by_digit(since)
        yield from (f"民国{written}年" for written in (since, *(numerals if since > 1 else "元")))


def _days(month: int, day: int, *, is_digits: bool) -> Iterator[str]:
    """The writings of a month and day, in digits or as numerals."""
    for suffix in "日号":
        if is_digits:
            yield from (f"{month}月{day}{suffix}", f"{month:02}月{day:02}{suffix}")
        else:
            yield f"{chinese_numeral(month)}月{chinese_numeral(day)}{suffix}"


def _number(match: re.Match[str]) -> Iterator[str]:
    before, written, after = match.group("before", "number", "after")
    value = numeral_value(written.replace(",", ""))
    counts_from_one = before == "第" or after[:1] in f"{_ORDINAL_UNITS}万亿"
    if value is None or (value < 2 and not counts_from_one):
        return  # 一个, 一次 are seldom numbers
    yield from (f"{before}{number}{after}" for number in _written_numbers(value, before=before))
    if value == 2 and before != "第" and written != "二":
        yield f"两{after}"
    if not before:  # 5 分钟 is also a measure
        yield from _with_unit(f"{value}", after)


def _written_numbers(value: int, *, before: str = "") -> Iterator[str]:
    """The writings of a number: 2200, 2,200, 二千二百, 两千二百."""
    yield f"{value}"
    if value > 999 and before != "第":
        yield f"{value:,}"
    if value <= _LAST_NUMERAL:
        numeral = chinese_numeral(value)
        yield numeral
        if numeral[:2] in ("二百", "二千") and before != "第":
            yield f"两{numeral[1:]}"


def _percentage(match: re.Match[str]) -> Iterator[str]:
    value = match["number"] or match["percent"]
    number = numeral_value(value)
    if number is None and not value[:1].isdecimal():
        return
    digits = value if number is None else f"{number}"
    yield from (f"{digits}%", f"百分之{digits}")
    if number is not None and number <= _LAST_NUMERAL:
        yield f"百分之{chinese_numeral(number)}"


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
    yield from _with_unit(match["value"], match["unit"] or match["short"])


def _with_unit(value: str, unit: str) -> Iterator[str]:
    """The writings of a measure: 5公斤, 5kg, 5 kg, 五公斤; none of a Han unit without other names."""
    own = (unit,) if unit.isascii() else ()
    for name in _UNIT_NAMES.get(unit, own):
        if name in SHORT_UNITS or name.isascii():
            yield from (f"{value}{name}", f"{value} {name}")
        elif value.isdecimal() and int(value) > 1:
            yield from (f"{number}{name}" for number in _written_numbers(int(value)))
        else:
            yield f"{value}{name}"


def _joined(match: re.Match[str]) -> Iterator[str]:
    left, right = match.group("left", "right")
    for separator in ("", " ", "-", "/"):
        yield left + separator + right


def _joined_letter(match: re.Match[str]) -> Iterator[str]:
    left, right = match.group("left", "right")
    for separator in ("", ".", "-"):
        yield left + separator + right


_YEAR = (
    rf"(?:(?P<year>[0-9]{{4}}|[{CHINESE_DIGITS}〇]{{4}})"
    rf"|民国(?P<roc>元|[0-9]{{1,3}}|[{CHINESE_DIGITS}〇十百]{{1,5}}))"
)
_MONTH = "(?P<month>[0-9]{1,2}|[一二三四五六七八九十]{1,2})"
_DAY = "(?P<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_AMOUNT = r"[0-9]+(?:\.[0-9]+)?"
# A minus is the sign of a number, unless something stands before it.
_START, _END = r"(?<![0-9a-z.,/])(?<![0-9a-z.,/]-)", r"(?![0-9a-z.,/-])"

_PATTERNS = tuple(
    (rule, re.compile(pattern))
    for rule, pattern in (
        ("date", rf"{_EDGE}{_YEAR}年{_MONTH}月{_DAY}[日号]"),
        (
            "date",
            rf"{_START}(?P<year>[0-9]{{4}})(?P<sign>[-/.])(?P<month>[0-9]{{1,2}})(?P=sign)(?P<day>[0-9]{{1,2}}){_END}",
        ),
        ("date", rf"{_START}(?P<year>(?:19|20)[0-9]{{2}})(?P<month>[01][0-9])(?P<day>[0-3][0-9]){_END}"),
        ("month", rf"{_EDGE}{_YEAR}年{_MONTH}月(?:份)?"),
        (
            "month",
            rf"{_START}(?P<year>(?:19|20)[0-9]{{2}})(?:[-.](?=[01][0-9])|/)(?P<month>[0-9]{{1,2}}){_END}",
        ),
        ("day_of_year", rf"{_EDGE}{_MONTH}月{_DAY}[日号]"),
        ("year", rf"{_EDGE}{_YEAR}年"),
        ("number", rf"(?P<before>第)(?P<number>{_NUMBER})(?P<after>{_HAN}?)"),
        ("number", rf"{_EDGE}(?P<before>)(?P<number>{_NUMBER})(?P<after>{_HAN_UNIT}|世纪|[{_COUNTERS}])"),
        ("number", rf"{_EDGE}(?P<before>)(?P<number>{_NUMBER})(?P<after>[万亿])(?![0-9]|{NUMERAL})"),
        ("percentage", rf"百分之(?P<number>{_AMOUNT}|{NUMERAL}{{1,7}})|{_START}(?P<percent>{_AMOUNT})%"),
        ("born_in", rf"{_EDGE}(?P<decade>[0-9]0|[{CHINESE_DIGITS}〇][零〇])后"),
        ("grouped", rf"{_START}[0-9]{{1,3}}(?:,[0-9]{{3}})+{_END}"),
        (
            "telephone",
            rf"{_START}(?P<area>0(?:10|2[0-9]|[3-9][0-9]{{2}}))[ -]?(?P<number>[0-9]{{7,8}}){_END}",
        ),
        ("long_number", rf"{_START}[1-9][0-9]{{4,14}}{_END}"),
        ("times", rf"{_START}(?P<left>{_AMOUNT}) ?[x×*] ?(?P<right>{_AMOUNT}){_END}"),
        (
            "measure",
            rf"{_START}(?P<value>{_AMOUNT})(?:(?P<unit>m2|°?[a-z]{{1,5}}|{_HAN_UNIT})"
            rf"| (?P<short>{_SHORT_UNIT})){_END}",
        ),
        ("joined", rf"{_START}(?P<left>[a-z]{{2,16}})[-/]?(?P<right>[0-9]{{1,5}}(?:\.[0-9]{{1,3}})*){_END}"),
        ("joined_letter", rf"{_START}(?P<left>[a-z])[.-]?(?P<right>[0-9]{{3,4}}){_END}"),
    )
)
"""(name of a rule, pattern) in the order of their precedence."""

_Rule = Callable[[re.Match[str]], Iterator[str]]
_RULES: dict[str, _Rule] = {
    "date": _date,
    "month": _month,
    "day_of_year": _day_of_year,
    "year": _year,
    "number": _number,
    "percentage": _percentage,
    "born_in": _born_in,
    "grouped": _grouped,
    "telephone": _telephone,
    "long_number": _long_number,
    "times": _times,
    "measure": _measure,
    "joined": _joined,
    "joined_letter": _joined_letter,
}
"""The writings of a match of each rule; patterns apart, as data that the static search has too."""
