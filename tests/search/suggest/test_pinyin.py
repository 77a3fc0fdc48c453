"""Sounds of characters: the readings in use, and texts that sound the same."""

import pytest
from pypinyin.constants import PINYIN_DICT

from zhsearch.search.suggest.readings import is_same_sound, readings

from ...helpers.polyphones import OTHER_READINGS
from ...helpers.readings import FILE, readings_table


@pytest.mark.parametrize(
    ("character", "expected"),
    [
        ("重", ("zhong", "chong")),
        ("行", ("xing", "hang")),
        ("绿", ("lv", "lu")),
        ("土", ("tu",)),
        ("台", ("tai",)),
    ],
)
def test_a_character_has_the_readings_in_use(character: str, expected: tuple[str, ...]) -> None:
    assert readings(ord(character)) == expected


def test_every_polyphone_is_read_as_the_table_says() -> None:
    for character, others in OTHER_READINGS.items():
        assert PINYIN_DICT[ord(character)]
        assert set(others) <= set(readings(ord(character))), character


def test_the_table_of_readings_is_that_of_pypinyin() -> None:
    assert FILE.read_text(encoding="utf-8") == readings_table(), "run python -m tests.helpers.readings"


@pytest.mark.parametrize(
    ("left", "right", "is_same"),
    [
        ("智能", "志能", True),
        ("第五节", "第五届", False),
        ("土豆", "读读", False),
        ("银行", "银航", True),
        ("一", "一一", False),
    ],
)
def test_texts_sound_the_same_to_the_tone(left: str, right: str, is_same: bool) -> None:
    assert is_same_sound(left, right) is is_same
