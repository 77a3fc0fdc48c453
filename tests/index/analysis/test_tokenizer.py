"""The tokens of a query: words that its pages are indexed under, with their offsets in the query."""

import re
import tomllib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.analysis import TEXT, term_names
from tests.helpers.sites import DATA, default_segmenter
from zhsearch.index.analysis.folding import fold, fold_plain, simplify_words
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.analysis.tokenizer import query_tokens

MIXED: dict[str, str] = tomllib.loads((DATA / "terms.toml").read_text(encoding="utf-8"))[
    "mixed tokens stay whole and are found by their parts"
]


@pytest.mark.parametrize("text", MIXED)
def test_the_terms_of_a_query_for_a_mixed_token_are_terms_of_the_text(
    text: str, segmenter: Segmenter
) -> None:
    query_terms = [word.term for word in query_tokens(text, segmenter)]
    assert query_terms
    assert set(query_terms) <= set(term_names(text))


def test_function_words_are_flagged_and_others_are_not(segmenter: Segmenter) -> None:
    flags = {word.term: word.is_function_word for word in query_tokens("怎么 安装 the 算力 的", segmenter)}
    assert flags == {"怎么": True, "安装": False, "the": True, "算力": False, "的": True}


@given(TEXT, st.data())
@settings(max_examples=50)
def test_every_word_of_an_excerpt_is_found_in_the_whole_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    piece = text[start : data.draw(st.integers(start, len(text)))]
    visible = fold_plain(text)
    if fold_plain(piece) not in visible:  # cut between a letter and its accent
        return
    found = set(term_names(text))
    for word in query_tokens(piece, default_segmenter()):
        assert word.term in found or word.pattern in visible


@given(TEXT)
@settings(max_examples=50)
def test_every_run_of_letters_and_digits_is_a_term_of_its_text(text: str) -> None:
    found = set(term_names(text))
    runs = [word.term for word in query_tokens(text, default_segmenter()) if word.kind == "latin"]
    assert all(run in found for run in runs if len(run) <= 64)


@given(TEXT)
@settings(max_examples=50)
def test_the_words_of_a_query_are_in_order_and_do_not_overlap(text: str) -> None:
    found = query_tokens(text, default_segmenter())
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    # One source character may fold to several words: ¼ is 1 and 4.
    shares = fold(text).starts is not None
    assert all(
        left.start <= right.start if shares else left.end <= right.start for left, right in pairwise(found)
    )


@given(TEXT)
@settings(max_examples=50)
def test_a_word_is_the_folded_text_of_its_range_in_the_query(text: str) -> None:
    folded = fold(text)
    simplified = simplify_words(folded.text)
    for word in query_tokens(text, default_segmenter()):
        starts = (match.start() for match in re.finditer(f"(?={re.escape(word.term)})", simplified))
        assert (word.start, word.end) in [folded.source(start, start + len(word.term)) for start in starts]
