"""The parser of the query language, in which every text is valid.

Words must all match; `"…"` is an exact substring; `-x` excludes; `a OR b` takes either (it binds tighter than
the space between words); `title:`, `tag:`, `category:` name a field; parentheses group. What does not
parse is searched as words.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from zhsearch.index.analysis import Segmenter, fold, fold_plain, query_tokens, simplify_words
from zhsearch.search.query.ast import And, FacetTerm, Node, Not, Or, Phrase, Word, conjunction
from zhsearch.search.query.gaps import is_neutral_gap
from zhsearch.search.query.model import Query
from zhsearch.search.query.synonyms import expand_words

_MAX_DEPTH = 20  # of groups; deeper parentheses are ignored
_FACET_FIELDS = ("tag", "category")

# Chinese input methods type these; they mean the same as ASCII. One character each, so offsets stay.
_ASCII_SIGNS = str.maketrans(
    {"“": '"', "”": '"', "＂": '"', "（": "(", "）": ")", "：": ":", "－": "-", "\u3000": " "}
)
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_LEXER = re.compile(
    r"""(?P<not>(?<![^\s(])-(?=[^\s)-]))
      | (?P<field>(?:title|tag|category):(?=[^\s)]))
      | "(?P<quoted>[^"]*)"
      | (?P<open>\()
      | (?P<close>\))
      | (?P<or>(?<!\S)OR(?!\S))
      | (?P<chunk>(?:(?!(?:title|tag|category):[^\s)])[^\s()"])(?:[^\s()"])*)
    """,
    re.VERBOSE,
)


def parse(text: str, segmenter: Segmenter) -> Query:
    """Parse a query text. Filters, sort and page have their defaults. Raises nothing."""
    ascii_text = _CONTROL.sub(" ", text).translate(_ASCII_SIGNS)
    parser = _Parser(ascii_text, segmenter, source=text)
    nodes = parser.parse()
    should = _distinct(node for node in nodes if _may_relax(node))
    if not nodes and ascii_text.strip():
        should = _distinct(parser.literal_words())
    return Query(
        text,
        should=should,
        must=_distinct(node for node in nodes if not _may_relax(node)),
        should_texts=tuple(parser.written(node) for node in should),
        question_text="\n".join(parser.chunks),
        is_question_form=parser.has_question_word or ascii_text.rstrip().endswith(("?", "？")),
        spans=tuple(parser.spans),
    )


def _distinct(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(dict.fromkeys(nodes))


def _may_relax(node: Node) -> bool:
    """Whether a page need not match it when the query relaxes: words only, no quotes, exclusions, fields."""
    if isinstance(node, And | Or):
        return all(map(_may_relax, node.nodes))
    if isinstance(node, Phrase):
        return not node.quoted and node.field is None
    return isinstance(node, Word) and node.field is None


class _Scope(NamedTuple):
    """The scope of a node: its field, whether it is excluded, and how many groups enclose it."""

    field: str | None = None
    is_excluded: bool = False
    depth: int = 0


class _Parser:
    """A recursive descent over the lexer's tokens, no deeper than _MAX_DEPTH.

    Besides the nodes it collects the chunks of words: `chunks` (folded), their `spans` in the text, and
    whether a question word is among them. `source` is the text as typed, with the same offsets.
    """

    def __init__(self, text: str, segmenter: Segmenter, *, source: str) -> None:
        self._text = text
        self._source = source
        self._tokens = list(_LEXER.finditer(text))
        self._next = 0  # index of the token to be read
        self._segmenter = segmenter
        self.chunks: list[str] = []
        self.spans: list[tuple[int, int]] = []
        self.has_question_word = False
        self._written: dict[Node, str] = {}

    def parse(self) -> list[Node]:
        """All nodes; a closing parenthesis without an opening one is skipped."""
        nodes: list[Node] = []
        while self._kind() is not None:
            nodes += self._sequence(_Scope())
            self._next += 1
        return nodes

    def literal_words(self) -> list[Node]:
        """All words of a text that consists of function words, operators or punctuation."""
        words = query_tokens(self._text, self._segmenter)
        spans: list[tuple[Node, int, int]] = [(Word.of(word), word.start, word.end) for word in words]
        pattern = " ".join(fold_plain(self._text).split())
        if not spans and pattern:
            spans = [(Word(pattern, pattern, "han"), 0, len(self._text))]
        return self._noted(spans, 0)

    def written(self, node: Node) -> str:
        """A node of words as it is written in the text."""
        if node in self._written:
            return self._written[node]
        if isinstance(node, And | Or):
            return (" " if isinstance(node, And) else " OR ").join(map(self.written, node.nodes))
        return node.term if isinstance(node, Word) else ""

    def _kind(self) -> str | None:
        """The kind of the next token, None at the end."""
        return self._tokens[self._next].lastgroup if self._next < len(self._tokens) else None

    def _sequence(self, scope: _Scope) -> list[Node]:
        """The nodes up to a closing parenthesis or the end; all must match."""
        nodes: list[Node] = []
        is_alternative = False  # an OR precedes the next node
        while (kind := self._kind()) not in (None, "close"):
            if kind == "or":
                self._next += 1
                is_alternative = is_alternative or (bool(nodes) and self._kind() not in (None, "close"))
                continue
            parsed = self._node(scope)
            if is_alternative and nodes and parsed:
                nodes[-1] = _either(nodes[-1], conjunction(parsed))
            else:
                nodes += parsed
            is_alternative = is_alternative and not parsed
        return nodes

    def _node(self, scope: _Scope) -> list[Node]:
        """The next node as a list of nodes that must all match; empty if it has no clause."""
        token = self._tokens[self._next]
        self._next += 1
        kind = token.lastgroup
        if kind == "not" and self._kind() is not None:
            nodes = self._node(scope._replace(is_excluded=True))
            return [Not(conjunction(nodes))] if nodes else []
        if kind == "field" and self._kind() is not None:
            return self._node(scope._replace(field=token["field"][:-1]))
        if kind == "open":
            return self._group(scope)
        if kind == "quoted":
            return self._quoted(token["quoted"], scope.field)
        if scope.field in _FACET_FIELDS:
            return [FacetTerm(scope.field, fold_plain(token[0]))]
        return self._as_operand(self._words(token, scope))

    def _group(self, scope: _Scope) -> list[Node]:
        if scope.depth >= _MAX_DEPTH:
            return []
        nodes = self._sequence(scope._replace(depth=scope.depth + 1))
        self._next += 1  # the closing parenthesis, or the end
        return self._as_operand(nodes)

    def _as_operand(self, nodes: list[Node]) -> list[Node]:
        """Nodes that belong together as one node where an OR follows."""
        return [conjunction(nodes)] if len(nodes) > 1 and self._kind() == "or" else nodes

    def _quoted(self, text: str, field: str | None) -> list[Node]:
        pattern = " ".join(fold_plain(text).split())
        if not pattern:
            return []
        return [FacetTerm(field, pattern)] if field in _FACET_FIELDS else [Phrase(pattern, field)]

    def _words(self, token: re.Match[str], scope: _Scope) -> list[Node]:
        """The words of a chunk: with synonyms, and without function words where others are left."""
        if scope.is_excluded:  # what is excluded is what is written
            words = query_tokens(token[0], self._segmenter)
            return [Word.of(word, scope.field, whole=True) for word in words]
        chunk = token[0] if scope.field else self._with_following(token)
        words = query_tokens(chunk, self._segmenter)
        content = [word for word in words if not word.is_function_word]
        if scope.field:
            content = content or words
        else:
            self.chunks.append(fold_plain(chunk))
            self.has_question_word = self.has_question_word or any(word.is_question_word for word in words)
        spans = expand_words(chunk, words, content, scope.field, self._segmenter)
        return self._noted(spans, token.start())

    def _noted(self, spans: Iterable[tuple[Node, int, int]], offset: int) -> list[Node]:
        """The nodes of (node, start, end in a text that begins at `offset`), noted as they are written."""
        nodes = []
        for node, start, end in spans:
            self._written.setdefault(node, self._source[offset + start : offset + end].strip())
            nodes.append(node)
        return nodes

    def _with_following(self, token: re.Match[str]) -> str:
        """A chunk, with the next ones if the gap between them is neutral, or if together they have synonyms:
        `C 语言`, `machine learning`."""
        lexicon = self._segmenter.lexicon
        start, end, following = token.start(), token.end(), self._next
        for index in range(self._next, len(self._tokens)):
            candidate = self._tokens[index]
            if candidate.lastgroup != "chunk" or not is_neutral_gap(self._tokens[index - 1][0], candidate[0]):
                break
            end, following = candidate.end(), index + 1
        for index in range(following, len(self._tokens) if lexicon.synonyms_of else 0):
            candidate = self._tokens[index]
            text = token.string[start : candidate.end()]
            if candidate.lastgroup != "chunk" or len(text) > 2 * lexicon.longest_synonym:
                break
            if " ".join(simplify_words(fold(text).text).split()) in lexicon.synonyms_of:
                end, following = candidate.end(), index + 1
        self._next = following
        self.spans.append((start, end))
        return token.string[start:end]


def _either(left: Node, right: Node) -> Node:
    return Or((*(left.nodes if isinstance(left, Or) else (left,)), right))
