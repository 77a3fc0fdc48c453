"""Text fragments: links that open a page at the sentence around a mark."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.sites import ROOT
from zhsearch.search.highlight.text_fragment import quoted_passage, text_fragment

CASES = json.loads((ROOT / "tests/data/passages.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_a_hit_opens_at_the_sentence_around_its_mark(case: dict[str, Any]) -> None:
    assert quoted_passage(case["text"], case["marks"]) == case["passage"]


def test_reserved_characters_are_escaped() -> None:
    assert text_fragment("a-b, c & d", [[0, 10]]) == "#:~:text=a%2Db%2C%20c%20%26%20d"
    assert text_fragment("a", []) == ""


@given(st.text(alphabet="算力 a。,", min_size=2, max_size=30), st.data())
def test_a_passage_is_a_part_of_the_snippet_and_contains_the_mark(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    passage = quoted_passage(text, [[start, end]])
    assert passage in text
    assert text[start:end].strip() in passage or any(sign in text[start:end] for sign in "。 ")
