"""Glob patterns: what they match, and that no text is an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.index.glob import admits, glob, matches


@pytest.mark.parametrize(
    ("pattern", "text", "wanted"),
    [
        ("", "a", True),
        ("a", "A", True),
        ("*.md", "a.md", True),
        ("*.md", "posts/a.md", False),
        ("**.md", "posts/a.md", True),
        ("posts/**", "posts/2025/a.md", True),
        ("posts/**", "posts", False),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("[a-c]x", "bx", True),
        ("[!a-c]x", "bx", False),
        ("[z-a]", "[z-a]", True),
        ("[]", "[]", True),
        ("{a,b*}.md", "bc.md", True),
        ("{a,b}.md", "c.md", False),
        ("{a", "a", True),
        ("a,b}", "a,b}", True),
        (r"\*", "*", True),
        (r"\*", "a", False),
        ("文章/*", "文章/一", True),
    ],
)
def test_a_pattern_matches_as_in_hugo(pattern: str, text: str, wanted: bool) -> None:
    assert matches(pattern, text) is wanted


@pytest.mark.parametrize(
    ("patterns", "name", "wanted"),
    [
        ([], "en", True),
        (["en"], "en", True),
        (["en"], "de", False),
        (["zh-*"], "zh-cn", True),
        (["! en"], "en", False),
        (["! en"], "de", True),
        (["! zh-tw", "zh-*"], "zh-tw", False),
        (["! zh-tw", "zh-*"], "zh-cn", True),
        (["! zh-tw", "zh-*"], "en", False),
    ],
)
def test_the_first_pattern_that_matches_decides(patterns: list[str], name: str, wanted: bool) -> None:
    assert admits(patterns, name) is wanted


@given(st.text("ab/*?[]{}!,-\\", max_size=12))
def test_no_pattern_is_an_error(pattern: str) -> None:
    glob(pattern)


@given(st.text(st.characters(exclude_characters="*?[]{},\\"), min_size=1, max_size=12))
def test_text_without_wildcards_matches_itself(text: str) -> None:
    assert matches(text, text)
