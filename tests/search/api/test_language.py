"""The site's language that a reader's language means."""

import pytest

from zhsearch.search.api.language import site_language


@pytest.mark.parametrize(
    ("wished", "languages", "language"),
    [
        ("zh-CN", ["en", "zh-CN"], "zh-CN"),
        ("zh-cn", ["zh-CN"], "zh-CN"),
        ("zh", ["zh-TW", "zh-CN"], "zh-TW"),
        ("zh", ["zh-CN", "zh"], "zh"),
        ("zh-Hans-CN", ["en", "zh-Hans", "zh"], "zh-Hans"),
        ("en-GB", ["zh", "en"], "en"),
        ("zh-CN", ["zh-TW"], None),
        ("z", ["zh"], None),
        ("fr", ["zh", "en"], None),
        ("", ["zh", ""], None),
        ("zh", [], None),
    ],
)
def test_a_language_of_the_site_is_meant(wished: str, languages: list[str], language: str | None) -> None:
    assert site_language(wished, languages) == language
