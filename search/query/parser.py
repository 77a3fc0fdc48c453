"""Request text in, a Query out: the query language, in which no text is an error.

Words must all match; `"…"` is an exact substring; `-x` excludes; `a OR b` takes either (it binds tighter than
the space between words); `title:`, `tag:`, `category:` name a field; parentheses group. What does not
parse is searched as words.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from zhsearch.index.analysis.folding import fold, fold_plain, simplify_words
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.analysis.tokenizer import query_tokens
from zhsearch.search.query.ast import And, FacetTerm, Node, Not, Or, Phrase, Word, conjunction
from zhsearch.search.query.synonyms import expand_synonyms

_DEEPEST = 20  # groups inside groups; deeper parentheses are read as spaces

# Chinese input methods type these; they mean the same. Same length, so nothing moves.
_SIGNS = str.maketrans(
    {"“": '"', "”": '"', "＂": '"', "（": "(", "）": ")", "：": ":", "－": "-", "\u3000": " "}
)
_UNSEEN = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
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


class ParsedQuery(NamedTuple):
    """What a text asks for: see Query."""

    should: tuple[Node, ...]
    must: tuple[Node, ...]
    question_text: str
    is_question_form: bool
    spans: tuple[tuple[int, int], ...]


def parse(text: str, segmenter: Segmenter) -> ParsedQuery:
    """What a query's text asks for. Never fails."""
    text = _UNSEEN.sub(" ", text).translate(_SIGNS)
    reader = _Reader(text, segmenter)
    nodes = reader.read()
    wanted = tuple(dict.fromkeys(node for node in nodes if _is_soft(node)))
    required = tuple(dict.fromkeys(node for node in nodes if not _is_soft(node)))
    if not nodes and text.strip():
        wanted = tuple(dict.fromkeys(_literally(text, segmenter)))
    asks = reader.asks or text.rstrip().endswith(("?", "？"))
    return ParsedQuery(wanted, required, "\n".join(reader.asked), asks, tuple(reader.spans))


def _literally(text: str, segmenter: Segmenter) -> Iterator[Node]:
    """A text of nothing but function words, operators or punctuation: that is what is looked for, then."""
    found = query_tokens(text, segmenter)
    for word in found:
        yield Word(word.term, word.pattern, word.kind)
    needle = " ".join(fold_plain(text).split())
    if not found and needle:
        yield Word(needle, needle, "han")


def _is_soft(node: Node) -> bool:
    """May a page do without it when the query relaxes? Words may; quotes, exclusions and fields never."""
    if isinstance(node, And | Or):
        return all(map(_is_soft, node.nodes))
    return isinstance(node, Word) and node.field is None


class _Reader:
    """One pass over the lexer's tokens; groups recurse no deeper than _DEEPEST."""

    def __init__(self, text: str, segmenter: Segmenter) -> None:
        self._tokens = list(_LEXER.finditer(text))
        self._at = 0
        self._segmenter = segmenter
        self._excluding = False
        self.asked: list[str] = []  # the words asked for, chunk by chunk
        self.spans: list[tuple[int, int]] = []  # where in the text
        self.asks = False

    def read(self) -> list[Node]:
        nodes: list[Node] = []
        while self._at < len(self._tokens):
            nodes += self._sequence(None, 0)
            self._at += 1  # a closing parenthesis without an opening one
        return nodes

    def _sequence(self, name: str | None, depth: int) -> list[Node]:
        """Nodes up to the closing parenthesis, all of which must match."""
        nodes: list[Node] = []
        either = False  # an OR stands before the next node
        while self._at < len(self._tokens) and self._tokens[self._at].lastgroup != "close":
            if self._tokens[self._at].lastgroup == "or":
                self._at += 1
                if nodes and self._at < len(self._tokens) and self._tokens[self._at].lastgroup != "close":
                    either = True
                continue
            found = self._node(name, depth)
            if either and nodes and found:
                nodes[-1] = _either(nodes[-1], conjunction(found))
            else:
                nodes += found
            either = either and not found
        return nodes

    def _node(self, name: str | None, depth: int) -> list[Node]:
        """The node at hand as a list of what must match; empty for what asks for nothing."""
        token = self._tokens[self._at]
        self._at += 1
        kind = token.lastgroup
        if kind == "not" and self._at < len(self._tokens):
            outside, self._excluding = self._excluding, True
            found = self._node(name, depth)
            self._excluding = outside
            return [Not(conjunction(found))] if found else []
        if kind == "field" and self._at < len(self._tokens):
            return self._node(token["field"][:-1], depth)
        if kind == "open":
            if depth >= _DEEPEST:
                return []
            found = self._sequence(name, depth + 1)
            self._at += 1  # the closing parenthesis, or the end
            return [conjunction(found)] if found and self._before_or() else found
        if kind == "quoted":
            return self._exact(token["quoted"], name)
        if name in ("tag", "category"):
            return [FacetTerm(name, fold_plain(token[0]))]
        return self._words(token, name)

    def _with_following(self, token: re.Match[str]) -> str:
        """A chunk, and those after it that are a synonym's words with it: `machine learning`."""
        text, lexicon = token[0], self._segmenter.lexicon
        start, end, after = token.start(), token.end(), self._at
        for at in range(self._at, len(self._tokens) if lexicon.synonyms_of else 0):
            following = self._tokens[at]
            longer = token.string[start : following.end()]
            if following.lastgroup != "chunk" or len(longer) > 2 * lexicon.longest_synonym:
                break
            if " ".join(simplify_words(fold(longer).text).split()) in lexicon.synonyms_of:
                text, end, after = longer, following.end(), at + 1
        self._at = after
        if not self._excluding:
            self.spans.append((start, end))
        return text

    def _before_or(self) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].lastgroup == "or"

    def _exact(self, text: str, name: str | None) -> list[Node]:
        needle = " ".join(fold_plain(text).split())
        if not needle:
            return []
        return [FacetTerm(name, needle)] if name in ("tag", "category") else [Phrase(needle, name)]

    def _words(self, token: re.Match[str], name: str | None) -> list[Node]:
        chunk = token[0] if name or self._excluding else self._with_following(token)
        found = query_tokens(chunk, self._segmenter)
        content = [word for word in found if not word.is_function_word]
        if self._excluding or (name and not content):
            content = found
        if not self._excluding and not name:
            self.asked.append(fold_plain(chunk))
            self.asks = self.asks or any(word.is_question_word for word in found)
        if self._excluding:  # what is excluded is what is written
            kept: list[Node] = [Word(word.term, word.pattern, word.kind, name) for word in content]
        else:
            kept = list(expand_synonyms(found, content, name, self._segmenter))
        return [conjunction(kept)] if len(kept) > 1 and self._before_or() else kept


def _either(left: Node, right: Node) -> Node:
    return Or((*(left.nodes if isinstance(left, Or) else (left,)), right))
