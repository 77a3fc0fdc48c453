"""Posting lists: the arrays hold what a dictionary of lists would."""

from collections import defaultdict
from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhsearch.index.arrays import Array, IntArray
from zhsearch.index.segment.postings import (
    Postings,
    decode,
    encode,
    expand_frequencies,
    field_arrays,
    interleave,
    join,
    postings_of,
)

TERMS = 12
PAGE = st.lists(st.tuples(st.integers(0, TERMS - 1), st.integers(0, 300)), max_size=12)
"""(term, distance from the position of the term before) of each occurrence on a page."""
PAGES = st.lists(PAGE, max_size=8)
Lists = dict[int, list[tuple[int, list[int]]]]


def numbers(values: list[int]) -> IntArray:
    return np.array(values, dtype=np.int64)


def occurrences(pages: list[list[tuple[int, int]]]) -> list[tuple[int, int, int]]:
    """(term, page, position) in order."""
    return [
        (term, number, position)
        for number, page in enumerate(pages)
        for (term, _), position in zip(page, accumulate(step for _, step in page), strict=True)
    ]


def inverted(pages: list[list[tuple[int, int]]]) -> Postings:
    terms, numbers_, positions = np.array(occurrences(pages), dtype=np.int64).reshape(-1, 3).T
    return postings_of(terms, numbers_, positions)


def lists_of(postings: Postings) -> Lists:
    found = {}
    for row, term in enumerate(postings.terms.tolist()):
        start, end = postings.starts[row : row + 2]
        steps = decode(postings.positions[slice(*postings.position_starts[row : row + 2])])
        frequencies = postings.frequencies[start:end]
        positions = [np.cumsum(values).tolist() for values in np.split(steps, np.cumsum(frequencies)[:-1])]
        found[term] = list(zip(postings.pages[start:end].tolist(), positions, strict=True))
    return found


def leb128(number: int) -> bytes:
    low, rest = number & 127, number >> 7
    return bytes([low | 128]) + leb128(rest) if rest else bytes([low])


def assert_same(found: Postings, wanted: Postings) -> None:
    for name, left, right in zip(Postings._fields, found, wanted, strict=True):
        np.testing.assert_array_equal(left, right, err_msg=name)
    assert found.pages.dtype == wanted.pages.dtype == np.uint16
    assert found.positions.dtype == wanted.positions.dtype == np.uint8


@given(st.lists(st.integers(0, 2**60 - 1) | st.integers(0, 300), max_size=30))
@settings(max_examples=50)
def test_numbers_take_seven_bits_a_byte_and_come_back(values: list[int]) -> None:
    data, lengths = encode(numbers(values))
    assert data.tobytes() == b"".join(map(leb128, values))
    assert lengths.tolist() == [len(leb128(number)) for number in values]
    assert decode(data).tolist() == values


@pytest.mark.parametrize("bits", range(0, 60, 7))
def test_numbers_at_the_edge_of_a_byte_come_back(bits: int) -> None:
    edge = [(1 << bits) + more for more in (-1, 0, 1)]
    assert decode(encode(numbers(edge))[0]).tolist() == edge


@given(PAGES)
@settings(max_examples=50)
def test_the_postings_of_occurrences_are_those_of_a_dictionary(pages: list[list[tuple[int, int]]]) -> None:
    wanted: defaultdict[int, dict[int, list[int]]] = defaultdict(dict)
    for term, page, position in occurrences(pages):
        wanted[term].setdefault(page, []).append(position)
    postings = inverted(pages)
    assert lists_of(postings) == {term: list(on.items()) for term, on in wanted.items()}
    assert postings.terms.tolist() == sorted(wanted)


def test_a_term_that_occurs_a_thousand_times_on_a_page_has_every_position() -> None:
    postings = inverted([[(3, 1)] * 254, [(3, 200)] * 255, [], [(3, 70_000)] * 1000, [(4, 0)]])
    assert postings.frequencies.tolist() == [254, 255, 1000, 1]
    assert lists_of(postings)[3][2] == (3, list(range(70_000, 70_000_001, 70_000)))


