"""Other writings of numbers, dates and measures: whichever a reader types, the same ones are looked for."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.sites import CACHE
from zhsearch.index.analysis import Lexicon
from zhsearch.index.analysis.segmenter import get_segmenter
from zhsearch.search.query import Or, Word, parser
from zhsearch.search.query.numerals import chinese_numeral, digit_by_digit
from zhsearch.search.query.writings import passages


def sought(text: str) -> set[str]:
    """What is looked for: the writings of the whole text."""
    found = passages(text)
    assert [(passage.start, passage.end) for passage in found] == [(0, len(text))], text
    return set(found[0].writings)


def assert_symmetric(*writings: str) -> None:
    for writing in writings:
        assert set(writings) <= sought(writing), writing


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
def test_every_form_of_a_date_stands_for_the_others(date: dt.date) -> None:
    year, month, day = date.year, date.month, date.day
    han = f"{digit_by_digit(year)}年{chinese_numeral(month)}月{chinese_numeral(day)}日"
    forms = (f"{date:%Y-%m-%d}", f"{date:%Y/%m/%d}", f"{year}/{month}/{day}", f"{date:%Y%m%d}", han)
    assert_symmetric(*forms, f"{year}年{month}月{day}日")


@given(st.integers(1, 9999), st.sampled_from("章节回届期卷"))
def test_every_form_of_an_ordinal_stands_for_the_others(number: int, unit: str) -> None:
    assert_symmetric(f"第{number}{unit}", f"第{chinese_numeral(number)}{unit}")


@given(st.integers(3, 9999), st.sampled_from("大个倍位条项"))
def test_every_form_of_a_count_stands_for_the_others(number: int, unit: str) -> None:
    assert_symmetric(f"{number}{unit}", f"{chinese_numeral(number)}{unit}")


@given(st.integers(10_000, 999_999_999))
def test_a_number_stands_for_itself_with_separators(number: int) -> None:
    assert f"{number:,}" in sought(str(number))
    assert str(number) in sought(f"{number:,}")


@given(
    st.integers(1, 999), st.sampled_from([("km", "公里"), ("kg", "公斤"), ("cm", "厘米"), ("min", "分钟")])
)
def test_a_unit_stands_for_its_name(number: int, names: tuple[str, str]) -> None:
    short, long = names
    assert f"{number}{long}" in sought(f"{number}{short}")
    assert f"{number}{short}" in sought(f"{number}{long}")


@given(st.integers(1, 4000), st.integers(1, 4000))
def test_every_times_sign_stands_for_the_others(width: int, height: int) -> None:
    assert_symmetric(f"{width}x{height}", f"{width}×{height}")


def test_an_ambiguous_regional_word_ranks_lower() -> None:
    lexicon = Lexicon(regional=(("介面", ("接口", "界面")), ("打印机", ("印表机",)), ("印表机", ("打印机",))))
    segmenter = get_segmenter("auto", CACHE, lexicon)

    def weights(text: str) -> set[float]:
        (node,) = parser.parse(text, segmenter).should
        assert isinstance(node, Or)
        return {other.weight for other in node.nodes[1:] if isinstance(other, Word)}

    (certain,), (ambiguous,) = weights("打印机"), weights("介面")
    assert ambiguous < certain < 1
