"""Merging: however documents were split into segments, one of all is always the same, to the last byte."""

from collections.abc import Callable, Mapping, Sequence
from itertools import compress, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.reference import DOCUMENTS, document, joined_pieces, segment_postings
from tests.helpers.sites import default_segmenter
from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.arrays import Array
from zhsearch.index.models import Document
from zhsearch.index.segment import merge_ngrams, merge_words
from zhsearch.index.segment.array_file import ArrayWriter
from zhsearch.index.segment.builder import build_segment
from zhsearch.index.segment.merge import LiveSegment, merge
from zhsearch.index.segment.ngrams import encode_ngrams, ngrams_of
from zhsearch.index.segment.reader import MAX_PAGES, SegmentReader, open_segment

NGRAM_ARRAYS = tuple(
    f"ngram.{name}" for name in ("alphabet", "firsts", "seconds", "starts", "lengths", "pages")
)
BATCHES = st.lists(DOCUMENTS, min_size=1, max_size=8)


def built(documents: Sequence[Document]) -> dict[str, Array]:
    return build_segment(documents, Analyzer(default_segmenter()))


def ngram_arrays(texts: list[str]) -> dict[str, Array]:
    return dict(encode_ngrams(*ngrams_of("".join(texts), list(map(len, texts))), len(texts)))


def split(documents: Sequence[Document], cuts: Sequence[int]) -> list[SegmentReader]:
    """Segments of the documents before, between and after the cuts; none of them empty."""
    edges = sorted({0, *(min(cut, len(documents)) for cut in cuts), len(documents)})
    return [SegmentReader(built(documents[a:b])) for a, b in pairwise(edges)]


def merged(segments: Sequence[SegmentReader], live: Sequence[bool]) -> dict[str, Array]:
    """The arrays of the merged segments; `live` says of each page in turn whether it is live."""
    sources = []
    first = 0
    for segment in segments:
        sources.append(LiveSegment(segment, np.array(live[first : first + len(segment)], dtype=np.bool_)))
        first += len(segment)
    return joined_pieces(merge(sources))


def assert_same(found: Mapping[str, Array], wanted: Mapping[str, Array]) -> None:
    assert set(found) == set(wanted)
    for name, array in wanted.items():
        assert found[name].dtype == array.dtype, name
        assert found[name].tobytes() == array.tobytes(), name


def live_of(documents: list[Document]) -> st.SearchStrategy[tuple[list[bool], list[Document]]]:
    """Which of the documents are live, and those that are."""
    masks = st.lists(st.booleans(), min_size=len(documents), max_size=len(documents))
    return masks.map(lambda live: (live, list(compress(documents, live))))


@given(BATCHES, st.lists(st.integers(1, 7), max_size=4))
@settings(max_examples=20)
def test_a_merged_segment_is_what_building_everything_at_once_gives(
    documents: list[Document], cuts: list[int]
) -> None:
    assert_same(merged(split(documents, cuts), [True] * len(documents)), built(documents))


@given(BATCHES, st.lists(st.integers(1, 7), max_size=4), st.data())
@settings(max_examples=25)
def test_a_merged_segment_without_some_pages_is_what_building_the_others_gives(
    documents: list[Document], cuts: list[int], data: st.DataObject
) -> None:
    live, live_documents = data.draw(live_of(documents))
    assert_same(merged(split(documents, cuts), live), built(live_documents))


@given(BATCHES, st.lists(st.integers(1, 7), max_size=3))
@settings(max_examples=10)
def test_merging_step_by_step_is_merging_at_once(documents: list[Document], cuts: list[int]) -> None:
    whole, *others = split(documents, cuts)
    for segment in others:
        whole = SegmentReader(merged([whole, segment], [True] * (len(whole) + len(segment))))
    assert_same(whole.arrays, built(documents))


@given(BATCHES, st.lists(st.integers(1, 7), max_size=4), st.data())
@settings(max_examples=20)
def test_merging_a_few_rows_at_a_time_gives_the_same(
    documents: list[Document], cuts: list[int], data: st.DataObject
) -> None:
    live, live_documents = data.draw(live_of(documents))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge_words, "_PART", 3)
        patch.setattr(merge_ngrams, "_PART", 10)
        assert_same(merged(split(documents, cuts), live), built(live_documents))


