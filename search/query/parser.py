"""The parser of the query language, in which every text is valid.

Words must all match; `"…"` is an exact substring; `-x` and `NOT x` exclude; `a OR b`, `a || b` take either
and bind tighter than the space between words; `title:`, `tag:`, `category:`, their Chinese names and the
facets of the site name a field; parentheses group. What does not parse is searched as words, and so is a
sign that is part of a text.
"""

from collections.abc import Iterable, Sequence
from itertools import filterfalse
from typing import NamedTuple

from zhsearch.index.analysis import (
    QueryToken,
    Segmenter,
    facet_text,
    fold,
    fold_plain,
    query_tokens,
    simplify_words,
)
from zhsearch.search.query.adjacency import with_adjacent
from zhsearch.search.query.as_typed import excluding, texts_as_typed, with_texts
from zhsearch.search.query.ast import And, FacetTerm, Node, Not, Or, Phrase, Word, conjunction, or_also
from zhsearch.search.query.gaps import is_neutral_gap
from zhsearch.search.query.lexer import Token, ascii_signs, lex, unread
from zhsearch.search.query.model import Query
from zhsearch.search.query.reading import Readings
from zhsearch.search.query.synonyms import expand_words

_MAX_DEPTH = 20  # of groups; deeper parentheses are ignored
_MAX_SIGNS = 8  # in the text sought, of which the text around them is looked for as typed
_FACET_FIELDS = ("tag", "category")


def parse(text: str, segmenter: Segmenter, facets: tuple[str, ...] = ()) -> Query:
    """Parse a query text. Filters, sort and page have their defaults. Raises nothing.

    `facets` are the site's own, which are fields of the query language as well.
    """
    ascii_text = ascii_signs(text)
    parser = _Parser(ascii_text, segmenter, typed=text, facets=facets)
    nodes = parser.parse()
    should = _distinct(filter(_may_relax, nodes))
    if not nodes and ascii_text.strip():
        should = _distinct(parser.literal_words())
    query = Query(
        text,
        should=should,
        must=_distinct(filterfalse(_may_relax, nodes)),
        should_texts=tuple(map(parser.written, should)),
        question_text="\n".join(parser.chunks),
        is_question_form=parser.has_question_word or ascii_text.rstrip().endswith(("?", "？")),
        spans=tuple(parser.spans),
        readings=parser.readings.in_order(),
    )
    return with_adjacent(query, parser.chunk_tokens)


