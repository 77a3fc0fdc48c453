"""The reader of a segment: terms, rows, postings, pages, from memory or from its file."""

from bisect import bisect_left
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.reference import DOCUMENTS, document, expected_postings, segment_of, stored_form
from tests.helpers.sites import default_segmenter
from zhsearch.index.errors import CorruptIndexError
from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.index.models import Document, Section
from zhsearch.index.segment.array_file import ArrayWriter
from zhsearch.index.segment.reader import SegmentReader, open_segment

BATCHES = st.lists(DOCUMENTS, min_size=1, max_size=5)
SAMPLES = [
    document(
        "国产算力\nGPU 算力",
        path="甲.md",
        url="/甲/",
        title="算力",
        tags=("芯片",),
        sections=(Section("节", "j", 2, 0, 4),),
    ),
    document("算力", title="乾隆"),
    document("无关"),
]


def write(segment: SegmentReader, path: Path) -> Path:
    with ArrayWriter(path) as writer:
        for name, array in segment.arrays.items():
            writer.add(name, array)
    return path


@given(BATCHES, st.lists(st.text(max_size=4).map(str.encode) | st.binary(max_size=4), max_size=5))
@settings(max_examples=30)
def test_a_term_is_found_by_its_bytes_and_an_absent_one_is_not(
    documents: list[Document], others: list[bytes]
) -> None:
    segment = segment_of(documents)
    terms = segment.all_terms()
    assert [segment.term(number) for number in range(segment.terms)] == terms
    assert [segment.number_of(term) for term in terms] == list(range(len(terms)))
    for other in others:
        assert segment.find(other) == bisect_left(terms, other)
        assert segment.number_of(other) == (terms.index(other) if other in terms else None)


@given(BATCHES)
@settings(max_examples=30)
def test_a_field_has_a_row_for_its_own_terms_alone(documents: list[Document]) -> None:
    segment = segment_of(documents)
    wanted = expected_postings(documents, default_segmenter())
    for number, term in enumerate(segment.all_terms()):
        for field in TEXT_FIELDS:
            row = segment.row(field, number)
            assert (row is not None) == (term in wanted[field])
            if row is not None:
                pages, frequencies = segment.postings(field, row)
                assert list(zip(pages.tolist(), frequencies.tolist(), strict=True)) == wanted[field][term]


@given(BATCHES)
@settings(max_examples=15)
def test_all_postings_are_those_of_every_row(documents: list[Document]) -> None:
    segment = segment_of(documents)
    for field in TEXT_FIELDS:
        all_postings = segment.all_postings(field)
        rows = [(number, segment.row(field, number)) for number in range(segment.terms)]
        assert all_postings.terms.tolist() == [number for number, row in rows if row is not None]
        for index, row in enumerate(row for _, row in rows if row is not None):
            start, end = all_postings.starts[index : index + 2]
            pages, frequencies = segment.postings(field, row)
            assert all_postings.pages[start:end].tolist() == pages.tolist()
            assert all_postings.frequencies[start:end].tolist() == frequencies.tolist()


def test_the_texts_of_a_page_are_read_by_its_number() -> None:
    segment = segment_of(SAMPLES)
    assert (len(segment), segment.size, segment.lengths.shape) == (3, 3, (6, 3))
    assert segment.string("path", 0) == "甲.md"
    assert segment.string("url", 0) == "/甲/"
    assert segment.title(1) == "干隆".encode()
    assert segment.folded(0) == "算力\n国产算力\ngpu算力".encode()
    for page, wanted in enumerate(SAMPLES):
        assert segment.document(page) == stored_form(wanted)


@pytest.mark.parametrize("damage", [b"", b"\xff" * 40, bytes(40)])
def test_a_damaged_text_is_refused_and_the_titles_are_read_all_the_same(damage: bytes) -> None:
    segment = segment_of([document("国产算力" * 9, title="题", path="a.md")])
    starts = np.array([0, len(damage)], dtype=np.uint32)
    arrays = {**segment.arrays, "folded": np.frombuffer(damage, np.uint8), "folded.starts": starts}
    damaged = SegmentReader(arrays)
    assert (damaged.title(0), damaged.stored(0).meta.title) == ("题".encode(), "题")
    for read in (damaged.folded, damaged.document, lambda page: next(damaged.stored(page).lines(2))):
        with pytest.raises(CorruptIndexError, match="a record of the index: damaged"):
            read(0)


def test_a_word_is_followed_from_its_bytes_to_its_postings() -> None:
    segment = segment_of(SAMPLES)
    number = segment.number_of("算力".encode())
    assert number is not None
    row = segment.row("body", number)
    assert row is not None
    pages, frequencies = segment.postings("body", row)
    assert (pages.tolist(), frequencies.tolist()) == ([0, 1], [2, 1])
    assert segment.row("label", number) is None
    assert segment.number_of("显卡".encode()) is None


def test_frequencies_of_255_and_more_are_read_whole() -> None:
    segment = segment_of([document("算力 " * times + "国产 " * 400) for times in (1, 255, 70_000, 3)])
    number = segment.number_of("算力".encode())
    assert number is not None
    row = segment.row("body", number)
    assert row is not None
    assert segment.postings("body", row)[1].tolist() == [1, 255, 70_000, 3]


def test_a_segment_is_read_from_its_file_as_from_memory(tmp_path: Path) -> None:
    segment = segment_of(SAMPLES)
    found = open_segment(write(segment, tmp_path / "a.segment"))
    assert found.all_terms() == segment.all_terms()
    assert [found.document(page) for page in range(3)] == [segment.document(page) for page in range(3)]
    for name, array in segment.arrays.items():
        np.testing.assert_array_equal(found.arrays[name], array)
        assert found.arrays[name].dtype == array.dtype


def test_a_file_that_is_no_segment_or_cut_short_is_refused(tmp_path: Path) -> None:
    path = write(segment_of(SAMPLES), tmp_path / "a.segment")
    data = path.read_bytes()
    for length in (0, 1, 64, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:length])
        with pytest.raises(ValueError, match=r"cut short|empty file"):
            open_segment(path)
    with ArrayWriter(path) as writer:
        writer.add("day", np.zeros(1, dtype=np.uint32))
    with pytest.raises(KeyError):
        open_segment(path)
    with pytest.raises(FileNotFoundError):
        open_segment(tmp_path / "none.segment")


def test_the_pages_of_many_terms_are_those_of_each() -> None:
    segment = segment_of(
        [*SAMPLES, document(" ".join(f"word{number}" for number in range(40)), title="算力")]
    )
    for field in TEXT_FIELDS:
        pages = [segment.pages_with_terms(field, np.array([number])) for number in range(segment.terms)]
        whole = segment.pages_with_terms(field, np.arange(segment.terms))
        assert whole.tolist() == np.concatenate(pages).tolist()
