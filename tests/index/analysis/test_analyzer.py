"""Terms: what a text is indexed under, and what a query over it asks for, follow the same rules."""

import json
import re
import tomllib
from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import opencc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers import reference
from tests.helpers.sites import CACHE, DATA, default_segmenter
from zhsearch.index.analysis import analyzer as analysis
from zhsearch.index.analysis.analyzer import Analyzer, query_tokens
from zhsearch.index.analysis.folding import fold, fold_plain, simplify_words
from zhsearch.index.analysis.segmenter import Segmenter, get_segmenter

EXPECTED: dict[str, dict[str, str]] = tomllib.loads((DATA / "terms.toml").read_text(encoding="utf-8"))
PIECES = st.sampled_from(
    ["算力", "國產", "C", "C++", "c语言", "卡拉OK", "2.307亿", "GPT-4o", "乾", "隆", "藉口", "𠮷", "カラ", "한국"]
    + list(" .-/_'&@+#%，\n") + ["é", "e\u0301", "ﬁ", "㎏", "㍿", "Ａ", "5", "９", "❤\ufe0f", "\u200b", "ß", "的"]
)  # fmt: skip
LONG = st.sampled_from(
    [*"aé1中・ー", "中国科学院", "a-", "1.5/", "北京大学b", "x" * 63, "カ" * 63, "y" * 64, "z" * 65]
)
TEXT = st.lists(PIECES | LONG, max_size=12).map("".join) | st.text(max_size=30)
LONG_TEXT = st.lists(
    st.tuples(LONG, st.integers(1, 80)).map(lambda piece: piece[0] * piece[1]), max_size=8
).map("".join)
SEGMENTERS = [
    "jieba",
    pytest.param(
        "rjieba",
        marks=pytest.mark.skipif(find_spec("rjieba") is None, reason="rjieba is not installed"),
    ),
]


def simple(text: str) -> str:
    return simplify_words(fold(text).text)


def cut(analyzer: Analyzer, text: str) -> list[tuple[str, int]]:
    terms, places = analyzer.cut(simple(text))
    return [
        (analyzer.vocabulary[term].decode(), place)
        for term, place in zip(terms.tolist(), places.tolist(), strict=True)
    ]


def terms(text: str) -> list[tuple[str, int]]:
    return cut(Analyzer(default_segmenter()), text)


def names(text: str) -> list[str]:
    return [term for term, _ in terms(text)]


@pytest.mark.parametrize(
    ("text", "wanted"), [case for group in EXPECTED.values() for case in group.items()], ids=repr
)
def test_a_text_is_indexed_under_the_terms_that_the_table_lists(text: str, wanted: str) -> None:
    assert " ".join(names(text)) == wanted


@pytest.mark.parametrize("text", EXPECTED["mixed tokens stay whole and are found by their parts"])
def test_a_query_for_a_mixed_token_asks_for_terms_of_the_text(text: str, segmenter: Segmenter) -> None:
    asked = [word.term for word in query_tokens(text, segmenter)]
    assert asked
    assert set(asked) <= set(names(text))


@pytest.mark.parametrize("kind", SEGMENTERS)
@given(texts=st.lists(TEXT | LONG_TEXT, max_size=4))
@settings(max_examples=25)
def test_the_terms_are_those_of_the_plain_way_to_cut(kind: str, texts: list[str]) -> None:
    segmenter = get_segmenter(kind, CACHE)
    analyzer = Analyzer(segmenter)
    for text in texts + texts:
        assert cut(analyzer, text) == reference.terms(simple(text), segmenter)


@pytest.mark.parametrize("kind", SEGMENTERS)
@given(texts=st.lists(TEXT, max_size=5))
@settings(max_examples=30)
def test_many_texts_cut_at_once_have_the_terms_of_each(kind: str, texts: list[str]) -> None:
    analyzer = Analyzer(get_segmenter(kind, CACHE))
    wanted = []
    start = 0
    for text in texts:
        wanted += [(term, start + place) for term, place in cut(analyzer, text)]
        start += len(simple(text)) + 1
    assert cut(analyzer, "\n".join(texts)) == wanted
    assert cut(Analyzer(get_segmenter(kind, CACHE)), "\n".join(texts)) == wanted


@given(first=TEXT, second=TEXT)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_an_analyzer_that_forgot_cuts_as_before(
    monkeypatch: pytest.MonkeyPatch, first: str, second: str
) -> None:
    analyzer = Analyzer(default_segmenter())
    before = cut(analyzer, first), cut(analyzer, second)
    monkeypatch.setattr(analysis, "_MOST_KNOWN", 0)
    analyzer.forget()
    assert analyzer.vocabulary == []
    assert (cut(analyzer, first), cut(analyzer, second)) == before


@given(TEXT, TEXT)
@settings(max_examples=50)
def test_the_number_of_a_term_holds_until_it_is_forgotten(first: str, second: str) -> None:
    analyzer = Analyzer(default_segmenter())
    numbers = analyzer.cut(simple(first))[0].tolist()
    vocabulary = list(analyzer.vocabulary)
    assert sorted(set(vocabulary)) == sorted(vocabulary)
    analyzer.cut(simple(second))
    analyzer.forget()
    assert analyzer.vocabulary[: len(vocabulary)] == vocabulary
    assert analyzer.cut(simple(first))[0].tolist() == numbers


@given(TEXT | LONG_TEXT)
@settings(max_examples=50)
def test_every_term_is_the_folded_text_at_its_place(text: str) -> None:
    folded = simple(text)
    for term, place in terms(text):
        assert term
        assert folded[place : place + len(term)] == term


