"""The choice of the smallest, against sorting all."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.search.embedded.top_k import top_k

ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), max_size=200)


@given(ROWS, st.integers(1, 12))
def test_the_first_are_those_of_all_sorted_however_many_tie(rows: list[tuple[int, int]], count: int) -> None:
    first, second = (np.array([row[key] for row in rows], dtype=np.int64) for key in (0, 1))
    last = np.arange(len(rows))[::-1].copy()
    expected = np.lexsort((last, second, first))[:count]
    chosen = top_k([lambda places, key=key: key[places] for key in (first, second, last)], count)  # type: ignore[misc]
    assert chosen.tolist() == expected.tolist()
