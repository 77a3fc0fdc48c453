"""How a query text was read: its parts, and the query texts that undo each of them.

A reader sees what a sign was taken for, and takes it back with one click. Texts are as typed; their tokens
are those of the text with ASCII signs, which has the same offsets.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from zhsearch.search.query.lexer import Token, TokenKind, ascii_signs, is_plain

ReadingKind = Literal["word", "phrase", "exclusion", "filter", "alternative", "ignored"]

_WITHOUT_ORDERS: tuple[TokenKind, ...] = ("chunk", "quoted", "open", "close", "or")


class Reading(NamedTuple):
    """A part of a query text, a range of its code points, and what it was taken for.

    `value` is the part without its signs, as typed; `field` the field that an exclusion or filter names.
    `undo` is the query text without it, or with it as words; None where there is nothing to undo.
    """

    kind: ReadingKind
    start: int
    end: int
    value: str
    field: str | None = None
    undo: str | None = None


def without(text: str, tokens: Sequence[Token], first: int, last: int) -> str:
    """A query text without its tokens `first` to `last`, and without an OR beside them."""
    if first and tokens[first - 1].kind == "or":
        first -= 1
    elif last + 1 < len(tokens) and tokens[last + 1].kind == "or":
        last += 1
    left, right = text[: tokens[first].start], text[tokens[last].end :]
    following = ascii_signs(right[:1])
    if following not in ("", " ", ")"):
        # What touches the part stays what it is only if it touches something.
        return f'{left.rstrip()}""{right}' if left.strip() else f'""{right}'
    if following == ")":
        return left.rstrip() + right
    return f"{left.rstrip()} {right.lstrip()}".strip()


def exclusion_undone(text: str, tokens: Sequence[Token], first: int, last: int, operand: int) -> str:
    """A query text without an exclusion; if nothing is left, with what it excludes as words."""
    rest = without(text, tokens, first, last)
    words = text[tokens[operand].start : tokens[last].end]
    return rest if rest or not is_plain(words, _WITHOUT_ORDERS) else words


def filter_undone(
    text: str, tokens: Sequence[Token], first: int, last: int, operand: int, *, field: str
) -> str:
    """A query text with what a title must have as words; without a tag or category, if anything is left."""
    words = text[tokens[operand].start : tokens[last].end]
    rest = without(text, tokens, first, last)
    if not is_plain(words, _WITHOUT_ORDERS) or (field != "title" and rest):
        return rest
    return text[: tokens[first].start] + text[tokens[operand].start :]


def phrase_undone(text: str, token: Token) -> str | None:
    """A query text without the quotation marks of a phrase; None where its words would be orders."""
    quoted = text[token.start + 1 : token.end - 1].strip()
    if not is_plain(quoted):
        return None
    return f"{text[: token.start].rstrip()} {quoted}{text[token.end :]}".strip()


def alternatives_undone(text: str, ors: Sequence[Token]) -> str:
    """A query text with blanks for the signs between alternatives."""
    for token in reversed(ors):
        text = f"{text[: token.start].rstrip()} {text[token.end :].lstrip()}"
    return text
