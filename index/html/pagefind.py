"""Pagefind's attributes: what a page says of itself for a search, to be understood as Pagefind does.

`data-pagefind-meta="image[src], author, date:2025-02-13"` takes an attribute, the text of the element, or
what is written. Source: https://pagefind.app/docs/metadata/, /docs/filtering/, /docs/sorts/, /docs/weighting/
"""

import re
from collections.abc import Iterator

from zhsearch.index.html.nodes import Node, Tree, ancestors, attribute, length, text_of
from zhsearch.index.markdown import html_blocks

_MAX_WEIGHT = 8.0
_LARGE = 0.5  # of the content: a weight of so much changes nothing
_FROM_ATTRIBUTE = re.compile(r"\s*([^\[\]]+?)\s*\[\s*([\w:-]+)\s*\]\s*")


def pagefind_values(tree: Tree, kind: str) -> dict[str, list[str]]:
    """The values of `data-pagefind-meta`, `-filter` or `-sort` on a page by name, in their order."""
    name = f"data-pagefind-{kind}"
    values: dict[str, list[str]] = {}
    for node in tree.css(f"[{name}]"):
        if any(attribute(above, "data-pagefind-ignore") == "all" for above in (node, *ancestors(node))):
            continue
        for key, value in _captures(node, attribute(node, name)):
            if value and value not in values.setdefault(key, []):
                values[key].append(value)
    return {key: found for key, found in values.items() if found}


def take_weighted(content: Node) -> dict[str, float]:
    """Remove the parts of a content that have a weight of their own, and return their texts with the weight
    of an occurrence: the square of `data-pagefind-weight`, in halves. Headings keep their place."""
    lines: dict[str, float] = {}
    size = length(content)
    for node in content.css("[data-pagefind-weight]"):
        weight = _weight(attribute(node, "data-pagefind-weight"))
        if weight != 1.0 and length(node) < _LARGE * size and not node.css_matches("h1, h2, h3, h4, h5, h6"):
            lines |= {block.text: weight for block in html_blocks(node.html or "")}
            node.decompose()
    return lines


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 1.0
    return min(max(round(2 * weight * weight) / 2, 0.5), _MAX_WEIGHT) if 0 <= weight <= 10 else 1.0


def _captures(node: Node, text: str) -> Iterator[tuple[str, str]]:
    """(name, value) of each capture in an attribute; a value that is written out is the last one."""
    while text:
        head, comma, rest = text.partition(",")
        key, colon, _ = head.partition(":")
        if colon and "[" not in key:
            yield key.strip(), text.partition(":")[2].strip()
            return
        if found := _FROM_ATTRIBUTE.fullmatch(head):
            yield found[1], attribute(node, found[2])
        elif head.strip():
            yield head.strip(), text_of(node)
        text = rest if comma else ""
