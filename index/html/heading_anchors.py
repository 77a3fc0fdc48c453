"""Anchors of headings: the ids by which a hit can link to its section.

Most generators write the id on the heading; Sphinx on the section around it, others on an empty anchor in the
heading or before it.
"""

from urllib.parse import unquote

from zhsearch.index.html.nodes import Node, ancestors, attribute, element_before, text_of

_HEADINGS = "h1, h2, h3, h4, h5, h6"


def set_anchors(root: Node) -> None:
    """Give each heading without an id the one that leads to it."""
    for heading in root.css(_HEADINGS):
        if not attribute(heading, "id") and (anchor := _anchor(heading)):
            heading.attrs["id"] = anchor


def _anchor(heading: Node) -> str:
    for inner in heading.css("[id], a[name]"):
        if name := _name(inner):
            return name
    for link in heading.css("a[href^='#']"):
        own = unquote(attribute(link, "href")[1:])
        if own and any(_name(above) == own for above in ancestors(heading)):
            return own
    before = element_before(heading)
    if before is not None and before.tag in ("a", "span", "div", "p") and not text_of(before):
        # An empty anchor of a section's other names stands before its heading, too.
        names = filter(None, map(_name, (before, *before.css("[id], a[name]"))))
        return _name_of_section(heading) or next(names, "")
    return _name_of_section(heading)


def _name_of_section(heading: Node) -> str:
    """The id of the section or division that begins with the heading."""
    parent = heading.parent
    if parent is None or parent.tag not in ("section", "div", "article", "hgroup"):
        return ""
    for child in parent.iter():
        if child.mem_id == heading.mem_id:
            return _name(parent)
        if text_of(child):
            break
    return ""


def _name(node: Node) -> str:
    return attribute(node, "id") or (attribute(node, "name") if node.tag == "a" else "")
