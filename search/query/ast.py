"""What a query is made of: a tree of records, which matching evaluates and marking shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A word, anywhere or in the title. See `index.analysis.Word` for term, needle and kind."""

    term: str
    pattern: str
    kind: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """An exact substring (folded) of a block of the visible text, or of the title."""

    pattern: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class FacetTerm:
    """A tag or category (`field`), compared folded."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """Pages that do not match."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """Pages that match every node."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Pages that match a node or more."""

    nodes: tuple["Node", ...]


Node = Word | Phrase | FacetTerm | Not | And | Or


def conjunction(nodes: list[Node]) -> Node:
    """Several nodes that must all match as one."""
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))
