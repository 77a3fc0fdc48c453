"""The query language: words, phrases, fields, groups and questions; every text is valid."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.sites import DATA, default_segmenter
from zhsearch.search.query.ast import And, FacetTerm, Node, Not, Or, Phrase, Word
from zhsearch.search.query.parser import parse

CASES = json.loads((DATA / "queries.json").read_text(encoding="utf-8"))


def as_text(node: Node) -> str:
    """A node as the data file writes it."""
    if isinstance(node, Word):
        return f"{node.field}:{node.term}" if node.field else node.term
    if isinstance(node, Phrase):
        return f'{node.field}:"{node.pattern}"' if node.field else f'"{node.pattern}"'
    if isinstance(node, FacetTerm):
        return f"{node.field}={node.value}"
    if isinstance(node, Not):
        return f"-{as_text(node.node)}"
    sign = " | " if isinstance(node, Or) else " & "
    assert isinstance(node, And | Or)
    return f"({sign.join(map(as_text, node.nodes))})"


@pytest.mark.parametrize("case", CASES, ids=[case["q"] for case in CASES])
def test_a_query_is_parsed_into_required_and_optional_clauses(case: dict[str, str]) -> None:
    query = parse(case["q"], default_segmenter())
    assert " ".join(map(as_text, query.should)) == case.get("should", "")
    assert " ".join(map(as_text, query.must)) == case.get("must", "")


_TYPED = st.text(
    alphabet=st.sampled_from(list('算力芯片的 ab-"“”():ORtitletag:C++.é\u0301🚀𠮷\x00\ud800（）')),
    max_size=60,
)


@given(st.text(max_size=80) | _TYPED)
def test_no_text_is_an_error(text: str) -> None:
    parse(text, default_segmenter())


@given(_TYPED)
def test_a_visible_text_has_a_clause(text: str) -> None:
    query = parse(text, default_segmenter())
    if any(character.isalnum() and character.isprintable() for character in text):
        assert query.should or query.must


@given(st.integers(0, 400))
def test_unclosed_parentheses_are_ignored(depth: int) -> None:
    query = parse("(" * depth + "算力" + ")" * (depth // 2), default_segmenter())
    assert [as_text(node) for node in query.should] == ["算力"]


def test_every_word_that_a_hit_may_contain_is_highlighted() -> None:
    query = parse('算力 (芯片 OR "存储 设备") -手机 tag:qq', default_segmenter())
    assert [node.pattern for node in query.positive()] == ["算力", "芯片", "存储设备"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("git rebase -i 资料", ("git", "rebase", "资料")),
        ("猫 OR 帐号 老鼠", ("猫 OR 帐号", "老鼠")),
        ("返回 -1 || 資料庫", ("返回", "1 OR 資料庫")),
        ("。。。", ("。。。",)),
    ],
)
def test_a_clause_is_told_as_its_word_is_written_without_what_it_may_be_instead(
    text: str, written: tuple[str, ...]
) -> None:
    assert parse(text, default_segmenter()).should_texts == written


def test_six_words_make_a_question() -> None:
    query = parse("算力 芯片 存储 手机 云 平台", default_segmenter())
    assert query.is_question
    assert not query._replace(should=query.should[:5]).is_question
