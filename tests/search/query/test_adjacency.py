"""Characters that stand together and are no word: which pairs a query looks for, and what they change."""

import pytest

from tests.helpers.sites import default_segmenter
from zhsearch.search.query import Or, Phrase, Query
from zhsearch.search.query.adjacency import EDGE_WEIGHT, SINGLES_WEIGHT
from zhsearch.search.query.parser import parse


def parsed(text: str) -> Query:
    return parse(text, default_segmenter())


def pairs(text: str) -> dict[str, float]:
    return {node.pattern: node.weight for node in parsed(text).positive() if isinstance(node, Phrase)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("段简", ["段简"]),
        ("于正", ["于正"]),  # 于 is a function word
        ("的干", ["的干"]),
        ("找到的", ["到的"]),  # a function word in a short query
        ("找到的 段简", ["段简"]),
        ("段简 服务器", ["段简"]),
        ("段简docker", ["段简"]),
        ("服务器", []),
        ("服务器 芯片", []),
        ("段 服务器", []),  # a blank is between them
        ("大 纲", []),
        ("北京的天气", []),  # function words between words of their own
        ('"段简"', ["段简"]),  # the quotation alone
        ("-段简 芯片", []),
        ("title:段简", []),
    ],
)
def test_single_characters_are_looked_for_together(text: str, expected: list[str]) -> None:
    assert list(pairs(text)) == expected


def test_a_single_character_beside_a_word_is_looked_for_together_and_weighs_less() -> None:
    assert pairs("新芯片") == {"新芯": EDGE_WEIGHT}
    assert pairs("段简") == {"段简": SINGLES_WEIGHT}


def test_a_question_has_all_of_its_pairs_anyway() -> None:
    assert parsed("段简如何使用服务器芯片平台？").is_question
    assert not pairs("段简如何使用服务器芯片平台？")


def test_a_pair_is_an_alternative_of_a_word_that_stays_as_typed() -> None:
    query = parsed("段简")
    assert query.should_texts == ("段", "简")
    first, second = query.should
    assert isinstance(first, Or)
    assert not isinstance(second, Or)
