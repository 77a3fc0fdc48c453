"""Needles in folded bytes, against the same question asked of characters."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.search.query.pattern import Pattern, is_letter

TEXTS = st.text(st.sampled_from(list("算力gGpt4é+#-. \nжß🚀𠮷가\u00b2")), max_size=30)


def places(needle: Pattern, text: str) -> list[int]:
    assert [len(text.encode()[:at].decode()) for at in needle.find_all(text.encode())] == list(
        needle.find_all(text)
    )
    return list(needle.find_all(text))


def goes_on(edge: str, neighbour: str) -> bool:
    return neighbour == edge if edge in "+#" else is_letter(edge) and is_letter(neighbour)


@given(TEXTS, TEXTS.filter(bool))
def test_an_unbounded_needle_is_found_as_python_finds_it(text: str, needle: str) -> None:
    assert places(Pattern(needle, False), text) == [m.start() for m in re.finditer(re.escape(needle), text)]


@given(TEXTS, TEXTS.filter(bool))
def test_a_bounded_needle_is_found_where_no_word_goes_on(text: str, needle: str) -> None:
    free = [
        at
        for at in range(len(text))
        if text.startswith(needle, at)
        and not goes_on(needle[0], text[at - 1 : at] if at else "")
        and not goes_on(needle[-1], text[at + len(needle) : at + len(needle) + 1])
    ]
    found = places(Pattern(needle, True), text)
    assert Pattern(needle, True).is_in(text.encode()) == bool(free)
    assert set(found) <= set(free)
    assert found[:1] == free[:1]


@pytest.mark.parametrize("text", ["c++", "c+ c", "a c+"])
def test_c_plus_is_not_in_c_plus_plus(text: str) -> None:
    assert Pattern("c+", True).is_in(text.encode()) == ("c++" not in text)
