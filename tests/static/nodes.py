"""What tests give to the scripts beside a query's text: nodes, and a segmenter that notes what it was asked."""

from dataclasses import fields
from typing import Any

from zhsearch.index.analysis import Segmenter
from zhsearch.search.query.ast import And, FacetTerm, Node, Not, Or, Word


def node_json(node: Node) -> dict[str, Any]:
    """A node as the scripts have it."""
    if isinstance(node, FacetTerm):
        return {"type": "facet", "field": node.field, "value": node.value}
    if isinstance(node, Not):
        return {"type": "not", "node": node_json(node.node)}
    if isinstance(node, And):
        return {"type": "and", "nodes": list(map(node_json, node.nodes))}
    if isinstance(node, Or):
        return {"type": "or", "nodes": list(map(node_json, node.nodes)), "writings": node.writings}
    return {
        "type": "word" if isinstance(node, Word) else "phrase",
        **{field.name: getattr(node, field.name) for field in fields(node)},
    }


class RecordedSegmenter:
    """A segmenter, and as tables the words of all runs that it was asked for."""

    def __init__(self, own: Segmenter) -> None:
        self.cuts: dict[str, list[str]] = {}
        self.searches: dict[str, list[tuple[str, int, int]]] = {}
        self._own = own
        self.segmenter = Segmenter(self._cut, self._search, own.is_word, own.frequency, own.lexicon)

    def _cut(self, run: str) -> list[str]:
        return self.cuts.setdefault(run, list(self._own.cut(run)))

    def _search(self, run: str) -> list[tuple[str, int, int]]:
        return self.searches.setdefault(run, list(self._own.search(run)))
