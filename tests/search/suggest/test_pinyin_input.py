"""Letters read as pinyin: in full, begun, by initials; and never at length."""

import pytest

from zhsearch.search.suggest.pinyin_input import pinyin_readings


@pytest.mark.parametrize(
    ("typed", "way"),
    [
        ("guochan", ("guo ", "chan ")),
        ("guoch", ("guo ", "ch")),
        ("gcsl", ("g", "c", "s", "l")),
        ("国chan", ("国", "chan ")),
        ("gsuanli", ("g", "suan ", "li ")),
        ("xian", ("xian ",)),
        ("xian", ("xi ", "an ")),
        ("zhsh", ("zh", "sh")),
        ("国产", ("国", "产")),
        ("lv", ("lv ",)),
    ],
)
def test_letters_are_read_in_every_way(typed: str, way: tuple[str, ...]) -> None:
    assert way in pinyin_readings(typed)


@pytest.mark.parametrize("typed", ["", "123", "é", "c++", "guo!"])
def test_what_is_no_pinyin_is_not_read_as_such(typed: str) -> None:
    assert pinyin_readings(typed) in ([], [()])


@pytest.mark.parametrize("typed", ["ang" * 7 + "v", "zhang" * 100, "nang" * 5 + "v", "a" * 512, "h" * 512])
def test_there_are_never_many_ways(typed: str) -> None:
    assert len(pinyin_readings(typed)) <= 24  # and without the exponential work that a naive reader would do
