"""Characters that stand together in a query and are no word: 段简, the names 于正 and 李小龙.

The segmenter cuts them apart, and most pages have each of them somewhere. Pages that have them together come
first. Two characters are an n-gram of the index, so that this costs a lookup.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from zhsearch.index.analysis import HAN, QueryToken
from zhsearch.search.query.ast import And, Node, Or, Phrase, Word

SINGLES_WEIGHT = 6.0
"""Factor of the score of two characters together, where the text is cut into single ones: more than both
apart in a title. [measured] on two neighbours of which each ends or begins a word."""

EDGE_WEIGHT = 2.0
"""The same where one of them belongs to a longer word, so that the longer word says most of it."""

_HAN = re.compile(f"[{HAN}]+")


def adjacent_pairs(tokens: Sequence[QueryToken]) -> dict[Word, dict[str, float]]:
    """The pairs of characters across the boundaries of single characters, with their weights, by the word
    that finds them. A function word counts only where its whole text is cut into single characters."""
    pairs: dict[Word, dict[str, float]] = {}
    for run in _touching(tokens):
        all_single = all(len(token.pattern) == 1 for token in run)
        for left, right in pairwise(run):
            singles = (len(left.pattern) == 1) + (len(right.pattern) == 1)
            content = [token for token in (left, right) if not token.is_function_word]
            if not singles or (len(content) < 2 and not all_single):
                continue
            finder = Word.of((content or [left])[0])
            weight = SINGLES_WEIGHT if singles == 2 else EDGE_WEIGHT
            pairs.setdefault(finder, {})[left.pattern[-1] + right.pattern[0]] = weight
    return pairs


def with_pairs(node: Node, pairs: Mapping[Word, Mapping[str, float]]) -> Node:
    """A node whose words have their pairs as alternatives, which add to its score: who has a pair has the
    word."""
    if isinstance(node, Word) and node in pairs:
        texts = pairs[node].items()
        return Or((node, *(Phrase(text, quoted=False, weight=weight) for text, weight in texts)))
    if isinstance(node, And):
        return And(tuple(with_pairs(part, pairs) for part in node.nodes))
    if isinstance(node, Or):
        first = with_pairs(node.nodes[0], pairs)
        return Or((*(first.nodes if isinstance(first, Or) else (first,)), *node.nodes[1:]))
    return node


def _touching(tokens: Sequence[QueryToken]) -> Iterator[list[QueryToken]]:
    """The runs of Han words without anything between them."""
    run: list[QueryToken] = []
    for token in tokens:
        if not _HAN.fullmatch(token.pattern):
            yield run
            run = []
            continue
        if run and run[-1].end != token.start:
            yield run
            run = []
        run.append(token)
    yield run
