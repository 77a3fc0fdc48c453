"""HTML in, the blocks of text that a reader sees out.

One pass of one pattern that matches whatever begins with a mark, to the end of the text where the mark is
not closed: the time is linear in the text, which the standard library's parser does not promise.
"""

import re
from collections.abc import Iterator
from html import unescape

from zhsearch.index.markdown.blocks import Block, one_line

_MARK = re.compile(
    r"""<!--.*?(?:-->|\Z)
      | <(?P<raw>script|style)\b.*?(?:</(?P=raw)\s*>|\Z)
      | <(?P<end>/?)(?P<name>[a-z][^\s/>]*+)
        (?P<rest>(?:=\s*+"[^"]*+(?:"|\Z)|=\s*+'[^']*+(?:'|\Z)|[^>])*+)(?:>|\Z)
      | <[!?/][^>]*+(?:>|\Z)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ALT, _ID = (
    re.compile(rf"""\s{name}\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE)
    for name in ("alt", "id")
)
_BLOCKS = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption
    figure footer form header hgroup hr html legend li listing main menu nav ol optgroup option p
    plaintext pre search section summary table tbody td tfoot th thead title tr ul xmp
"""
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCK_ELEMENTS = frozenset((*_BLOCKS.split(), *_HEADINGS))
UNSEEN = frozenset(
    {"datalist", "iframe", "noembed", "noframes", "noscript", "object", "script", "style", "svg", "template"}
)
"""Elements whose text no reader sees."""
_TAG = re.compile(r"<(/?)([a-z][^\s/>]*+)", re.IGNORECASE)


def html_blocks(html: str) -> list[Block]:
    """The visible text, split at block elements and at lines of `pre`; headings with the ids they have."""
    return [block for block in _blocks(html) if block.text]


def inline_text(html: str) -> str:
    """What one tag within a line shows: an image's alternative text, a line break."""
    return " ".join(block.text for block in html_blocks(html)) or (" " if html[:3].lower() == "<br" else "")


def unseen_step(html: str) -> int:
    """1 for a tag that opens what no reader sees, -1 for one that closes it, else 0."""
    tag = _TAG.match(html)
    if tag is None or tag[2].lower() not in UNSEEN or html.endswith("/>"):
        return 0
    return -1 if tag[1] else 1


def _blocks(html: str) -> Iterator[Block]:
    pieces: list[str] = []
    unseen = preformatted = at = 0
    heading, anchor = 0, ""
    for mark in _MARK.finditer(html):
        if not unseen:
            pieces.append(unescape(html[at : mark.start()]))
        at = mark.end()
        name = (mark["name"] or "").lower()
        step = -1 if mark["end"] else 1
        if name in UNSEEN and not mark["rest"].endswith("/"):
            unseen = max(0, unseen + step)
        elif unseen:
            continue
        elif name in _BLOCK_ELEMENTS:
            yield from _block(pieces, heading, anchor, preformatted > 0)
            heading = _HEADINGS.get(name, 0) if step > 0 else 0
            anchor = _value(_ID, mark["rest"]) if heading else ""
            if name == "pre":
                preformatted = max(0, preformatted + step)
        elif name == "br":
            pieces.append("\n" if preformatted else " ")
        elif name == "img":
            pieces.append(_value(_ALT, mark["rest"]))
    if not unseen:
        pieces.append(unescape(html[at:]))
    yield from _block(pieces, heading, anchor, preformatted > 0)


def _block(pieces: list[str], level: int, anchor: str, preformatted: bool) -> Iterator[Block]:
    """What was gathered; of what is preformatted each line."""
    text = "".join(pieces)
    pieces.clear()
    if not preformatted:
        yield Block(one_line(text), level, anchor)
        return
    for line in text.split("\n"):
        yield Block(one_line(line), is_code=True)


def _value(attribute: re.Pattern[str], rest: str) -> str:
    found = attribute.search(rest)
    return unescape(next(filter(None, found.groups()), "")) if found else ""
