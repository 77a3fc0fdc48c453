"""The analyzer: what a text is indexed under, against a plain reference."""

import json
import re
import tomllib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import opencc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers import reference
from tests.helpers.analysis import LONG_TEXT, TEXT, analyze, simple, term_names, terms
from tests.helpers.sites import CACHE, DATA, default_segmenter
from zhsearch.index.analysis import analyzer as analysis
from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.analysis.segmenter import Segmenter, get_segmenter
from zhsearch.index.analysis.tokenizer import query_tokens

EXPECTED: dict[str, dict[str, str]] = tomllib.loads((DATA / "terms.toml").read_text(encoding="utf-8"))
SEGMENTERS = [
    "jieba",
    pytest.param(
        "rjieba",
        marks=pytest.mark.skipif(find_spec("rjieba") is None, reason="rjieba is not installed"),
    ),
]


@pytest.mark.parametrize(
    ("text", "wanted"), [case for group in EXPECTED.values() for case in group.items()], ids=repr
)
def test_a_text_is_indexed_under_the_terms_that_the_table_lists(text: str, wanted: str) -> None:
    assert " ".join(term_names(text)) == wanted


@pytest.mark.parametrize("kind", SEGMENTERS)
@given(texts=st.lists(TEXT | LONG_TEXT, max_size=4))
@settings(max_examples=25)
def test_the_terms_are_those_of_the_reference(kind: str, texts: list[str]) -> None:
    segmenter = get_segmenter(kind, CACHE)
    analyzer = Analyzer(segmenter)
    for text in texts + texts:
        assert analyze(analyzer, text) == reference.terms(simple(text), segmenter)


@pytest.mark.parametrize("kind", SEGMENTERS)
@given(texts=st.lists(TEXT, max_size=5))
@settings(max_examples=30)
def test_texts_analysed_together_have_the_terms_of_each_alone(kind: str, texts: list[str]) -> None:
    analyzer = Analyzer(get_segmenter(kind, CACHE))
    wanted = []
    start = 0
    for text in texts:
        wanted += [(term, start + position) for term, position in analyze(analyzer, text)]
        start += len(simple(text)) + 1
    assert analyze(analyzer, "\n".join(texts)) == wanted
    assert analyze(Analyzer(get_segmenter(kind, CACHE)), "\n".join(texts)) == wanted


@given(first=TEXT, second=TEXT)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_an_analyzer_that_was_reset_finds_the_same_terms(
    monkeypatch: pytest.MonkeyPatch, first: str, second: str
) -> None:
    analyzer = Analyzer(default_segmenter())
    before = analyze(analyzer, first), analyze(analyzer, second)
    monkeypatch.setattr(analysis, "_MAX_CACHED_TOKENS", 0)
    analyzer.reset_if_full()
    assert analyzer.vocabulary == []
    assert (analyze(analyzer, first), analyze(analyzer, second)) == before


@given(TEXT, TEXT)
@settings(max_examples=50)
def test_the_number_of_a_term_holds_until_a_reset(first: str, second: str) -> None:
    analyzer = Analyzer(default_segmenter())
    numbers = analyzer.analyze(simple(first))[0].tolist()
    vocabulary = list(analyzer.vocabulary)
    assert sorted(set(vocabulary)) == sorted(vocabulary)
    analyzer.analyze(simple(second))
    analyzer.reset_if_full()
    assert analyzer.vocabulary[: len(vocabulary)] == vocabulary
    assert analyzer.analyze(simple(first))[0].tolist() == numbers


@given(TEXT | LONG_TEXT)
@settings(max_examples=50)
def test_every_term_is_the_folded_text_at_its_position(text: str) -> None:
    folded = simple(text)
    for term, position in terms(text):
        assert term
        assert folded[position : position + len(term)] == term


@given(TEXT | LONG_TEXT)
@settings(max_examples=50)
def test_no_occurrence_of_a_term_is_counted_twice(text: str) -> None:
    found = terms(text)
    assert len(found) == len(set(found))


def test_words_inside_a_long_word_do_not_depend_on_the_run_it_is_first_met_in(segmenter: Segmenter) -> None:
    analyzer = Analyzer(segmenter)
    texts = ["中国科学院和中国科学院", "我在中国科学院,中国科学院", "中国科学院"]
    for text in texts:
        assert analyze(analyzer, text) == reference.terms(text, segmenter)
    assert analyze(analyzer, texts[2]) == [
        ("中国", 0),
        ("科学", 2),
        ("学院", 3),
        ("科学院", 2),
        ("中国科学院", 0),
    ]


def test_a_token_too_long_to_be_a_word_is_found_by_its_parts() -> None:
    blob = "-".join(["abc123"] * 20)
    assert blob not in term_names(blob)
    assert {"abc123", "abc", "123"} == set(term_names(blob))


def test_a_token_longer_still_is_found_by_its_runs_and_their_parts_alone() -> None:
    blob = "-".join(["abc123", "d_e", "f.g", "h" * 65, "i" * 64] * 10)
    assert len(blob) > 512
    assert {"abc123", "abc", "123", "d", "e", "f", "g", "i" * 64} == set(term_names(blob))


REPEATED = ["1,", "1.", "100,", "a-", "a.", "a+", "#", "e\u0301", "\u0301", "\u200b", "ﬁ", "c++", "卡拉"]
REPEATED += ["2亿", "1百", "한", "ｶﾞ", "中", "1中", "a", "9", "・", "カ・", "1,1,1,1.", "a-b_c/", "a b", "中a"]


@pytest.mark.parametrize("piece", REPEATED)
def test_a_piece_repeated_thousands_of_times_is_analysed_in_linear_time(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    terms(text)
    query_tokens(text, default_segmenter())


@pytest.mark.parametrize(
    ("piece", "times", "wanted"), [("1,1,1,1.", 20_000, {"1", "1.1"}), ("a-b_c/", 100_000, {"a", "b", "c"})]
)
def test_a_token_of_hundreds_of_thousands_of_characters_is_split_in_linear_time(
    piece: str, times: int, wanted: set[str]
) -> None:
    assert set(term_names(piece * times)) == wanted


def test_traditional_and_simplified_sentences_have_the_same_terms(shared: Callable[[str], Path]) -> None:
    lines = shared("relevance/drcd.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line).get("text", "") for line in lines]
    sentences = [sentence for text in texts for sentence in re.findall(r"[^。！？]{5,}[。！？]", text)][:1000]
    simplify = opencc.OpenCC("t2s").convert
    assert len(sentences) == 1000
    analyzer = Analyzer(default_segmenter())
    assert [text for text in sentences if analyze(analyzer, text) != analyze(analyzer, simplify(text))] == []


def test_real_posts_have_the_terms_of_the_reference(
    segmenter: Segmenter, shared: Callable[[str], Path]
) -> None:
    posts = sorted(shared("corpus/lctt").rglob("*.md"))[::100]
    assert posts
    texts = [post.read_text(encoding="utf-8", errors="replace") for post in posts]
    analyzer = Analyzer(segmenter)
    assert analyze(analyzer, "\n".join(texts)) == reference.terms(simple("\n".join(texts)), segmenter)
    assert all(analyze(analyzer, text) == reference.terms(simple(text), segmenter) for text in texts)
