"""The nodes of a parsed query: a tree of frozen records that engines evaluate and snippets highlight."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhsearch.index.analysis import QueryToken


_MIN_BEGINNING = 3  # letters of a word that stands for all words that begin so


@dataclass(frozen=True, slots=True)
class Word:
    """A word, anywhere or in the title (`field`). See QueryToken for term, pattern and kind.

    `weight` is the factor of its score; below 1 for a writing that the query does not have itself. `whole`:
    of a Latin word, longer words that begin with it do not count, as for an exclusion.
    """

    term: str
    pattern: str
    kind: str
    field: str | None = None
    weight: float = 1.0
    whole: bool = False

    @classmethod
    def of(cls, token: "QueryToken", field: str | None = None, *, whole: bool = False) -> "Word":
        """The node of a token."""
        return cls(token.term, token.pattern, token.kind, field, whole=whole)

    @property
    def matches_beginnings(self) -> bool:
        """Whether it also matches longer words that begin with it: a Latin word of three letters or more."""
        text = self.term
        return (
            self.kind == "latin"
            and not self.whole
            and len(text) >= _MIN_BEGINNING
            and text.isascii()
            and not text.isdecimal()
        )


@dataclass(frozen=True, slots=True)
class Phrase:
    """An exact substring (folded) of one block of the visible text, or of the title (`field`).

    `bounded`: a letter or digit at its edge must not go on beyond it, see Pattern. `quoted`: the query has it
    in quotes; otherwise it is a word of several tokens, or another writing of one. `weight` as in Word.
    """

    pattern: str
    field: str | None = None
    bounded: bool = False
    quoted: bool = True
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class FacetTerm:
    """A value of the facet `field` (tag, category, or one of the site's own), folded for comparison."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """Pages that do not match the node."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """Pages that match every node."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Pages that match at least one node.

    A page has the scores of all of its nodes together; if they are `writings` of the first, that of the best
    one alone, so that a page with many of them is no better than one with the first.
    """

    nodes: tuple["Node", ...]
    writings: bool = False


Node = Word | Phrase | FacetTerm | Not | And | Or


def primary(node: Node) -> Node:
    """A node without the other writings and synonyms of its word: the first of its alternatives."""
    return primary(node.nodes[0]) if isinstance(node, Or) else node


def primary_leaves(node: Node) -> Iterator["Word | Phrase"]:
    """The words and phrases that a page must have, without other writings and synonyms."""
    node = primary(node)
    if isinstance(node, And):
        for part in node.nodes:
            yield from primary_leaves(part)
    elif isinstance(node, Word | Phrase):
        yield node


def or_writings(node: Node, others: Iterable[Node]) -> Node:
    """A node with other writings of it; itself where there are none."""
    own = node.nodes if isinstance(node, Or) and node.writings else (node,)
    nodes = tuple(dict.fromkeys((*own, *others)))
    return Or(nodes, writings=True) if len(nodes) > 1 else node


def or_also(node: Node, others: Iterable[Node]) -> Node:
    """A node with alternatives that add to its score; itself where there are none."""
    own = node.nodes if isinstance(node, Or) and not node.writings else (node,)
    nodes = tuple(dict.fromkeys((*own, *others)))
    return Or(nodes) if len(nodes) > 1 else node


def conjunction(nodes: list[Node]) -> Node:
    """A single node that requires all of the nodes, of which there is one or more."""
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))
