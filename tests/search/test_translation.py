"""Messages in the reader's language."""

from pathlib import Path

import pytest

from zhsearch.index.errors import CorruptIndexError
from zhsearch.index.messages import Message, counted_message
from zhsearch.search.errors import ParameterError
from zhsearch.search.translation import best_language, language_of, translated, translated_count


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh_CN.UTF-8", "zh-CN"),
        ("zh", "zh-CN"),
        ("zh_SG", "zh-CN"),
        ("zh_TW.UTF-8", "zh-TW"),
        ("zh_HK", "zh-TW"),
        ("zh-Hant", "zh-TW"),
        ("zh_TW@radical", "zh-TW"),
        ("zh-Hans-HK", "zh-CN"),
        ("en_GB.UTF-8", "en"),
        ("fr_FR", None),
        ("", None),
    ],
)
def test_locales_and_tags_name_a_language(tag: str, language: str | None) -> None:
    assert language_of(tag) == language


def test_the_first_language_with_texts_counts() -> None:
    assert best_language(["fr", "zh_TW", "zh_CN"]) == "zh-TW"
    assert best_language(["fr"]) == best_language([]) == "en"


def test_an_error_is_translated_with_what_it_quotes() -> None:
    error = CorruptIndexError(
        Path("/x"), "{actual:,} bytes instead of {expected:,}", actual=1_000, expected=2
    )
    assert translated(str(error), "zh-CN") == (
        "/x：大小是 1,000 字节，应为 2 字节。请重建：zhsearch reindex --full"
    )
    assert translated(str(error), "zh-TW").startswith("/x：大小是 1,000 位元組")
    assert translated(str(error), "en") == str(error)


def test_a_parameter_is_named() -> None:
    error = ParameterError(
        "page", "{shown!r} is not a whole number from {minimum} to {maximum}", shown="x", minimum=1, maximum=9
    )
    assert translated(str(error), "zh-CN") == "page：'x' 不是 1 到 9 的整数"


def test_braces_in_a_field_are_text() -> None:
    message = Message("cannot be read: {problem}", problem="{0} {x}")
    assert translated(message, "zh-CN") == "无法读取：{0} {x}"


def test_counts_and_texts_without_a_translation() -> None:
    message = counted_message("{count:,} page", "{count:,} pages", 2)
    assert translated(message, "zh-CN") == "2 个页面"
    assert [translated_count("{count:,} page", "{count:,} pages", n, "en") for n in (1, 2)] == [
        "1 page",
        "2 pages",
    ]
    assert translated("no such text", "zh-CN") == "no such text"
