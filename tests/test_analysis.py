"""Terms: what a text is indexed under, and what a query over it asks for, follow the same rules."""

import json
import re
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import terms, words
from index.fold import fold, fold_plain, simplify_words
from index.segment import Segmenter
from tests.support import the_segmenter

EXPECTED: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "data" / "terms.toml").read_text(encoding="utf-8")
)
PIECES = st.sampled_from(
    ["算力", "國產", "C", "C++", "c语言", "卡拉OK", "2.307亿", "GPT-4o", "乾", "隆", "藉口", "𠮷", "カラ", "한국"]
    + list(" .-/_'&@+#%，\n") + ["é", "e\u0301", "ﬁ", "㎏", "㍿", "Ａ", "5", "９", "❤\ufe0f", "\u200b", "ß", "的"]
)  # fmt: skip
TEXT = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=30)


def names(text: str) -> list[str]:
    return [token.text for token in terms(text, the_segmenter())]


@pytest.mark.parametrize(
    ("text", "wanted"), [case for group in EXPECTED.values() for case in group.items()], ids=repr
)
def test_a_text_is_indexed_under_the_terms_that_the_table_lists(text: str, wanted: str) -> None:
    assert " ".join(names(text)) == wanted


@pytest.mark.parametrize("text", EXPECTED["mixed tokens stay whole and are found by their parts"])
def test_a_query_for_a_mixed_token_asks_for_terms_of_the_text(text: str, segmenter: Segmenter) -> None:
    asked = [word.term for word in words(text, segmenter)]
    assert asked
    assert set(asked) <= set(names(text))


def test_a_token_too_long_to_be_a_word_is_found_by_its_parts() -> None:
    blob = "-".join(["abc123"] * 20)
    assert blob not in names(blob)
    assert {"abc123", "abc", "123"} == set(names(blob))


def test_grammar_words_are_marked_and_meaning_is_not(segmenter: Segmenter) -> None:
    marked = {word.term: word.is_function_word for word in words("怎么 安装 the 算力 的", segmenter)}
    assert marked == {"怎么": True, "安装": False, "the": True, "算力": False, "的": True}


@given(TEXT)
def test_every_token_is_the_folded_text_of_its_place_in_the_source(text: str) -> None:
    folded = fold(text)
    simple = simplify_words(folded.text)
    for token in terms(text, the_segmenter()):
        assert 0 <= token.start < token.end <= len(text)
        places = (at.start() for at in re.finditer(f"(?={re.escape(token.text)})", simple))
        assert (token.start, token.end) in [folded.source(at, at + len(token.text)) for at in places]


@given(TEXT)
def test_no_occurrence_of_a_term_is_counted_twice(text: str) -> None:
    folded = fold(text)
    if folded.starts is None:  # elsewhere two folded characters may share one source character: ㍿
        found = terms(text, the_segmenter())
        assert len(found) == len(set(found))


@given(TEXT, st.data())
def test_every_word_of_a_piece_of_a_text_is_found_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    piece = text[start : data.draw(st.integers(start, len(text)))]
    visible = fold_plain(text)
    if fold_plain(piece) not in visible:  # cut between a letter and its accent
        return
    found = set(names(text))
    for word in words(piece, the_segmenter()):
        assert word.term in found or word.needle in visible


@given(TEXT)
def test_every_run_of_letters_and_digits_in_a_text_is_a_term_of_it(text: str) -> None:
    found = set(names(text))
    assert all(word.term in found for word in words(text, the_segmenter()) if word.kind == "latin")


@given(TEXT)
def test_the_words_of_a_query_stand_in_order_and_do_not_overlap(text: str) -> None:
    found = words(text, the_segmenter())
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    # One source character may fold to several words: ¼ is 1 and 4.
    shares = fold(text).starts is not None
    assert all(
        left.start <= right.start if shares else left.end <= right.start for left, right in pairwise(found)
    )


REPEATED = [
    "1,",
    "1.",
    "100,",
    "a-",
    "a.",
    "a+",
    "#",
    "e\u0301",
    "\u0301",
    "\u200b",
    "ﬁ",
    "c++",
    "卡拉",
    "2亿",
    "1百",
    "한",
    "ｶﾞ",
]


@pytest.mark.parametrize("piece", [*REPEATED, "中", "1中", "a", "9"])
def test_no_piece_however_often_repeated_takes_more_than_one_pass(piece: str) -> None:
    terms(piece * 50_000, the_segmenter())
    words(piece * 50_000, the_segmenter())


def test_traditional_and_simplified_sentences_have_the_same_terms(shared: Callable[[str], Path]) -> None:
    lines = shared("relevance/drcd.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line).get("text", "") for line in lines]
    sentences = [sentence for text in texts for sentence in re.findall(r"[^。！？]{5,}[。！？]", text)][:1000]
    simplify = opencc.OpenCC("t2s").convert
    assert len(sentences) == 1000
    assert [text for text in sentences if names(text) != names(simplify(text))] == []
