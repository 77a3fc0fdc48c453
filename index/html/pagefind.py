"""Pagefind's attributes: what a page says of itself for a search, to be understood as Pagefind does.

`data-pagefind-meta="image[src], author, date:2025-02-13"` takes an attribute, the text of the element, or what
is written. Source: https://pagefind.app/docs/metadata/, /docs/filtering/ and /docs/sorts/
"""

import re
from collections.abc import Iterator

from zhsearch.index.html.nodes import Node, Tree, ancestors, attribute, text_of

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


def _captures(node: Node, text: str) -> Iterator[tuple[str, str]]:
    """(name, value) of each capture in an attribute; a value that is written out is the last one."""
    while text:
        head, comma, rest = text.partition(",")
        key, colon, value = head.partition(":")
        if colon and "[" not in key:
            yield key.strip(), text.partition(":")[2].strip()
            return
        if found := _FROM_ATTRIBUTE.fullmatch(head):
            yield found[1], attribute(node, found[2])
        elif head.strip():
            yield head.strip(), text_of(node)
        text = rest if comma else ""
