"""The content of a page: the element that holds its text, and the blocks of text in it.

A page that marks its content says best where it is. Others have a `main` or an `article`, and mostly an
element in it whose class or property says that it is the body of a post. Where nothing does, the content is
the innermost element with nearly all text that is not in links.
"""

import re
from collections.abc import Iterable

from zhsearch.index.html.heading_anchors import set_anchors
from zhsearch.index.html.nodes import Node, Tree, ancestors, attribute, length, link_length, outermost
from zhsearch.index.html.unwanted import remove_unwanted
from zhsearch.index.markdown import Block, html_blocks

MARKS = ("data-zhsearch-body", "data-pagefind-body")
_MARK_BYTES = tuple(mark.encode() for mark in MARKS)
_MARKED = re.compile(rb"<[a-zA-Z][^<>]*\s(?:" + b"|".join(_MARK_BYTES) + rb")[\s=/>]")
_BODIES = ", ".join(
    (
        "[itemprop~=articleBody], .e-content, .vp-doc, .theme-doc-markdown, .theme-default-content",
        "[vp-content]",
        ".sl-markdown-content, .markdown-body, .markdown, .post-content, .entry-content, .article-content",
        ".article-entry, .article-body, .post-body, .entry-body, .post__content, .post__body, .post-text",
        ".single-content, .blog-content, .td-content, .book-article, .prose, .rst-content .document",
    )
)
_MAX_DEPTH = 100
_SMALL = 0.4  # of the text: an element with less is not the body of the page
_NEARLY_ALL = 0.8  # of the text that is not in links
_HEADINGS = "h2, h3, h4"
_SECTIONS = frozenset({"section", "article"})
_PARTS = frozenset({"div", "section", "article", "main", "center", "table", "tbody", "tr", "td"})


def is_marked(data: bytes) -> bool:
    """Whether a page marks its content. Only tags count, not code that is shown."""
    return any(mark in data for mark in _MARK_BYTES) and _MARKED.search(data) is not None


def marked_contents(tree: Tree) -> list[Node]:
    """The elements that the page marks as its content."""
    for mark in MARKS:
        if marked := outermost(tree.css(f"[{mark}]")):
            return marked
    return []


def find_scope(tree: Tree) -> Node | None:
    """The part of a page that is about its content: its only `main`, its only `article`, or all of it."""
    for selector in ("main, [role=main]", "article, [role=article]"):
        found = outermost(tree.css(selector))
        if len(found) == 1:
            return found[0]
    return tree.body


def find_content(tree: Tree, scope: Node | None) -> list[Node]:
    """The elements whose text is the content of the page."""
    if marked := marked_contents(tree):
        return marked
    if scope is None:
        return []
    for selector in (_BODIES, "article, [role=article]"):
        bodies = outermost(scope.css(selector))
        if len(bodies) == 1 and length(bodies[0]) >= _SMALL * _dense_length(scope):
            return bodies
    return [_densest(scope) if scope.tag == "body" else scope]


def _densest(node: Node) -> Node:
    """The innermost element that has nearly all text of a page outside of links.

    One long section is not the content of a page that has others beside it. Of a page nested without sense
    the first hundred elements are looked at, so that the time stays linear.
    """
    size = _dense_length(node)
    for _ in range(_MAX_DEPTH):
        parts = [child for child in node.iter() if child.tag in _PARTS]
        inner = next((child for child in parts if _dense_length(child) >= _NEARLY_ALL * size > 0), None)
        if inner is None or any(_is_alike(child, inner) and _dense_length(child) for child in parts):
            return node
        node = inner
    return node


def _is_alike(part: Node, inner: Node) -> bool:
    """Whether another element is of the same kind: one of several sections with headings."""
    if part.mem_id == inner.mem_id or part.tag != inner.tag:
        return False
    if not (part.css_first(_HEADINGS) and inner.css_first(_HEADINGS)):
        return False
    classes = attribute(part, "class")
    return classes == attribute(inner, "class") and (bool(classes) or part.tag in _SECTIONS)


def _dense_length(node: Node) -> int:
    hidden = sum(length(part) for part in node.css("script, style, template, noscript, nav, header, footer"))
    return length(node) - link_length(node) - hidden


def clean_contents(contents: Iterable[Node]) -> None:
    """Remove from contents what is no text of theirs, and give their headings anchors; changes the tree."""
    for content in contents:
        remove_unwanted(content)
        set_anchors(content)


def content_blocks(contents: Iterable[Node]) -> list[Block]:
    """The visible text of cleaned contents, block by block."""
    return [block for content in contents for block in html_blocks(content.html or "")]


def is_inside(node: Node, contents: Iterable[Node]) -> bool:
    """Whether an element lies in one of the contents."""
    known = {content.mem_id for content in contents}
    return any(above.mem_id in known for above in (node, *ancestors(node)))
