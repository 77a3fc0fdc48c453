"""What a query is made of: a tree of records, which matching evaluates and marking shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A word, anywhere or in the title. See `index.analysis.Word` for term, needle and kind."""

    term: str
    needle: str
    kind: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """An exact substring (folded) of a block of the visible text, or of the title."""

    needle: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A tag or category (`field`), compared folded."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """Pages that do not match."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class All:
    """Pages that match every node."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Pages that match a node or more."""

    nodes: tuple["Node", ...]


Node = Word | Phrase | Label | Not | All | Any


def one(nodes: list[Node]) -> Node:
    """Several nodes that must all match as one."""
    return nodes[0] if len(nodes) == 1 else All(tuple(nodes))
