"""Offsets of lines: those of the whole text folded."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhsearch.index.analysis import fold, simplify_characters
from zhsearch.index.segment.line_offsets import Line

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


def lines_of(written: str) -> tuple[str, list[Line]]:
    """A text folded, and its lines."""
    folded = simplify_characters(fold(written).text)
    lines, start = [], 0
    for text, block in zip(written.split("\n"), folded.split("\n"), strict=True):
        lines.append(Line(text, block, start))
        start += len(block) + 1
    return folded, lines


@given(TEXT, st.data())
@settings(max_examples=300)
def test_offsets_are_those_of_the_whole_text(written: str, data: st.DataObject) -> None:
    whole = fold(written)
    start = 0
    for line in lines_of(written)[1]:
        for offset in range(len(line.folded)):
            end = data.draw(st.integers(offset + 1, len(line.folded)))
            left, right = line.offsets.source(offset, end)
            first = line.folded_start
            assert (start + left, start + right) == whole.source(first + offset, first + end)
        for offset in range(len(line.text)):
            assert line.folded_start + line.offsets.place(offset) == whole.place(start + offset)
        start += len(line.text) + 1


@pytest.mark.parametrize(
    ("written", "sought", "found"),
    [("GPU 與 gpu", "gpu", "GPU"), ("國產 国产", "国产", "國產"), ("哈 哈哈", "哈", "哈")],
)
def test_a_text_spelt_in_several_ways_is_found_where_it_is_first(
    written: str, sought: str, found: str
) -> None:
    folded, (line,) = lines_of(written)
    start, end = line.offsets.source(folded.index(sought), folded.index(sought) + len(sought))
    assert written[start:end] == found
    assert start == 0