@given(TEXT | LONG_TEXT)
@settings(max_examples=50)
def test_no_occurrence_of_a_term_is_counted_twice(text: str) -> None:
    found = terms(text)
    assert len(found) == len(set(found))


def test_words_inside_a_long_word_are_learnt_from_whatever_run_shows_it_first(segmenter: Segmenter) -> None:
    analyzer = Analyzer(segmenter)
    texts = ["中国科学院和中国科学院", "我在中国科学院,中国科学院", "中国科学院"]
    for text in texts:
        assert cut(analyzer, text) == reference.terms(text, segmenter)
    assert cut(analyzer, texts[2]) == [
        ("中国", 0),
        ("科学", 2),
        ("学院", 3),
        ("科学院", 2),
        ("中国科学院", 0),
    ]


def test_a_token_too_long_to_be_a_word_is_found_by_its_parts() -> None:
    blob = "-".join(["abc123"] * 20)
    assert blob not in names(blob)
    assert {"abc123", "abc", "123"} == set(names(blob))


def test_a_token_longer_still_gives_its_runs_and_their_parts_alone() -> None:
    blob = "-".join(["abc123", "d_e", "f.g", "h" * 65, "i" * 64] * 10)
    assert len(blob) > 512
    assert {"abc123", "abc", "123", "d", "e", "f", "g", "i" * 64} == set(names(blob))


def test_grammar_words_are_marked_and_meaning_is_not(segmenter: Segmenter) -> None:
    marked = {word.term: word.is_function_word for word in query_tokens("怎么 安装 the 算力 的", segmenter)}
    assert marked == {"怎么": True, "安装": False, "the": True, "算力": False, "的": True}


@given(TEXT, st.data())
@settings(max_examples=50)
def test_every_word_of_a_piece_of_a_text_is_found_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    piece = text[start : data.draw(st.integers(start, len(text)))]
    visible = fold_plain(text)
    if fold_plain(piece) not in visible:  # cut between a letter and its accent
        return
    found = set(names(text))
    for word in query_tokens(piece, default_segmenter()):
        assert word.term in found or word.pattern in visible


@given(TEXT)
@settings(max_examples=50)
def test_every_run_of_letters_and_digits_in_a_text_is_a_term_of_it(text: str) -> None:
    found = set(names(text))
    runs = [word.term for word in query_tokens(text, default_segmenter()) if word.kind == "latin"]
    assert all(run in found for run in runs if len(run) <= 64)


@given(TEXT)
@settings(max_examples=50)
def test_the_words_of_a_query_stand_in_order_and_do_not_overlap(text: str) -> None:
    found = query_tokens(text, default_segmenter())
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    # One source character may fold to several words: ¼ is 1 and 4.
    shares = fold(text).starts is not None
    assert all(
        left.start <= right.start if shares else left.end <= right.start for left, right in pairwise(found)
    )


@given(TEXT)
@settings(max_examples=50)
def test_a_word_is_the_folded_text_of_its_place_in_the_source(text: str) -> None:
    folded = fold(text)
    simplified = simplify_words(folded.text)
    for word in query_tokens(text, default_segmenter()):
        places = (at.start() for at in re.finditer(f"(?={re.escape(word.term)})", simplified))
        assert (word.start, word.end) in [folded.source(at, at + len(word.term)) for at in places]


REPEATED = ["1,", "1.", "100,", "a-", "a.", "a+", "#", "e\u0301", "\u0301", "\u200b", "ﬁ", "c++", "卡拉"]
REPEATED += ["2亿", "1百", "한", "ｶﾞ", "中", "1中", "a", "9", "・", "カ・", "1,1,1,1.", "a-b_c/", "a b", "中a"]


@pytest.mark.parametrize("piece", REPEATED)
def test_no_piece_however_often_repeated_takes_more_than_one_pass(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    terms(text)
    query_tokens(text, default_segmenter())


@pytest.mark.parametrize(
    ("piece", "times", "wanted"), [("1,1,1,1.", 20_000, {"1", "1.1"}), ("a-b_c/", 100_000, {"a", "b", "c"})]
)
def test_tokens_of_hundreds_of_thousands_of_characters_are_cut_in_one_pass(
    piece: str, times: int, wanted: set[str]
) -> None:
    assert set(names(piece * times)) == wanted


def test_traditional_and_simplified_sentences_have_the_same_terms(shared: Callable[[str], Path]) -> None:
    lines = shared("relevance/drcd.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line).get("text", "") for line in lines]
    sentences = [sentence for text in texts for sentence in re.findall(r"[^。！？]{5,}[。！？]", text)][:1000]
    simplify = opencc.OpenCC("t2s").convert
    assert len(sentences) == 1000
    analyzer = Analyzer(default_segmenter())
    assert [text for text in sentences if cut(analyzer, text) != cut(analyzer, simplify(text))] == []


def test_real_posts_have_the_terms_of_the_plain_way_to_cut(
    segmenter: Segmenter, shared: Callable[[str], Path]
) -> None:
    posts = sorted(shared("corpus/lctt").rglob("*.md"))[::100]
    assert posts
    texts = [post.read_text(encoding="utf-8", errors="replace") for post in posts]
    analyzer = Analyzer(segmenter)
    assert cut(analyzer, "\n".join(texts)) == reference.terms(simple("\n".join(texts)), segmenter)
    assert all(cut(analyzer, text) == reference.terms(simple(text), segmenter) for text in texts)
