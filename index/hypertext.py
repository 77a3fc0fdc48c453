"""HTML in, the blocks of text that a reader sees out.

One pass of one pattern that matches whatever begins with a mark, to the end of the text where the mark is
not closed: the time is linear in the text, which the standard library's parser does not promise.
"""

import re
from html import unescape

_MARK = re.compile(
    r"""<!--.*?(?:-->|\Z)
      | <(?P<raw>script|style)\b.*?(?:</(?P=raw)\s*>|\Z)
      | <(?P<end>/?)(?P<name>[a-z][^\s/>]*+)
        (?P<rest>(?:=\s*+"[^"]*+(?:"|\Z)|=\s*+'[^']*+(?:'|\Z)|[^>])*+)(?:>|\Z)
      | <[!?/][^>]*+(?:>|\Z)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ALT = re.compile(r"""\salt\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE)
_BLOCKS = """
    address article aside blockquote br caption center dd details dialog dir div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol option p pre section summary table
    tbody td tfoot th thead title tr ul
"""
_BLOCK_ELEMENTS = frozenset(_BLOCKS.split())
_UNSEEN_ELEMENTS = frozenset({"template", "noscript", "iframe", "svg"})
_BREAK = "\f"


def html_blocks(html: str) -> list[str]:
    """The visible text, split at block elements and at lines of `pre`.

    Blocks may be empty and keep their white space.
    """
    pieces: list[str] = []
    unseen = preformatted = at = 0
    for mark in _MARK.finditer(html):
        if not unseen:
            text = unescape(html[at : mark.start()])
            pieces.append(text.replace("\n", _BREAK) if preformatted else text)
        at = mark.end()
        name = (mark["name"] or "").lower()
        step = -1 if mark["end"] else 1
        if name in _UNSEEN_ELEMENTS and not mark["rest"].endswith("/"):
            unseen = max(0, unseen + step)
        elif unseen:
            continue
        elif name in _BLOCK_ELEMENTS:
            pieces.append(_BREAK)
            if name == "pre":
                preformatted = max(0, preformatted + step)
        elif name == "img" and (alt := _ALT.search(mark["rest"])):
            pieces.append(unescape(next(filter(None, alt.groups()), "")))
    if not unseen:
        pieces.append(unescape(html[at:]))
    return "".join(pieces).split(_BREAK)
