"""Translations of the search page: every language has every text, and the reader's language is chosen."""

import re
from string import Formatter

import pytest

from zhsearch.search.i18n import TEXTS, choose_language, translate


def test_every_language_has_the_same_texts_with_the_same_placeholders() -> None:
    def placeholders(sentence: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(sentence)} - {None}

    chinese = TEXTS["zh-CN"]
    for lang, texts in TEXTS.items():
        assert texts.keys() == chinese.keys(), lang
        for key, sentence in texts.items():
            assert placeholders(sentence) == placeholders(chinese[key]), (lang, key)
            assert not re.search(r"[<>]", sentence), (lang, key)


@pytest.mark.parametrize(
    ("lang", "key", "named"),
    [("fr", "search", "'fr'"), ("en", "nothing", "'nothing'"), ("en", "found", "'total'")],
)
def test_an_error_names_what_is_missing(lang: str, key: str, named: str) -> None:
    with pytest.raises(KeyError, match=named):
        translate(lang, key)


def test_braces_in_a_value_are_text() -> None:
    assert translate("en", "none", query="{7*7}") == "Nothing found for “{7*7}”"


@pytest.mark.parametrize(
    ("header", "wanted", "lang"),
    [
        (None, None, "zh-CN"),
        ("", None, "zh-CN"),
        ("zh-CN,zh;q=0.9,en;q=0.8", None, "zh-CN"),
        ("zh-TW,zh;q=0.9", None, "zh-TW"),
        ("zh-Hant-HK", None, "zh-TW"),
        ("zh-Hans-TW", None, "zh-CN"),
        ("en;q=0.5, zh-tw;q=0.9", None, "zh-TW"),
        ("en;q=nan, zh;q=0.1", None, "zh-CN"),
        ("en;q=0, zh;q=0.1", None, "zh-CN"),
        ("fr, ja", None, "en"),
        ("fr, *;q=0.1", None, "zh-CN"),
        ("en;q=0.5, *", None, "zh-CN"),
        ("en;q=0", None, "zh-CN"),
        (";;,;q=", None, "zh-CN"),
        ("zh-CN", "en-GB", "en"),
        ("zh-TW", "klingon", "zh-TW"),
    ],
)
def test_the_readers_language_is_chosen(header: str | None, wanted: str | None, lang: str) -> None:
    assert choose_language(header, wanted) == lang
