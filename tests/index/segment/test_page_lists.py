"""Page lists: each row comes back from its bytes, which are as few as one of the forms allows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhsearch.index.arrays import offsets
from zhsearch.index.segment import page_lists
from zhsearch.index.segment.page_lists import count_list, decode_list, decode_lists, encode_lists

SIZES = st.sampled_from([1, 8, 9, 255, 256, 257, 600, 4_000, 65_536])
ROWS = SIZES.flatmap(
    lambda size: st.tuples(
        st.just(size),
        st.lists(
            st.sets(st.integers(0, size - 1), min_size=1, max_size=40)
            | st.tuples(st.integers(0, size - 1), st.integers(1, 600)).map(
                lambda first_step: set(range(first_step[0], size, first_step[1]))
            ),
            max_size=5,
        ),
    )
)


def bytes_of(pages: list[int], size: int) -> int:
    """The fewest bytes of a row."""
    gaps = len(pages) + sum(gap // 255 for gap in np.diff(pages, prepend=0).tolist())
    return min(2 * len(pages), gaps | 1, (size + 7) // 8)


@given(ROWS)
@settings(max_examples=60)
def test_rows_come_back_together_and_one_by_one_from_the_fewest_bytes(
    case: tuple[int, list[set[int]]],
) -> None:
    size, rows = case[0], [sorted(row) for row in case[1]]
    pages = np.array([page for row in rows for page in row], dtype=np.uint16)
    lengths, data = encode_lists(np.array(list(map(len, rows)), dtype=np.int64), pages, size)
    assert lengths.tolist() == [bytes_of(row, size) for row in rows]
    counts, found = decode_lists(lengths, data, size)
    assert (counts.tolist(), found.tolist()) == (list(map(len, rows)), pages.tolist())
    starts = offsets(lengths).tolist()
    for row, start, length in zip(rows, starts, lengths.tolist(), strict=False):
        own = data[start : start + length]
        assert decode_list(own, size).tolist() == row
        assert count_list(own, size) == len(row)


def test_many_bitmaps_are_packed_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_lists, "_BITMAP_BATCH", 300)
    rows = [list(range(first, 100, 1 + first % 3)) for first in range(20)]
    pages = np.array([page for row in rows for page in row], dtype=np.uint16)
    lengths, data = encode_lists(np.array(list(map(len, rows))), pages, 100)
    assert set(lengths.tolist()) == {13}
    assert decode_lists(lengths, data, 100)[1].tolist() == pages.tolist()
