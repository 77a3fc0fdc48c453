"""Offsets of lines: those of the whole text folded."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhsearch.index.analysis import fold, simplify_characters
from zhsearch.index.segment.line_offsets import LineOffsets

PIECES = [
    "國",
    "国",
    "产",
    "GPU",
    "gpu",
    " ",
    "  ",
    "，",
    "。",
    "·",
    "…",
    "\u200b",
    "e\u0301",
    "ﬁ",
    "ｶﾞ",
    "哈哈",
    "\n",
    "\n\n",
]
TEXT = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def offsets_of(written: str) -> tuple[str, LineOffsets]:
    folded = simplify_characters(fold(written).text)
    return folded, LineOffsets(written, folded)


@given(TEXT, st.data())
@settings(max_examples=300)
def test_offsets_are_those_of_the_whole_text(written: str, data: st.DataObject) -> None:
    whole = fold(written)
    folded, lines = offsets_of(written)
    assert lines.size == len(folded)
    for start in range(len(folded)):
        end = data.draw(st.integers(start + 1, len(folded)))
        if "\n" in folded[start:end]:
            end = start + 1
        assert lines.source(start, end) == whole.source(start, end)
    for start in range(len(written)):
        assert lines.place(start) == whole.place(start)


@given(TEXT, st.data())
def test_the_lines_around_a_range_are_whole(written: str, data: st.DataObject) -> None:
    folded, lines = offsets_of(written)
    start = data.draw(st.integers(0, len(written)))
    end = data.draw(st.integers(start, len(written)))
    first, last = lines.around(start, end)
    assert folded[:first].count("\n") == written[:start].count("\n")
    assert folded[:last].count("\n") == written[:end].count("\n")
    assert first == 0 or folded[first - 1] == "\n"
    assert last == len(folded) or folded[last] == "\n"


@pytest.mark.parametrize(
    ("written", "sought", "found"),
    [("GPU 與 gpu", "gpu", "GPU"), ("國產 国产", "国产", "國產"), ("哈 哈哈", "哈", "哈")],
)
def test_a_text_spelt_in_several_ways_is_found_where_it_is_first(
    written: str, sought: str, found: str
) -> None:
    folded, lines = offsets_of(written)
    start, end = lines.source(folded.index(sought), folded.index(sought) + len(sought))
    assert written[start:end] == found
    assert start == 0
