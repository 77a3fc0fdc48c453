"""The text of a query as typed, around a sign: pages that have it come first, and are never excluded.

`git rebase -i` is three words that all must match, and a page that has them side by side is the one meant. A
title may hold what looks like an exclusion: `linux -mint 发布`.
"""

from collections.abc import Sequence

from zhsearch.index.analysis import fold_plain
from zhsearch.search.query.ast import And, Node, Not, Phrase, conjunction, or_also
from zhsearch.search.query.lexer import Token

AS_TYPED_WEIGHT = 6.0
"""Factor of the score of a text as typed: it counts more than all of its words in a title."""

_MAX_CHARS = 120  # of a text; longer ones are looked for around the sign alone


def texts_as_typed(text: str, tokens: Sequence[Token], place: int) -> tuple[str, ...]:
    """The folded texts to look for because of the sign in the chunk at `place`: with the chunk before it, and
    with all chunks beside it."""
    first = last = place
    while first and _is_joined(tokens, first - 1):
        first -= 1
    while last + 1 < len(tokens) and _is_text(tokens[last + 1]):
        last += 1
    while last > place and tokens[last].kind == "or":
        last -= 1
    nearest = max(first, place - 1)
    ranges = [(tokens[nearest].start, tokens[place].end), (tokens[first].start, tokens[last].end)]
    folded = (_folded(text[start:end]) for start, end in ranges if end - start <= _MAX_CHARS)
    return tuple(dict.fromkeys(filter(None, folded)))


def with_texts(node: Node, texts: Sequence[str]) -> Node:
    """A node with texts as alternatives, which add to its score."""
    return or_also(node, (_phrase(text, weight=AS_TYPED_WEIGHT) for text in texts))


def excluding(nodes: list[Node], text: str, tokens: Sequence[Token], first: int, last: int) -> Not:
    """The exclusion of nodes, but for pages that have it as typed, beside the words next to it.

    Its tokens are `first` to `last`. A quotation, a field or a group is an order whatever stands beside it.
    """
    if tokens[last].kind != "chunk" or last != first + 1:
        return Not(conjunction(nodes))
    start, end = tokens[first].start, tokens[last].end
    if first and _is_joined(tokens, first - 1):
        start = tokens[first - 1].start
    elif last + 1 < len(tokens) and tokens[last + 1].kind == "chunk":
        end = tokens[last + 1].end
    else:
        return Not(conjunction(nodes))
    return Not(And((*nodes, Not(_phrase(_folded(text[start:end]), weight=1.0)))))


def _is_joined(tokens: Sequence[Token], place: int) -> bool:
    """Whether a token belongs to the text after it: a chunk that is no operand, or a pipe between such."""
    is_operand = place > 0 and tokens[place - 1].kind in ("not", "field")
    return _is_text(tokens[place]) and not is_operand


def _is_text(token: Token) -> bool:
    return token.kind == "chunk" or (token.kind == "or" and token.text.startswith("|"))


def _folded(text: str) -> str:
    return " ".join(fold_plain(text).split())


def _phrase(text: str, *, weight: float) -> Phrase:
    return Phrase(text, bounded=True, quoted=False, weight=weight)
