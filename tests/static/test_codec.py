"""The binary form of the static index: numbers in it take seven bits a byte."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhsearch.search.static.codec import numbers_packed


def leb128(number: int) -> bytes:
    low, rest = number & 127, number >> 7
    return bytes([low | 128]) + leb128(rest) if rest else bytes([low])


@given(st.lists(st.integers(0, 2**60 - 1) | st.integers(0, 300), max_size=30))
@settings(max_examples=50)
def test_numbers_take_seven_bits_a_byte(values: list[int]) -> None:
    packed = numbers_packed(np.array(values, dtype=np.int64))
    assert packed.data.tobytes() == b"".join(map(leb128, values))
    assert packed.sizes.tolist() == [len(leb128(number)) for number in values]


@pytest.mark.parametrize("bits", range(0, 60, 7))
def test_numbers_at_the_edge_of_a_byte_take_a_byte_more(bits: int) -> None:
    edge = [(1 << bits) + more for more in (-1, 0, 1) if bits or more >= 0]
    packed = numbers_packed(np.array(edge, dtype=np.int64))
    assert packed.data.tobytes() == b"".join(map(leb128, edge))
