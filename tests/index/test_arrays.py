"""Operations on arrays, held to those of Python on lists."""

from itertools import accumulate

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from zhsearch.index.arrays import (
    concat,
    expand_ranges,
    narrowest_uint,
    offsets,
    pack_strings,
    unpack_strings,
)

WHOLE = st.integers(0, 2**63 - 1) | st.sampled_from(
    [2**bits + more for bits in (8, 16, 32) for more in (-1, 0, 1)]
)


@given(st.lists(WHOLE, max_size=10), st.sampled_from([np.uint8, np.uint16, np.uint32]))
@settings(max_examples=50)
def test_numbers_take_the_narrowest_type_that_holds_them(
    values: list[int], least: type[np.unsignedinteger]
) -> None:
    found = narrowest_uint(np.array(values, dtype=np.int64), least)
    assert found.tolist() == values
    bits = max(np.iinfo(least).bits, max(values, default=0).bit_length())
    assert found.dtype == np.dtype(f"u{next(size for size in (1, 2, 4, 8) if size * 8 >= bits)}")


@given(st.lists(st.integers(0, 1000), max_size=20))
@settings(max_examples=50)
def test_runs_one_after_another_begin_where_those_before_them_end(counts: list[int]) -> None:
    assert offsets(counts).tolist() == list(accumulate(counts, initial=0))
    assert offsets(np.array(counts, dtype=np.int64)).tolist() == list(accumulate(counts, initial=0))


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 20)), max_size=20))
@settings(max_examples=50)
def test_ranges_are_those_of_python_one_after_another(pairs: list[tuple[int, int]]) -> None:
    starts, counts = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    assert expand_ranges(starts, counts).tolist() == [
        number for start, count in pairs for number in range(start, start + count)
    ]


def test_ranges_may_begin_at_small_unsigned_numbers() -> None:
    starts, counts = np.array([5, 0, 2], dtype=np.uint32), np.array([2, 3, 0], dtype=np.uint32)
    assert expand_ranges(starts, counts).tolist() == [5, 6, 0, 1, 2]


@given(st.lists(st.binary(max_size=10), max_size=20))
@settings(max_examples=50)
def test_strings_are_unpacked_as_they_were_packed(strings: list[bytes]) -> None:
    text, starts = pack_strings(iter(strings))
    assert text.tobytes() == b"".join(strings)
    assert starts.tolist() == list(accumulate(map(len, strings), initial=0))
    assert starts.dtype == np.uint32
    assert unpack_strings(text, starts) == strings


@given(st.lists(st.lists(st.integers(0, 9), max_size=5), max_size=5))
@settings(max_examples=50)
def test_arrays_are_joined_in_order(lists: list[list[int]]) -> None:
    found = concat([np.array(items, dtype=np.int64) for items in lists])
    assert found.tolist() == [item for items in lists for item in items]
