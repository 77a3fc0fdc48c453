"""Helpers for elements of a parsed page: their attributes, texts, and which of them lie in others."""

from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

_MAX_DEPTH = 100

Tree = LexborHTMLParser
Node = LexborNode


def attribute(node: Node, name: str) -> str:
    """The value of an attribute without blanks around it; "" if the element does not have it."""
    return (node.attributes.get(name) or "").strip()


def text_of(node: Node) -> str:
    """The text of an element on one line, shown or not."""
    return " ".join(node.text().split())


def language_named(tree: Tree) -> str:
    """The language that the root of a page names; "" if it does not."""
    return attribute(tree.root, "lang") or attribute(tree.root, "xml:lang") if tree.root else ""


def content_of(tree: Tree, *selectors: str) -> str:
    """The `content` of the first `meta` element that one of the selectors matches and that has any."""
    return next(contents_of(tree, *selectors), "")


def contents_of(tree: Tree, *selectors: str) -> Iterator[str]:
    """The contents of all such elements, those of the first selector first."""
    for selector in selectors:
        for node in tree.css(selector):
            if content := " ".join(attribute(node, "content").split()):
                yield content


def outermost(nodes: Iterable[Node]) -> list[Node]:
    """The elements that lie in none of the others, which come in the order of the document."""
    found: list[Node] = []
    known: set[int] = set()
    for node in nodes:
        if not any(above.mem_id in known for above in ancestors(node)):
            found.append(node)
        known.add(node.mem_id)
    return found


def ancestors(node: Node) -> Iterator[Node]:
    """The elements that an element lies in, the innermost first; of a page nested without sense the first
    hundred, so that the time stays linear."""
    above = node.parent
    for _ in range(_MAX_DEPTH):
        if above is None:
            return
        yield above
        above = above.parent


def element_before(node: Node) -> Node | None:
    """The element before another one in their parent; None if it is the first."""
    before = node.prev
    while before is not None and not before.is_element_node:
        before = before.prev
    return before


def length(node: Node) -> int:
    """The number of characters of an element's text that are not blanks."""
    return len("".join(node.text().split()))


def link_length(node: Node) -> int:
    """The number of such characters that lie in links to elsewhere."""
    return sum(map(length, node.css("a[href]:not([href^='#'])")))
