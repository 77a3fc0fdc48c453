"""Chinese numerals: every number up to 9999 and back."""

import pytest

from zhsearch.search.query.numerals import chinese_numeral, digit_by_digit, numeral_value


def test_every_number_comes_back() -> None:
    assert [numeral_value(chinese_numeral(number)) for number in range(10_000)] == list(range(10_000))


@pytest.mark.parametrize(
    ("number", "numeral"),
    [
        (0, "零"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (2025, "二千零二十五"),
    ],
)
def test_numerals_are_written_as_they_are_spoken(number: int, numeral: str) -> None:
    assert chinese_numeral(number) == numeral


def test_years_are_written_digit_by_digit() -> None:
    assert digit_by_digit(2025) == "二〇二五"
    assert numeral_value("二〇二五") == numeral_value("二零二五") == 2025


@pytest.mark.parametrize("text", ["十百", "百五", "章", "12a"])
def test_what_is_no_numeral_has_no_value(text: str) -> None:
    assert numeral_value(text) is None
