"""Examples for the tips of the search page, made of the titles, tags and categories of the index.

An example that finds nothing teaches nothing: each is searched for before it is shown.
"""

from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple

from zhsearch.index.analysis import Segmenter, query_tokens
from zhsearch.search.api import Parameters
from zhsearch.search.engine import Engine

_TITLES = 12  # of the newest pages, read for words
_MIN_WORD_CHARS, _MAX_WORD_CHARS = 2, 8
_MAX_PHRASE_CHARS = 12
_MAX_TRIES = 8  # searches for one tip


class SearchTip(NamedTuple):
    """A query that finds something; `kind` is a part of the query language: `words`, `phrase`, `minus`, `or`,
    `title`, `tag` or `category`."""

    kind: str
    example: str


class SearchTips:
    """The tips of the generation that was asked for last."""

    def __init__(self) -> None:
        self._kept: tuple[str, tuple[SearchTip, ...]] = "", ()

    def tips(self, engine: Engine, segmenter: Segmenter) -> tuple[SearchTip, ...]:
        """At most one tip of each kind, in the order of SearchTip; none where the index is empty."""
        generation, tips = self._kept
        if generation != engine.generation:
            tips = tuple(_make_tips(engine, segmenter))
            self._kept = engine.generation, tips
        return tips


def _make_tips(engine: Engine, segmenter: Segmenter) -> Iterator[SearchTip]:
    result = engine.search(Parameters(per_page=_TITLES).query(segmenter))  # all pages, the newest first
    titles = [hit.page.meta.title for hit in result.hits]
    pairs = [pair for title in titles for pair in _pairs(title, segmenter)][:_MAX_TRIES]
    phrases = [phrase for title in titles for phrase in _phrases(title, segmenter)]
    words = sorted(dict.fromkeys(word for pair in pairs for word in pair), key=str.isascii)  # Han first
    others = [(first, second) for first in words for second in words if (first, second) not in pairs]
    candidates = {
        "words": [f"{first} {second}" for first, second in pairs],
        "phrase": [f'"{phrase}"' for phrase in phrases],
        "minus": [f"{first} -{second}" for first, second in others if first != second],
        "or": [f"{first} OR {second}" for first, second in others if first != second],
        "title": [f"title:{word}" for word in words],
        "tag": [_field("tag", value["value"]) for value in result.facets["tag"]],
        "category": [_field("category", value["value"]) for value in result.facets["category"]],
    }
    for kind, examples in candidates.items():
        for example in islice(examples, _MAX_TRIES):
            found = engine.search(Parameters(q=example, per_page=1).query(segmenter))
            if found.total and not found.relaxed:
                yield SearchTip(kind, example)
                break


def _pairs(title: str, segmenter: Segmenter) -> list[tuple[str, str]]:
    """The first two different words of a title that carry meaning, as written."""
    tokens = query_tokens(title, segmenter)
    words = [title[token.start : token.end] for token in tokens if not token.is_function_word]
    plain = [word for word in words if word.isalnum() and _MIN_WORD_CHARS <= len(word) <= _MAX_WORD_CHARS]
    return list(islice(pairwise(dict.fromkeys(plain)), 1))


def _phrases(title: str, segmenter: Segmenter) -> Iterator[str]:
    """Two or three adjacent words of a title, as written, that make a short text."""
    tokens = [token for token in query_tokens(title, segmenter) if not token.is_function_word]
    for first, second in pairwise(tokens):
        text = title[first.start : second.end]
        if first.end == second.start and 2 * _MIN_WORD_CHARS <= len(text) <= _MAX_PHRASE_CHARS:
            yield text


def _field(name: str, value: str) -> str:
    """A query for one value of a facet; quoted where it would not be one word."""
    return f"{name}:{value}" if value.isalnum() else f'{name}:"{value}"'
