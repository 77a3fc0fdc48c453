"""Posting lists: the arrays hold what a dictionary of lists would."""

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from zhsearch.index.arrays import Array, IntArray
from zhsearch.index.segment.postings import (
    Postings,
    expand_frequencies,
    field_arrays,
    interleave,
    postings_of,
)

TERMS = 12
PAGES = st.lists(st.lists(st.integers(0, TERMS - 1), max_size=12), max_size=8)
"""The term of each occurrence on each page."""
Pages = list[list[int]]


def numbers(values: list[int]) -> IntArray:
    return np.array(values, dtype=np.int64)


def inverted(pages: Pages) -> Postings:
    terms = [term for page in pages for term in page]
    return postings_of(numbers(terms), np.repeat(np.arange(len(pages)), numbers(list(map(len, pages)))))


def lists_of(postings: Postings) -> dict[int, list[tuple[int, int]]]:
    found = list(zip(postings.pages.tolist(), postings.frequencies.tolist(), strict=True))
    rows = zip(postings.terms.tolist(), pairwise(postings.starts.tolist()), strict=True)
    return {term: found[start:end] for term, (start, end) in rows}


def assert_same(found: Postings, wanted: Postings) -> None:
    for name, left, right in zip(Postings._fields, found, wanted, strict=True):
        np.testing.assert_array_equal(left, right, err_msg=name)
    assert found.pages.dtype == wanted.pages.dtype == np.uint16


@given(PAGES)
@settings(max_examples=50)
def test_the_postings_of_occurrences_are_those_of_a_dictionary(pages: Pages) -> None:
    wanted: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, page in enumerate(pages):
        for term, frequency in Counter(page).items():
            wanted[term].append((number, frequency))
    postings = inverted(pages)
    assert lists_of(postings) == wanted
    assert postings.terms.tolist() == sorted(wanted)


def test_the_last_term_and_page_that_two_and_four_bytes_can_number_have_postings() -> None:
    postings = postings_of(numbers([2**32 - 1, 0, 2**32 - 1]), numbers([65_535, 65_535, 65_535]))
    assert lists_of(postings) == {0: [(65_535, 1)], 2**32 - 1: [(65_535, 2)]}


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
def test_a_field_on_disk_has_the_row_of_every_term(pages: Pages, more: int) -> None:
    postings = inverted(pages)
    arrays: dict[str, Array] = dict(field_arrays("f", postings, TERMS + more))
    rows = arrays.get("f.terms", np.arange(TERMS + more))
    assert len(arrays["f.starts"]) == len(rows) + 1
    used = np.diff(arrays["f.starts"]) > 0
    assert_same(
        Postings(
            rows[used],
            np.append(arrays["f.starts"][:-1][used], arrays["f.starts"][-1]),
            arrays["f.pages"],
            arrays["f.frequencies"],
        ),
        postings,
    )


def test_a_field_that_has_most_terms_lists_none_of_them() -> None:
    postings = inverted([list(range(8))])
    assert "f.terms" not in dict(field_arrays("f", postings, 9))
    assert dict(field_arrays("f", postings, 30))["f.terms"].tolist() == list(range(8))


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
