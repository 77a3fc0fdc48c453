"""Characters that stand together in a query and are no word: 段简, the names 于正 and 李小龙.

The segmenter cuts them apart, and most pages have each of them somewhere. Pages that have them together come
first. Two characters are an n-gram of the index, so that this costs a lookup.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from zhsearch.index.analysis import HAN, QueryToken
from zhsearch.search.query.ast import And, Node, Or, Phrase, Word, or_also, or_writings
from zhsearch.search.query.model import Query

SINGLES_WEIGHT = 6.0
"""Factor of the score of two characters together, where the text is cut into single ones: more than both
apart in a title. [measured]: `python -m tests.bench.writings --kind neighbours`."""

EDGE_WEIGHT = 2.0
"""The same where one of them belongs to a longer word, so that the longer word says most of it."""

_SHORT = 4  # characters

_HAN = re.compile(f"[{HAN}]+")


def with_adjacent(query: Query, chunks: Sequence[Sequence[QueryToken]]) -> Query:
    """The query with its pairs of characters as alternatives of its words, which add to their scores.

    `chunks` are the tokens of its words. Whatever has a pair has the word, so that no more pages match. A
    question is scored by all pairs of its characters anyway.
    """
    has_single = any(len(token.pattern) == 1 for tokens in chunks for token in tokens)
    pairs = _pairs(chunks) if has_single and not query.is_question else {}
    if not pairs:
        return query
    return query._replace(should=tuple(_with_pairs(node, pairs) for node in query.should))


def _pairs(chunks: Sequence[Sequence[QueryToken]]) -> dict[str, dict[str, float]]:
    """The pairs across the boundaries of single characters, with their weights, by the term that they add to.

    A function word counts only where the text around it is cut into single characters, or is a short query.
    """
    pairs: dict[str, dict[str, float]] = {}
    runs = [run for chunk in chunks for run in _touching(chunk)]
    for run in runs:
        characters = sum(len(token.pattern) for token in run)
        counts_all = characters == len(run) or (len(runs) == 1 and characters <= _SHORT)
        for left, right in pairwise(run):
            singles = (len(left.pattern) == 1) + (len(right.pattern) == 1)
            content = [token for token in (left, right) if not token.is_function_word]
            if singles and (counts_all or len(content) == 2):
                owner = (content or [left])[0].term
                weight = SINGLES_WEIGHT if singles == 2 else EDGE_WEIGHT
                pairs.setdefault(owner, {})[left.pattern[-1] + right.pattern[0]] = weight
    return pairs


def _with_pairs(node: Node, pairs: Mapping[str, Mapping[str, float]]) -> Node:
    if isinstance(node, Word) and node.term in pairs:
        texts = pairs[node.term].items()
        return or_also(node, [Phrase(text, quoted=False, weight=weight) for text, weight in texts])
    if isinstance(node, And):
        return And(tuple(_with_pairs(part, pairs) for part in node.nodes))
    if isinstance(node, Or):
        first, *others = node.nodes
        first = _with_pairs(first, pairs)
        return or_writings(first, others) if node.writings else or_also(first, others)
    return node


def _touching(tokens: Sequence[QueryToken]) -> list[list[QueryToken]]:
    """The runs of Han words without anything between them; other tokens are runs of their own, and empty."""
    runs: list[list[QueryToken]] = []
    end = -1
    for token in tokens:
        is_han = _HAN.fullmatch(token.pattern) is not None
        if not is_han or token.start != end:
            runs.append([])
        if is_han:
            runs[-1].append(token)
        end = token.end if is_han else -1
    return runs
