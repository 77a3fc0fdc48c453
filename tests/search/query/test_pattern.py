"""Patterns in UTF-8 bytes and in characters: both find the same occurrences as a plain search."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.search.query.pattern import Pattern, is_letter

TEXTS = st.text(st.sampled_from(list("算力gGpt4é+#-. \nжß🚀𠮷가\u00b2")), max_size=30)


def offsets(pattern: Pattern, text: str) -> list[int]:
    encoded = text.encode()
    in_characters = [len(encoded[:offset].decode()) for offset in pattern.find_all(encoded)]
    assert in_characters == pattern.find_all(text)
    return in_characters


def continues(edge: str, neighbour: str) -> bool:
    return neighbour == edge if edge in "+#" else is_letter(edge) and is_letter(neighbour)


@given(TEXTS, TEXTS.filter(bool))
def test_an_unbounded_pattern_is_found_as_python_finds_it(text: str, pattern: str) -> None:
    expected = [match.start() for match in re.finditer(re.escape(pattern), text)]
    assert offsets(Pattern(pattern, False), text) == expected


@given(TEXTS, TEXTS.filter(bool))
def test_a_bounded_pattern_is_found_where_no_word_continues_beyond_it(text: str, pattern: str) -> None:
    expected = [
        start
        for start in range(len(text))
        if text.startswith(pattern, start)
        and not continues(pattern[0], text[start - 1 : start] if start else "")
        and not continues(pattern[-1], text[start + len(pattern) : start + len(pattern) + 1])
    ]
    actual = offsets(Pattern(pattern, True), text)
    assert Pattern(pattern, True).is_in(text.encode()) == bool(expected)
    assert set(actual) <= set(expected)
    assert actual[:1] == expected[:1]


@pytest.mark.parametrize("text", ["c++", "c+ c", "a c+"])
def test_c_plus_is_not_in_c_plus_plus(text: str) -> None:
    assert Pattern("c+", True).is_in(text.encode()) == ("c++" not in text)