def test_a_word_that_occurs_hundreds_of_times_keeps_its_counts_when_neighbouring_pages_are_deleted() -> None:
    documents = [
        document(f"{'算力 ' * times}{'，' * 300}国产")
        for times in (254, 255, 256, 40_000, 1, 300)
        for _ in range(2)
    ]
    segments = split(documents, [3, 7])
    for live in (
        [page % 2 == 0 for page in range(12)],
        [page not in (4, 5) for page in range(12)],
        [True] * 12,
    ):
        live_documents = [each for each, is_live in zip(documents, live, strict=True) if is_live]
        assert_same(merged(segments, live), built(live_documents))


def test_lists_of_ngrams_become_bitmaps_and_back_as_pages_come_and_go() -> None:
    documents = [document("国产" if page % 9 == 0 else "算力") for page in range(400)]
    segments = split(documents, [30, 31, 200])
    for live in (
        [page % 9 == 0 or page < 100 for page in range(400)],
        [page % 5 == 0 for page in range(400)],
    ):
        live_documents = [each for each, is_live in zip(documents, live, strict=True) if is_live]
        assert_same(merged(segments, live), built(live_documents))


def test_alphabets_too_large_for_two_bytes_are_merged() -> None:
    points = [point for point in range(0x100, 0x12000) if not 0xD800 <= point < 0xE000]
    texts = ["".join(map(chr, points[page::3])) + "\n" for page in range(3)]
    plain = built([document()])
    segments = [SegmentReader(plain | ngram_arrays([text])) for text in texts]
    assert {segment.arrays["ngram.seconds"].itemsize for segment in segments} == {2}
    arrays = merged(segments, [True] * 3)
    assert arrays["ngram.seconds"].itemsize == 4
    assert_same({name: arrays[name] for name in NGRAM_ARRAYS}, ngram_arrays(texts))
    second = merged([SegmentReader(arrays)], [False, True, False])
    assert_same({name: second[name] for name in NGRAM_ARRAYS}, ngram_arrays(texts[1:2]))


def test_a_merged_segment_may_have_the_most_pages_that_a_segment_may() -> None:
    whole = SegmentReader(built([*[document()] * 15, document("末页")]))
    while len(whole) < MAX_PAGES:
        whole = SegmentReader(merged([whole] * 16, [True] * 16 * len(whole)))
    assert len(whole) == MAX_PAGES
    pages = list(range(15, MAX_PAGES, 16))
    assert segment_postings(whole)["body"] == {"末页".encode(): [(page, 1) for page in pages]}
    rows = whole.ngrams.rows("末页")
    assert rows is not None
    assert whole.ngrams.pages(int(rows[0])).tolist() == pages
    last = merged([whole, whole], [False] * (2 * MAX_PAGES - 1) + [True])
    assert_same(last, built([document("末页")]))


def test_segments_merge_from_their_files_as_from_memory(tmp_path: Path) -> None:
    documents = [document("国产算力", title=str(page), tags=(str(page),)) for page in range(9)]
    paths = []
    for number, segment in enumerate(split(documents, [2, 5])):
        paths.append(tmp_path / str(number))
        with ArrayWriter(paths[-1]) as writer:
            for name, array in segment.arrays.items():
                writer.add(name, array)
    live = [page not in (1, 6) for page in range(9)]
    live_documents = [each for each, is_live in zip(documents, live, strict=True) if is_live]
    assert_same(merged([open_segment(path) for path in paths], live), built(live_documents))


def test_real_posts_merge_to_what_building_them_at_once_gives(shared: Callable[[str], Path]) -> None:
    files = sorted(shared("corpus/lctt").rglob("*.md"))[::50]
    assert len(files) >= 30
    documents = [
        document(file.read_text(encoding="utf-8", errors="replace"), path=file.name, title=file.stem)
        for file in files
    ]
    live = [page % 4 != 1 for page in range(len(documents))]
    live_documents = [each for each, is_live in zip(documents, live, strict=True) if is_live]
    segments = split(documents, [5, 6, 20])
    assert_same(merged(segments, [True] * len(documents)), built(documents))
    assert_same(merged(segments, live), built(live_documents))