def _distinct(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(dict.fromkeys(nodes))


def _may_relax(node: Node) -> bool:
    """Whether a page need not match it when the query relaxes: words only, no quotes, exclusions, fields."""
    if isinstance(node, Word):
        return node.field is None
    if isinstance(node, Phrase):
        return not node.quoted and node.field is None
    return isinstance(node, And | Or) and all(map(_may_relax, node.nodes))


class _Scope(NamedTuple):
    """The scope of a node: its field, whether it is excluded, and how many groups enclose it."""

    field: str | None = None
    is_excluded: bool = False
    depth: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether it is neither that of a field nor excluded."""
        return self.field is None and not self.is_excluded


class _Alternatives:
    """The tokens of alternatives: the `first`, the `signs` between them, and the `end`; 0 before a second."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.signs: list[int] = []
        self.end = 0
        self.are_open = False

    def add_sign(self, place: int) -> None:
        """Another alternative follows."""
        self.signs.append(place)
        self.are_open = True

    def close(self, end: int) -> None:
        """The alternative that followed ends before token `end`."""
        self.end = end
        self.are_open = False


class _Parser:
    """A recursive descent over the lexer's tokens, no deeper than _MAX_DEPTH.

    Besides the nodes it collects the chunks of words: `chunks` (folded), their `spans` in the text, their
    `chunk_tokens`, and whether a question word is among them; and `readings`, what each part of the text was
    taken for. `typed` is the text before `ascii_signs`, which keeps offsets.
    """

    def __init__(self, text: str, segmenter: Segmenter, *, typed: str, facets: tuple[str, ...] = ()) -> None:
        self._text = text
        self._typed = typed
        self._tokens = lex(text, facets)
        self._facets = (*_FACET_FIELDS, *facets)
        self._next = 0  # index of the token to be read
        self._segmenter = segmenter
        self.chunks: list[str] = []
        self.spans: list[tuple[int, int]] = []
        self.has_question_word = False
        self.chunk_tokens: list[Sequence[QueryToken]] = []
        self._written: dict[Node, str] = {}
        self._signs = 0
        self.readings = Readings(typed, self._tokens, facets)
        for start, end in unread(text, self._tokens):
            self.readings.add("ignored", start, end)

    def parse(self) -> list[Node]:
        """All nodes; a closing parenthesis without an opening one is skipped."""
        nodes: list[Node] = []
        while self._kind() is not None:
            nodes += self._sequence(_Scope())
            if self._kind() is not None:
                self.readings.ignore(self._tokens[self._next])
            self._next += 1
        return nodes

    def literal_words(self) -> list[Node]:
        """All words of a text that consists of function words, operators or punctuation."""
        text = self._text
        words = query_tokens(text, self._segmenter)
        spans: list[tuple[Node, int, int]] = [(Word.of(word), word.start, word.end) for word in words]
        pattern = " ".join(fold_plain(text).split())
        if not spans and pattern:
            spans = [(Word(pattern, pattern, "han"), len(text) - len(text.lstrip()), len(text.rstrip()))]
        self.readings = Readings(self._typed, ())
        for _node, start, end in spans:
            self.readings.add("word", start, end)
        self.chunk_tokens = [words]
        return self._noted(spans, 0)

    def written(self, node: Node) -> str:
        """A node of words as it is written in the text."""
        if node in self._written:
            return self._written[node]
        if isinstance(node, And):
            return " ".join(map(self.written, node.nodes))
        return node.term if isinstance(node, Word) else ""

    def _kind(self) -> str | None:
        """The kind of the next token, None at the end."""
        return self._tokens[self._next].kind if self._next < len(self._tokens) else None

    def _sequence(self, scope: _Scope) -> list[Node]:
        """The nodes up to a closing parenthesis or the end; all must match."""
        nodes: list[Node] = []
        alternatives = _Alternatives(self._next)
        while (kind := self._kind()) not in (None, "close"):
            place = self._next
            if kind == "or":
                self._next += 1
                if nodes and self._kind() not in (None, "close"):
                    alternatives.add_sign(place)
                else:
                    self.readings.ignore(self._tokens[place])
                continue
            parsed = self._node(scope)
            if self._tokens[place].has_sign and scope.is_plain:
                parsed = self._with_text_as_typed(place, nodes, parsed)
            if alternatives.are_open and nodes and parsed:
                nodes[-1] = self._either(nodes[-1], conjunction(parsed))
                alternatives.close(self._next)
            elif parsed:
                self._read_alternatives(alternatives, scope)
                alternatives = _Alternatives(place)
                nodes += parsed
        self._read_alternatives(alternatives, scope)
        return nodes

    def _read_alternatives(self, alternatives: _Alternatives, scope: _Scope) -> None:
        if alternatives.end and scope.is_plain:
            self.readings.alternatives(alternatives.first, alternatives.end - 1, alternatives.signs)

    def _with_text_as_typed(self, place: int, nodes: list[Node], parsed: list[Node]) -> list[Node]:
        """The nodes of a chunk with a sign, after the text around it was added: to the last of `nodes`, if it
        is of the chunk before, else to the first of the chunk's own."""
        self._signs += 1
        texts = texts_as_typed(self._text, self._tokens, place) if self._signs <= _MAX_SIGNS else ()
        if not texts:
            return parsed
        if place and self._tokens[place - 1].kind == "chunk" and nodes and _may_relax(nodes[-1]):
            nodes[-1] = self._with_texts(nodes[-1], texts)
            return parsed
        return [self._with_texts(parsed[0], texts), *parsed[1:]] if parsed else parsed

    def _with_texts(self, node: Node, texts: Sequence[str]) -> Node:
        """A node with texts as typed as alternatives; it stays written as it was."""
        extended = with_texts(node, texts)
        self._written.setdefault(extended, self.written(node))
        return extended

    def _either(self, left: Node, right: Node) -> Node:
        either = or_also(left, (right,))
        self._written.setdefault(either, f"{self.written(left)} OR {self.written(right)}")
        return either

    def _node(self, scope: _Scope) -> list[Node]:
        """The next node as a list of nodes that must all match; empty if it has no clause."""
        place = self._next
        token = self._tokens[place]
        self._next += 1
        if token.kind == "not" and self._kind() is not None:
            return self._excluded(place, scope)
        if token.kind == "field" and self._kind() is not None:
            return self._field(place, scope)
        if token.kind == "open":
            return self._group(scope)
        if token.kind == "quoted":
            return self._quoted(place, scope)
        if scope.field in self._facets:
            return [FacetTerm(scope.field, facet_text(token.text))]
        return self._as_operand(self._words(token, scope))

    def _excluded(self, place: int, scope: _Scope) -> list[Node]:
        nodes = self._node(scope._replace(is_excluded=True))
        last = min(self._next, len(self._tokens)) - 1
        if not nodes:
            return []
        if scope.is_excluded:
            return [Not(conjunction(nodes))]
        if scope.is_plain:
            self.readings.exclusion(place, last)
        return [excluding(nodes, self._text, self._tokens, place, last)]

    def _field(self, place: int, scope: _Scope) -> list[Node]:
        nodes = self._node(scope._replace(field=self._tokens[place].text))
        last = min(self._next, len(self._tokens)) - 1
        if nodes and scope.is_plain:
            self.readings.filter(place, last)
        return nodes

    def _group(self, scope: _Scope) -> list[Node]:
        if scope.depth >= _MAX_DEPTH:
            return []
        nodes = self._sequence(scope._replace(depth=scope.depth + 1))
        if self._kind() is not None:
            self._next += 1  # the closing parenthesis
        return self._as_operand(nodes)

    def _as_operand(self, nodes: list[Node]) -> list[Node]:
        """Nodes that belong together as one node where an OR follows."""
        return [conjunction(nodes)] if len(nodes) > 1 and self._kind() == "or" else nodes

    def _quoted(self, place: int, scope: _Scope) -> list[Node]:
        token = self._tokens[place]
        pattern = " ".join(fold_plain(token.text).split())
        if not pattern:
            self.readings.ignore(token)
            return []
        if scope.is_plain:
            self.readings.phrase(token)
        if scope.field in self._facets:
            return [FacetTerm(scope.field, facet_text(token.text))]
        return [Phrase(pattern, scope.field)]

    def _words(self, token: Token, scope: _Scope) -> list[Node]:
        """The words of a chunk: with synonyms, and without function words where others are left."""
        if scope.is_excluded:  # what is excluded is what is written
            words = query_tokens(token.text, self._segmenter)
            return [Word.of(word, scope.field, whole=True) for word in words]
        chunk = token.text if scope.field else self._with_following(token)
        words = query_tokens(chunk, self._segmenter)
        content = [word for word in words if not word.is_function_word]
        if scope.field:
            content = content or words
        else:
            self.chunks.append(fold_plain(chunk))
            self.has_question_word = self.has_question_word or any(word.is_question_word for word in words)
            self.readings.words(words, token)
            self.chunk_tokens.append(words)
        spans = expand_words(chunk, words, content, scope.field, self._segmenter)
        return self._noted(spans, token.start)

    def _noted(self, spans: Iterable[tuple[Node, int, int]], offset: int) -> list[Node]:
        """The nodes of (node, start, end in a text that begins at `offset`), noted as they are written."""
        nodes = []
        for node, start, end in spans:
            self._written.setdefault(node, self._typed[offset + start : offset + end].strip())
            nodes.append(node)
        return nodes

    def _with_following(self, token: Token) -> str:
        """A chunk, with the next ones if the gap between them is neutral, or if together they have synonyms:
        `C 语言`, `machine learning`."""
        lexicon = self._segmenter.lexicon
        start, end, following = token.start, token.end, self._next
        for index in range(self._next, len(self._tokens)):
            candidate = self._tokens[index]
            if not _is_words(candidate) or not is_neutral_gap(self._tokens[index - 1].text, candidate.text):
                break
            end, following = candidate.end, index + 1
        for index in range(following, len(self._tokens) if lexicon.synonyms_of else 0):
            candidate = self._tokens[index]
            text = self._text[start : candidate.end]
            if not _is_words(candidate) or len(text) > 2 * lexicon.longest_synonym:
                break
            if " ".join(simplify_words(fold(text).text).split()) in lexicon.synonyms_of:
                end, following = candidate.end, index + 1
        self._next = following
        self.spans.append((start, end))
        return self._text[start:end]


def _is_words(token: Token) -> bool:
    return token.kind == "chunk" and not token.has_sign
