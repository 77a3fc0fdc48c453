"""Offset maps: the same as those of folding, in less time."""

from hypothesis import given
from hypothesis import strategies as st

from zhsearch.index.analysis.folding import fold
from zhsearch.index.analysis.offset_maps import EllipsisOffsets, OffsetGaps, offset_map

WRITTEN = st.text(list("C語言。，！·…カﾊ안Ａ1$.  \t\u3000\xa0\u200b\u0301"), max_size=16)


@given(WRITTEN)
def test_offsets_equal_those_of_folding(text: str) -> None:
    full = fold(text)
    sparse = offset_map(text, full.text)
    assert sparse.size == full.size
    for start in range(full.size):
        for end in range(start + 1, full.size + 1):
            assert sparse.source(start, end) == full.source(start, end)
    for start in range(len(text) + 1):
        assert sparse.place(start) == full.place(start)


def test_usual_lines_are_mapped_without_folding() -> None:
    for text, kind in (("用 Linux 写作", OffsetGaps), ("他说……用 Linux", EllipsisOffsets)):
        assert isinstance(offset_map(text, fold(text).text), kind)
