"""The n-gram index: it has every character and every pair of adjacent ones on every page, and no other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhsearch.index.arrays import Array
from zhsearch.index.segment.ngrams import NgramIndex, decode_ngrams, encode_ngrams, ngrams_of

LINE = st.text("ab国产算力𠮷👩\u200d👧❤\ufe0f é", max_size=6) | st.text(
    st.characters(exclude_characters="\n\0"), max_size=4
)
FOLDED = st.lists(LINE, min_size=1, max_size=3).map(lambda lines: "\n".join([*lines, ""]))
PAGES = st.lists(FOLDED, max_size=8) | st.dictionaries(st.integers(0, 99), FOLDED, max_size=6).map(
    lambda texts: [texts.get(page, "\n") for page in range(100)]
)


def arrays_of(pages: list[str]) -> dict[str, Array]:
    return dict(encode_ngrams(*ngrams_of("".join(pages), list(map(len, pages))), len(pages)))


def table_of(pages: list[str]) -> NgramIndex:
    return NgramIndex(arrays_of(pages), len(pages))


def expected_ngrams(pages: list[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, page in enumerate(pages):
        grams = set(page) - {"\n"}
        for line in page.split("\n"):
            grams |= {line[start : start + 2] for start in range(len(line) - 1)}
        for gram in grams:
            found.setdefault(gram, []).append(number)
    return found


def text_of(gram: int) -> str:
    first, second = divmod(gram, 1 << 32)
    return chr(first) + (chr(second) if second else "")


def distinct(count: int) -> str:
    characters = (chr(point) for point in range(0x100, 0x30000) if not 0xD800 <= point < 0xE000)
    return "".join(character for character, _ in zip(characters, range(count), strict=False))


@given(PAGES)
@settings(max_examples=50)
def test_every_character_and_every_pair_within_a_line_is_an_ngram_of_its_pages(pages: list[str]) -> None:
    grams, starts, numbers = ngrams_of("".join(pages), list(map(len, pages)))
    found = {
        text_of(gram): numbers[start:end].tolist()
        for gram, start, end in zip(grams.tolist(), starts, starts[1:], strict=False)
    }
    assert found == expected_ngrams(pages)
    assert grams.tolist() == sorted(set(grams.tolist()))


@given(PAGES)
@settings(max_examples=50)
def test_ngrams_come_back_from_the_disk_as_they_were(pages: list[str]) -> None:
    wanted = ngrams_of("".join(pages), list(map(len, pages)))
    for found, array in zip(decode_ngrams(arrays_of(pages), len(pages)), wanted, strict=True):
        np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize("size", [1, 7, 8, 9, 16, 17, 100, 1000])
def test_short_lists_and_bitmaps_hold_the_same_pages(size: int) -> None:
    for step in (1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, size):
        pages = ["国\n" if page % step == 0 else "\n" for page in range(size)]
        table = table_of(pages)
        rows = table.rows("国")
        assert rows is not None
        assert table.pages(rows[0]).tolist() == list(range(0, size, step))
        arrays = arrays_of(pages)
        _, starts, numbers = decode_ngrams(arrays, size)
        assert (starts.tolist(), numbers.tolist()) == (
            [0, len(range(0, size, step))],
            list(range(0, size, step)),
        )


@given(PAGES, st.text("ab国产算力𠮷👩\u200d👧❤é", min_size=1, max_size=5))
@settings(max_examples=50)
def test_the_rows_of_a_text_are_its_pairs_and_lead_to_their_pages(pages: list[str], text: str) -> None:
    table, wanted = table_of(pages), expected_ngrams(pages)
    pairs = [text] if len(text) == 1 else [text[start : start + 2] for start in range(len(text) - 1)]
    rows = table.rows(text)
    assert (rows is None) == any(pair not in wanted for pair in pairs)
    if rows is not None:
        found = [table.pages(row).tolist() for row in rows]
        assert sorted(found) == sorted(wanted[pair] for pair in set(pairs))


def test_the_rarest_pair_of_a_text_comes_first() -> None:
    table = table_of([*["国产算\n"] * 20, *["产算力\n"] * 3, *["\n"] * 500])
    rows = table.rows("国产算力")
    assert rows is not None
    assert [len(table.pages(row)) for row in rows] == [3, 20, 23]
    assert [table.count(row) for row in rows] == [3, 20, 23]


@given(PAGES)
@settings(max_examples=25)
def test_every_ngram_of_a_segment_is_found_in_it(pages: list[str]) -> None:
    table = table_of(pages)
    for gram, numbers in expected_ngrams(pages).items():
        rows = table.rows(gram)
        assert rows is not None
        assert [table.pages(row).tolist() for row in rows] == [numbers]


def test_no_pair_spans_two_lines_or_pages() -> None:
    table = table_of(["国\n产\n", "算\n力\n"])
    assert table.rows("国") is not None
    assert [table.rows(text) for text in ("国产", "产算", "算力", "国\n", "\n")] == [None] * 5


def test_a_segment_without_text_has_no_ngrams() -> None:
    assert table_of(["\n", "\n"]).rows("国") is None


@pytest.mark.parametrize("count", [65_534, 65_535, 65_536, 70_000])
def test_any_number_of_different_characters_is_distinguished(count: int) -> None:
    alphabet = distinct(count)
    pages = [f"{alphabet}\n", "\n", f"{alphabet[-1]}{alphabet[0]}\n"]
    arrays = arrays_of(pages)
    assert arrays["ngram.seconds"].itemsize == (2 if count < 65_536 else 4)
    for found, array in zip(
        decode_ngrams(arrays, 3), ngrams_of("".join(pages), list(map(len, pages))), strict=True
    ):
        np.testing.assert_array_equal(found, array)
    table = NgramIndex(arrays, 3)
    for text, wanted in (
        (alphabet[-1], [0, 2]),
        (alphabet[-2:], [0]),
        (alphabet[-1] + alphabet[0], [2]),
        (alphabet[:2], [0]),
    ):
        rows = table.rows(text)
        assert rows is not None
        assert table.pages(rows[0]).tolist() == wanted
    assert table.rows(alphabet[0] + alphabet[-1]) is None
    assert table.rows("\U00030000") is None


def test_a_segment_may_have_65536_pages() -> None:
    pages = [f"{chr(0x4E00 + page % 500)}\n" for page in range(65_535)] + ["末乙\n"]
    table = table_of(pages)
    for text, wanted in (
        ("末", [65_535]),
        ("末乙", [65_535]),
        (chr(0x4E00 + 499), list(range(499, 65_535, 500))),
    ):
        rows = table.rows(text)
        assert rows is not None
        assert table.pages(rows[0]).tolist() == wanted
