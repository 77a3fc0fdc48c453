"""How a query text was read: its parts, and the query texts that undo each of them.

A reader sees what a sign was taken for, and takes it back with one click. Texts are as typed; their tokens
are those of the text with ASCII signs, which has the same offsets.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from zhsearch.search.query.lexer import Token, TokenKind, ascii_signs, is_plain, lex

if TYPE_CHECKING:
    from zhsearch.index.analysis import QueryToken

ReadingKind = Literal["word", "phrase", "exclusion", "filter", "alternative", "ignored"]

_IsPlain = Callable[..., bool]

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


class Readings:
    """The readings of a query text as `typed`, collected while its tokens are parsed; tokens go by place.

    `facets` are the site's own, which are fields of the query language.
    """

    def __init__(self, typed: str, tokens: Sequence[Token], facets: tuple[str, ...] = ()) -> None:
        self._text = typed
        self._tokens = tokens
        self._facets = facets
        self._is_plain: _IsPlain = partial(is_plain, facets=facets)
        self._readings: list[Reading] = []

    def in_order(self) -> tuple[Reading, ...]:
        """All readings in the order of the text."""
        return tuple(sorted(self._readings, key=lambda reading: reading[1:3]))

    def add(self, kind: ReadingKind, start: int, end: int, *, undo: str | None = None) -> None:
        """Add a part that is its own value."""
        self._readings.append(Reading(kind, start, end, self._text[start:end], undo=undo))

    def ignore(self, token: Token) -> None:
        """A token without a meaning."""
        self.add("ignored", token.start, token.end)

    def words(self, words: Sequence["QueryToken"], chunk: Token) -> None:
        """The words of a chunk; function words are ignored."""
        if not words:
            self.ignore(chunk)
        for word in words:
            kind: ReadingKind = "ignored" if word.is_function_word else "word"
            self.add(kind, chunk.start + word.start, chunk.start + word.end)

    def phrase(self, token: Token) -> None:
        """A quotation."""
        value = self._text[token.start + 1 : token.end - 1]
        undo = self._phrase_undone(token)
        self._readings.append(Reading("phrase", token.start, token.end, value, undo=undo))

    def exclusion(self, first: int, last: int) -> None:
        """The tokens of an exclusion, its sign first; undone, nothing of it is left, or if nothing else is,
        what it excludes as words."""
        operand, field = self._operand(first + 1)
        rest = self._without(first, last)
        words = self._text[self._tokens[operand].start : self._tokens[last].end]
        undo = rest if rest or not self._is_plain(words, _WITHOUT_ORDERS) else words
        self._add_order("exclusion", first, last, operand, field=field, undo=undo)

    def filter(self, first: int, last: int) -> None:
        """The tokens of a field and what it must have."""
        operand, field = self._operand(first)
        undo = self._filter_undone(first, last, operand, field=field)
        self._add_order("filter", first, last, operand, field=field, undo=undo)

    def alternatives(self, first: int, last: int, signs: Sequence[int]) -> None:
        """The tokens of alternatives, with the `signs` between them."""
        undo = _alternatives_undone(self._text, [self._tokens[place] for place in signs])
        self.add("alternative", self._tokens[first].start, self._tokens[last].end, undo=undo)

    def _add_order(
        self, kind: ReadingKind, first: int, last: int, operand: int, *, field: str | None, undo: str
    ) -> None:
        start, end = self._tokens[first].start, self._tokens[last].end
        is_quoted = operand == last and self._tokens[operand].kind == "quoted"
        value = self._text[self._tokens[operand].start + is_quoted : end - is_quoted]
        self._readings.append(Reading(kind, start, end, value, field, undo))

    def _filter_undone(self, first: int, last: int, operand: int, *, field: str | None) -> str:
        """The text with what a title must have as words; without a facet's value, if anything is left."""
        text, tokens = self._text, self._tokens
        words = text[tokens[operand].start : tokens[last].end]
        rest = self._without(first, last)
        if not self._is_plain(words, _WITHOUT_ORDERS) or (field != "title" and rest):
            return rest
        return text[: tokens[first].start] + text[tokens[operand].start :]

    def _phrase_undone(self, token: Token) -> str | None:
        """The text without the quotation marks of a phrase; None where its words would be orders."""
        text, place = self._text, self._tokens.index(token)
        quoted = text[token.start + 1 : token.end - 1].strip()
        if not self._is_plain(quoted):
            return None
        left, right = f"{text[: token.start].rstrip()} {quoted}".lstrip(), text[token.end :]
        for undone in (left + right, f"{left} {right.lstrip()}", f'{left}""{right}'):
            if len(undone) <= len(text) and self._keeps(undone, place, place):
                return undone.rstrip()
        return None

    def _without(self, first: int, last: int) -> str:
        """The text without its tokens `first` to `last`, and without an OR beside them."""
        text, tokens = self._text, self._tokens
        if first and tokens[first - 1].kind == "or":
            first -= 1
        elif last + 1 < len(tokens) and tokens[last + 1].kind == "or":
            last += 1
        left, right = text[: tokens[first].start], text[tokens[last].end :]
        rest = _joined(left, right)
        if rest and not self._keeps(rest, first, last):
            # Beside an empty quotation what is left has neither lost nor got a neighbour.
            apart = f'{left.rstrip()} "" {right.lstrip()}'.strip()
            return apart if len(apart) <= len(text) and self._keeps(apart, first, last) else rest
        return rest

    def _keeps(self, undone: str, first: int, last: int) -> bool:
        """Whether the tokens before `first` and after `last` are as they were in a text that has nothing but
        words in place of those between."""
        before, after = _visible(self._tokens[:first]), _visible(self._tokens[last + 1 :])
        found = _visible(lex(ascii_signs(undone), self._facets))
        between = found[len(before) : len(found) - len(after)]
        is_words = all(kind == "chunk" for kind, _ in between)
        return is_words and found == [*before, *between, *after]

    def _operand(self, place: int) -> tuple[int, str | None]:
        """The first token from `place` on that names no field, and the field before it."""
        field = None
        while self._tokens[place].kind == "field" and place + 1 < len(self._tokens):
            field = self._tokens[place].text
            place += 1
        return place, field


def _joined(left: str, right: str) -> str:
    """The parts of a query text before and after what is taken out of it."""
    following = ascii_signs(right[:1])
    if following not in ("", " ", ")"):
        # What touches the part stays what it is only if it touches something.
        return f'{left.rstrip()}""{right}' if left.strip() else f'""{right}'
    if following == ")":
        return left.rstrip() + right
    return f"{left.rstrip()} {right.lstrip()}".strip()


def _visible(tokens: Sequence[Token]) -> list[tuple[TokenKind, str]]:
    """The kinds and texts of tokens, without empty quotations."""
    return [(token.kind, token.text) for token in tokens if token.text or token.kind != "quoted"]


def _alternatives_undone(text: str, ors: Sequence[Token]) -> str:
    """A query text with blanks for the signs between alternatives."""
    for token in reversed(ors):
        text = f"{text[: token.start].rstrip()} {text[token.end :].lstrip()}"
    return text