@given(st.lists(st.sampled_from([1, 2, 253, 254, 255, 256, 70_000]), max_size=12), st.data())
@settings(max_examples=50)
def test_frequencies_of_255_and_more_are_whole_in_any_range(
    frequencies: list[int], data: st.DataObject
) -> None:
    postings = inverted([])._replace(frequencies=numbers(frequencies))
    found = dict(field_arrays("f", postings, 100))
    start = data.draw(st.integers(0, len(frequencies)))
    end = data.draw(st.integers(start, len(frequencies)))
    stored = found["f.frequencies"][start:end]
    assert stored.dtype == np.uint8
    whole = expand_frequencies(stored, start, found["f.frequent"], found["f.frequent_counts"])
    assert whole.tolist() == frequencies[start:end]


@given(PAGES, st.integers(0, 30))
@settings(max_examples=50)
def test_a_field_on_disk_has_the_row_of_every_term(pages: list[list[tuple[int, int]]], more: int) -> None:
    postings = inverted(pages)
    arrays: dict[str, Array] = dict(field_arrays("f", postings, TERMS + more))
    rows = arrays.get("f.terms", np.arange(TERMS + more))
    assert len(arrays["f.starts"]) == len(arrays["f.position_starts"]) == len(rows) + 1
    used = np.diff(arrays["f.starts"]) > 0
    assert_same(
        Postings(
            rows[used],
            np.append(arrays["f.starts"][:-1][used], arrays["f.starts"][-1]),
            arrays["f.pages"],
            arrays["f.frequencies"],
            np.append(arrays["f.position_starts"][:-1][used], arrays["f.position_starts"][-1]),
            arrays["f.positions"],
        ),
        postings,
    )


def test_a_field_that_has_most_terms_lists_none_of_them() -> None:
    postings = inverted([[(term, 1) for term in range(8)]])
    assert "f.terms" not in dict(field_arrays("f", postings, 9))
    assert dict(field_arrays("f", postings, 30))["f.terms"].tolist() == list(range(8))


@given(PAGES, st.lists(st.integers(0, 8), max_size=3))
@settings(max_examples=50)
def test_joined_segments_are_the_postings_of_everything_at_once(
    pages: list[list[tuple[int, int]]], cuts: list[int]
) -> None:
    edges = [0, *sorted(min(cut, len(pages)) for cut in cuts), len(pages)]
    segments = [(inverted(pages[a:b]), a) for a, b in pairwise(edges)]
    assert_same(join(segments, TERMS), inverted(pages))


def test_joined_segments_may_have_65536_pages_and_large_frequencies() -> None:
    pages: list[list[tuple[int, int]]] = [[] for _ in range(65_536)]
    pages[0], pages[40_000], pages[65_535] = [(1, 2)] * 300, [(2, 1)], [(1, 9)] * 70_000
    segments = [(inverted(pages[:30_000]), 0), (inverted(pages[30_000:65_535]), 30_000)]
    assert_same(join([*segments, (inverted(pages[65_535:]), 65_535)], TERMS), inverted(pages))


def test_no_segments_join_to_no_postings() -> None:
    assert_same(join([], TERMS), inverted([]))


@given(st.lists(st.dictionaries(st.integers(0, 5), st.integers(0, 4)), max_size=4))
@settings(max_examples=30)
def test_rows_of_segments_interleave_in_the_order_of_the_segments(segments: list[dict[int, int]]) -> None:
    wanted: list[list[str]] = [[] for _ in range(6)]
    for number, sizes in enumerate(segments):
        for row, size in sizes.items():
            wanted[row] += [f"{number}.{row}.{item}" for item in range(size)]
    sorted_segments = [dict(sorted(sizes.items())) for sizes in segments]
    starts, indices_of_tables = interleave(
        [(numbers(list(sizes)), numbers(list(sizes.values()))) for sizes in sorted_segments], 6
    )
    found = np.full(starts[-1], "nothing", dtype=object)
    for number, (sizes, indices) in enumerate(zip(sorted_segments, indices_of_tables, strict=True)):
        found[indices] = [f"{number}.{row}.{item}" for row, size in sizes.items() for item in range(size)]
    assert [found[a:b].tolist() for a, b in pairwise(starts)] == wanted
