"""Suffix arrays, compared with a search of the text."""

from hypothesis import given
from hypothesis import strategies as st

from zhsearch.index.segment.suffix_array import SuffixArray

TEXT = st.text("ab\n恤0", max_size=40)
SOUGHT = st.text("ab\n0", min_size=1, max_size=12)


@given(TEXT, SOUGHT)
def test_a_text_is_found_wherever_it_occurs(text: str, sought: str) -> None:
    data, part = (text + sought + text).encode(), sought.encode()
    expected = [place for place in range(len(data)) if data.startswith(part, place)]
    assert sorted(SuffixArray(data).find(part).tolist()) == expected


def test_a_text_longer_than_what_is_sorted_is_found() -> None:
    array = SuffixArray(b"development developments develop")
    assert sorted(array.find(b"development").tolist()) == [0, 12]
    assert array.find(b"developed").tolist() == []
