"""Other writings of Latin words that an index has."""

from collections.abc import Iterator, Sequence

import pytest

from tests.helpers.sites import default_segmenter
from zhsearch.search.query import And, Node, Or, parser
from zhsearch.search.query.ast import Phrase, Word
from zhsearch.search.query.latin import LatinWritings


def writings(query: str, terms: str) -> set[str]:
    known = terms.split()
    latin = LatinWritings(lambda words: [word in known for word in words], known.count)
    expanded = latin.expand(parser.parse(query, default_segmenter()))
    return {text for node in expanded.should for text in _texts(node)}


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, And | Or):
        for part in node.nodes:
            yield from _texts(part)
    elif isinstance(node, Word | Phrase):
        yield node.pattern


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("container", "containers"),
        ("library", "libraries"),
        ("install", "installed"),
        ("stop", "stopping"),
        ("wifi", "wi-fi"),
        ("nodejs", "node.js"),
    ],
)
def test_writings_find_each_other(one: str, other: str) -> None:
    terms = f"{one} {other} wi fi node js"
    assert other in writings(one, terms)
    assert one in writings(other, terms)


def test_words_that_the_index_has_joined_are_found_side_by_side_and_joined() -> None:
    assert {"open", "source", "opensource", "open source"} <= writings("open source", "opensource")
    assert "open source" in writings("opensource", "opensource open source")
    assert writings("open source", "") == {"open", "source"}


@pytest.mark.parametrize("query", ["news", "your", "c20", "用"])
def test_words_without_other_forms_stay_alone(query: str) -> None:
    assert len(writings(query, "new yours you 20")) == 1


def test_exclusions_are_not_widened() -> None:
    latin = LatinWritings(lambda words: [True for _ in words], len)
    query = parser.parse("算力 -containers", default_segmenter())
    assert latin.expand(query).must == query.must


def test_a_version_is_looked_up_by_its_beginning() -> None:
    asked: list[str] = []

    def are_terms(words: Sequence[str]) -> list[bool]:
        asked.extend(words)
        return [True] * len(words)

    LatinWritings(are_terms, len).expand(parser.parse("1.2", default_segmenter()))
    assert asked == ["1.2."]
