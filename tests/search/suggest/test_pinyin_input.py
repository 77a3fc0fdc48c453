"""Letters read as pinyin: full and partial syllables, initials; and a limited number of readings."""

import pytest

from zhsearch.search.suggest.pinyin_input import all_readings, pinyin_readings, syllables_with_prefix


@pytest.mark.parametrize(
    ("typed", "reading"),
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
        ("lüse", ("lv ", "se ")),
        ("lyuse", ("lv ", "se ")),
        ("nuedai", ("nve ", "dai ")),
    ],
)
def test_letters_have_every_reading_as_pinyin(typed: str, reading: tuple[str, ...]) -> None:
    assert reading in pinyin_readings(typed)


@pytest.mark.parametrize("typed", ["", "123", "é", "c++", "guo!"])
def test_other_texts_have_no_reading_as_pinyin(typed: str) -> None:
    assert pinyin_readings(typed) in ([], [()])


@pytest.mark.parametrize("typed", ["ang" * 7 + "v", "zhang" * 100, "nang" * 5 + "v", "a" * 512, "h" * 512])
def test_the_number_of_readings_is_limited(typed: str) -> None:
    assert len(pinyin_readings(typed)) <= 24  # without the exponential work of a naive parser


@pytest.mark.parametrize(
    ("typed", "syllables"),
    [
        ("zongguo", ("zhong", "guo")),
        ("sijian", ("shi", "jian")),
        ("luse", ("lv", "se")),
        ("nanren", ("lan", "leng")),
        ("lenshui", ("leng", "shui")),
        ("xinqi", ("xing", "qi")),
    ],
)
def test_syllables_that_people_confuse_are_the_last_readings(typed: str, syllables: tuple[str, ...]) -> None:
    candidates = [tuple(map(syllables_with_prefix, reading)) for reading in all_readings(typed)]
    matching = [
        number
        for number, items in enumerate(candidates)
        if len(items) == len(syllables) and all(map(tuple.__contains__, items, syllables))
    ]
    assert matching
