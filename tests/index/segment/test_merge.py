"""Merging: however documents were split into segments, one of all is always the same, to the last byte."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.reference import DOCUMENTS, document, segment_postings
from tests.helpers.sites import default_segmenter
from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.arrays import Array
from zhsearch.index.models import Document
from zhsearch.index.segment.array_file import ArrayWriter
from zhsearch.index.segment.builder import build_segment
from zhsearch.index.segment.merge import LiveSegment, merge
from zhsearch.index.segment.ngrams import encode_ngrams, ngrams_of
from zhsearch.index.segment.reader import MAX_PAGES, SegmentReader, open_segment

NGRAM_ARRAYS = ("ngram.alphabet", "ngram.keys", "ngram.starts", "ngram.pages")
BATCHES = st.lists(DOCUMENTS, min_size=1, max_size=8)


def inverted(documents: Sequence[Document]) -> dict[str, Array]:
    return build_segment(documents, Analyzer(default_segmenter()))


def grams_by_hand(texts: list[str]) -> dict[str, Array]:
    return dict(encode_ngrams(*ngrams_of("".join(texts), list(map(len, texts))), len(texts)))


def split(documents: Sequence[Document], cuts: Sequence[int]) -> list[SegmentReader]:
    """Parts of the documents before, between and after the cuts; none of them empty."""
    edges = sorted({0, *(min(cut, len(documents)) for cut in cuts), len(documents)})
    return [SegmentReader(inverted(documents[a:b])) for a, b in pairwise(edges)]


def merged(parts: Sequence[SegmentReader], kept: Sequence[bool]) -> dict[str, Array]:
    """One part of several, of the pages that `kept` names one after another."""
    sources = []
    at = 0
    for part in parts:
        sources.append(LiveSegment(part, np.array(kept[at : at + len(part)], dtype=np.bool_)))
        at += len(part)
    return dict(merge(sources))


def assert_same(found: Mapping[str, Array], wanted: Mapping[str, Array]) -> None:
    assert set(found) == set(wanted)
    for name, array in wanted.items():
        assert found[name].dtype == array.dtype, name
        assert found[name].tobytes() == array.tobytes(), name


@given(BATCHES, st.lists(st.integers(1, 7), max_size=4))
@settings(max_examples=20)
def test_a_merged_segment_is_what_building_everything_at_once_gives(
    documents: list[Document], cuts: list[int]
) -> None:
    assert_same(merged(split(documents, cuts), [True] * len(documents)), inverted(documents))


@given(BATCHES, st.lists(st.integers(1, 7), max_size=4), st.data())
@settings(max_examples=25)
def test_a_merged_segment_without_some_pages_is_what_building_the_others_gives(
    documents: list[Document], cuts: list[int], data: st.DataObject
) -> None:
    kept = data.draw(st.lists(st.booleans(), min_size=len(documents), max_size=len(documents)))
    left = [each for each, stays in zip(documents, kept, strict=True) if stays]
    assert_same(merged(split(documents, cuts), kept), inverted(left))


@given(BATCHES, st.lists(st.integers(1, 7), max_size=3))
@settings(max_examples=10)
def test_merging_step_by_step_is_merging_at_once(documents: list[Document], cuts: list[int]) -> None:
    whole, *others = split(documents, cuts)
    for part in others:
        whole = SegmentReader(merged([whole, part], [True] * (len(whole) + len(part))))
    assert_same(whole.arrays, inverted(documents))


def test_a_word_of_hundreds_of_places_keeps_them_when_its_neighbours_leave() -> None:
    documents = [
        document(f"{'算力 ' * times}{'，' * 300}国产")
        for times in (254, 255, 256, 40_000, 1, 300)
        for _ in range(2)
    ]
    parts = split(documents, [3, 7])
    for kept in ([at % 2 == 0 for at in range(12)], [at not in (4, 5) for at in range(12)], [True] * 12):
        left = [each for each, stays in zip(documents, kept, strict=True) if stays]
        assert_same(merged(parts, kept), inverted(left))


def test_lists_of_ngrams_become_bitmaps_and_back_as_pages_come_and_go() -> None:
    documents = [document("国产" if at % 9 == 0 else "算力") for at in range(400)]
    parts = split(documents, [30, 31, 200])
    for kept in ([at % 9 == 0 or at < 100 for at in range(400)], [at % 5 == 0 for at in range(400)]):
        left = [each for each, stays in zip(documents, kept, strict=True) if stays]
        assert_same(merged(parts, kept), inverted(left))


def test_alphabets_too_large_for_two_bytes_are_merged() -> None:
    points = [point for point in range(0x100, 0x12000) if not 0xD800 <= point < 0xE000]
    texts = ["".join(map(chr, points[at::3])) + "\n" for at in range(3)]
    plain = inverted([document()])
    parts = [SegmentReader(plain | grams_by_hand([text])) for text in texts]
    assert {part.arrays["ngram.keys"].itemsize for part in parts} == {4}
    arrays = merged(parts, [True] * 3)
    assert arrays["ngram.keys"].itemsize == 8
    assert_same({name: arrays[name] for name in NGRAM_ARRAYS}, grams_by_hand(texts))
    left = merged([SegmentReader(arrays)], [False, True, False])
    assert_same({name: left[name] for name in NGRAM_ARRAYS}, grams_by_hand(texts[1:2]))


def test_a_whole_may_have_as_many_pages_as_a_segment_may() -> None:
    whole = SegmentReader(inverted([*[document()] * 15, document("末页")]))
    while len(whole) < MAX_PAGES:
        whole = SegmentReader(merged([whole] * 16, [True] * 16 * len(whole)))
    assert len(whole) == MAX_PAGES
    places = [(page, [0]) for page in range(15, MAX_PAGES, 16)]
    assert segment_postings(whole)["body"] == {"末页".encode(): places}
    rows = whole.ngrams.rows("末页")
    assert rows is not None
    assert whole.ngrams.pages(int(rows[0])).tolist() == [page for page, _ in places]
    last = merged([whole, whole], [False] * (2 * MAX_PAGES - 1) + [True])
    assert_same(last, inverted([document("末页")]))


def test_segments_merge_from_their_files_as_from_memory(tmp_path: Path) -> None:
    documents = [document("国产算力", title=str(at), tags=(str(at),)) for at in range(9)]
    paths = []
    for number, part in enumerate(split(documents, [2, 5])):
        paths.append(tmp_path / str(number))
        with ArrayWriter(paths[-1]) as writer:
            for name, array in part.arrays.items():
                writer.add(name, array)
    kept = [at not in (1, 6) for at in range(9)]
    left = [each for each, stays in zip(documents, kept, strict=True) if stays]
    assert_same(merged([open_segment(path) for path in paths], kept), inverted(left))


def test_real_posts_merge_to_what_building_them_at_once_gives(shared: Callable[[str], Path]) -> None:
    files = sorted(shared("corpus/lctt").rglob("*.md"))[::50]
    assert len(files) >= 30
    documents = [
        document(file.read_text(encoding="utf-8", errors="replace"), path=file.name, title=file.stem)
        for file in files
    ]
    kept = [at % 4 != 1 for at in range(len(documents))]
    left = [each for each, stays in zip(documents, kept, strict=True) if stays]
    parts = split(documents, [5, 6, 20])
    assert_same(merged(parts, [True] * len(documents)), inverted(documents))
    assert_same(merged(parts, kept), inverted(left))
