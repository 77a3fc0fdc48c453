"""The spelling index: words that a misspelt one may stand for, of indexes that have few or none."""

from collections.abc import Mapping

import numpy as np
import pytest

from zhsearch.index.arrays import Array, IntArray, pack_strings
from zhsearch.search.suggest.spelling import SpellingIndex


class Terms:
    """A TermSource of given terms with their page counts."""

    def __init__(self, pages: Mapping[str, int]) -> None:
        self._pages = sorted((term.encode(), count) for term, count in pages.items())

    def all_terms(self) -> list[bytes]:
        """See TermSource."""
        return [term for term, _ in self._pages]

    def packed_terms(self) -> tuple[Array, Array]:
        """See TermSource."""
        return pack_strings(self.all_terms())

    def page_counts(self) -> IntArray:
        """See TermSource."""
        return np.array([count for _, count in self._pages], dtype=np.int64)


@pytest.mark.parametrize("segments", [[], [{}], [{"𠮷野": 1, "é": 1, "é人工": 1, "t恤": 2, "c++": 1}]])
def test_an_index_without_words_to_correct_to_gives_none(segments: list[dict[str, int]]) -> None:
    words = SpellingIndex(list(map(Terms, segments)))

    assert words.homophones("人工只能") == words.one_edit("人工只能") == []
    assert words.latin_typos("pyhton", lambda _: 1) == words.by_pinyin("zhineng") == []
    assert not words.may_be_corrected(["只能", "人工"]).any()


def test_words_of_all_segments_are_candidates_with_their_pages_added_up() -> None:
    words = SpellingIndex([Terms({"人工智能": 3, "python": 1, "智能": 2}), Terms({"人工智能": 4, "志能": 9})])

    assert [(word.word, word.pages) for word in words.homophones("人工只能")] == [("人工智能", 7)]
    assert [(word.word, word.pages) for word in words.one_edit("人工能")] == [("人工智能", 7)]
    assert [word.word for word in words.by_pinyin("zhineng")] == ["志能", "智能"]
    assert [word.word for word in words.latin_typos("pyhton", lambda _: 1)] == ["python"]
