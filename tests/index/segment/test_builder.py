"""Building a segment: a batch of documents has the terms, lines and facets of each of them alone."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.reference import (
    DOCUMENTS,
    document,
    expected_postings,
    field_terms,
    folded_lines,
    segment_of,
    segment_postings,
    stored_form,
)
from tests.helpers.sites import default_segmenter
from zhsearch.index.analysis import analyzer as analysis
from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.index.models import Document
from zhsearch.index.segment.builder import build_segment
from zhsearch.index.segment.ngrams import decode_ngrams, ngrams_of
from zhsearch.index.segment.reader import MAX_PAGES, SegmentReader

BATCHES = st.lists(DOCUMENTS, min_size=1, max_size=5)


def values(segment: SegmentReader, facet: str, page: int) -> list[str]:
    strings = segment.arrays[f"{facet}.values"].tobytes()
    starts = segment.arrays[f"{facet}.value_starts"].tolist()
    ids = segment.arrays[f"{facet}.ids"][slice(*segment.arrays[f"{facet}.starts"][page : page + 2])]
    return [strings[starts[number] : starts[number + 1]].decode() for number in ids.tolist()]


@given(BATCHES)
@settings(max_examples=20)
def test_every_term_has_the_postings_of_each_field_analysed_alone(documents: list[Document]) -> None:
    segment = segment_of(documents)
    wanted = expected_postings(documents, default_segmenter())
    assert segment_postings(segment) == wanted
    assert segment.all_terms() == sorted(set().union(*wanted.values()))


@given(BATCHES)
@settings(max_examples=20)
def test_lengths_and_frequencies_count_the_terms_of_a_field(documents: list[Document]) -> None:
    segment = segment_of(documents)
    assert segment.lengths.T.tolist() == [
        [len(terms) for terms in field_terms(document, default_segmenter()).values()]
        for document in documents
    ]
    for field, length in zip(TEXT_FIELDS, segment.lengths, strict=True):
        counts = np.zeros(len(documents), dtype=np.int64)
        for number in range(segment.terms):
            row = segment.row(field, number)
            if row is not None:
                pages, frequencies = segment.postings(field, row)
                counts[pages] += frequencies
        assert counts.tolist() == length.tolist()


@given(BATCHES)
@settings(max_examples=20)
def test_the_folded_text_of_a_page_is_its_title_and_its_blocks_line_by_line(
    documents: list[Document],
) -> None:
    segment = segment_of(documents)
    for page, each in enumerate(documents):
        lines = folded_lines(each)
        assert segment.folded(page).decode() == lines
        assert segment.title(page).decode() == lines.partition("\n")[0]


@given(BATCHES)
@settings(max_examples=20)
def test_the_ngrams_are_those_of_the_folded_lines(documents: list[Document]) -> None:
    segment = segment_of(documents)
    folded = [folded_lines(each) + "\n" for each in documents]
    wanted = ngrams_of("".join(folded), list(map(len, folded)))
    for found, array in zip(decode_ngrams(segment.arrays, len(segment)), wanted, strict=True):
        np.testing.assert_array_equal(found, array)


@given(BATCHES)
@settings(max_examples=20)
def test_documents_keep_their_order_and_everything_that_is_shown_of_them(documents: list[Document]) -> None:
    segment = segment_of(documents)
    assert [segment.document(page) for page in range(len(segment))] == list(map(stored_form, documents))
    assert [segment.string("path", page) for page in range(len(segment))] == [each.path for each in documents]
    assert [segment.string("url", page) for page in range(len(segment))] == [each.url for each in documents]


@given(BATCHES)
@settings(max_examples=20)
def test_facets_and_dates_are_those_of_the_documents(documents: list[Document]) -> None:
    segment = segment_of(documents)
    for page, each in enumerate(documents):
        assert values(segment, "tag", page) == list(each.tags)
        assert values(segment, "category", page) == list(each.categories)
        assert values(segment, "lang", page) == [each.lang]
        written = int(each.date.strftime("%Y%m%d")) if each.date else 0
        assert segment.arrays["day"][page] == written
        instant = segment.arrays["instant"][page]
        assert instant == each.date.timestamp() if each.date else np.isnan(instant)


def test_the_values_of_a_facet_are_sorted_and_distinct() -> None:
    arrays = build_segment(
        [document(tags=("乙", "甲")), document(tags=("甲", "丙"))], Analyzer(default_segmenter())
    )
    assert arrays["tag.values"].tobytes() == "丙乙甲".encode()
    assert arrays["tag.value_starts"].tolist() == [0, 3, 6, 9]
    assert arrays["tag.ids"].tolist() == [1, 2, 2, 0]
    assert arrays["tag.starts"].tolist() == [0, 2, 4]


def test_the_day_is_the_authors_and_the_instant_the_worlds() -> None:
    segment = segment_of([document(date=dt.datetime.fromisoformat("2025-02-13T00:30:00+08:00"))])
    assert segment.arrays["day"].tolist() == [20250213]
    assert segment.arrays["instant"].tolist() == [dt.datetime(2025, 2, 12, 16, 30, tzinfo=dt.UTC).timestamp()]


def test_a_word_is_counted_in_the_field_of_the_page_that_has_it() -> None:
    documents = [document("㍿\u200b國產", title="ﬁ 算力"), document("e\u0301 國產\n國產", tags=("國產",))]
    found = segment_postings(segment_of(documents))
    assert found["title"]["算力".encode()] == [(0, 1)]
    assert found["body"]["国产".encode()] == [(0, 1), (1, 2)]
    assert found["label"]["国产".encode()] == [(1, 1)]


def test_a_word_that_occurs_255_times_or_more_is_counted_exactly() -> None:
    times = (254, 255, 256, 30_000)
    found = segment_postings(segment_of([document("算力 " * count) for count in times]))
    assert found["body"]["算力".encode()] == list(enumerate(times))


def test_pages_without_any_word_are_pages_all_the_same(segmenter: Segmenter) -> None:
    segment = segment_of([document(), document("，。！"), document("\n\n")])
    assert (len(segment), segment.terms, segment.all_terms()) == (3, 0, [])
    assert segment.lengths.sum() == 0
    assert [segment.document(page).text for page in range(3)] == ["", "，。！", "\n\n"]


def test_as_many_pages_as_a_segment_may_have_keep_their_numbers() -> None:
    documents = [document()] * (MAX_PAGES - 1) + [document("末页")]
    arrays = build_segment(documents, Analyzer(default_segmenter()))
    segment = SegmentReader(arrays)
    assert len(segment) == MAX_PAGES
    number = segment.number_of("末页".encode())
    assert number is not None
    row = segment.row("body", number)
    assert row is not None
    assert segment.postings("body", row)[0].tolist() == [MAX_PAGES - 1]
    rows = segment.ngrams.rows("末页")
    assert rows is not None
    assert segment.ngrams.pages(int(rows[0])).tolist() == [MAX_PAGES - 1]


@given(st.lists(BATCHES, min_size=2, max_size=3))
@settings(max_examples=10)
def test_what_an_analyzer_met_before_or_forgot_changes_nothing(batches: list[list[Document]]) -> None:
    analyzer = Analyzer(default_segmenter())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analysis, "_MAX_CACHED_TOKENS", 20)
        for documents in batches:
            found, wanted = (
                build_segment(documents, analyzer),
                build_segment(documents, Analyzer(default_segmenter())),
            )
            assert list(found) == list(wanted)
            for name, array in wanted.items():
                assert found[name].dtype == array.dtype
                assert found[name].tobytes() == array.tobytes(), name


def test_lone_surrogates_are_stored() -> None:
    half = document("国\ud800产", title="\udfff")
    assert SegmentReader(build_segment([half], Analyzer(default_segmenter()))).document(0) == half
