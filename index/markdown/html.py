"""A reader of HTML: blocks of visible text, by the display rules of the HTML standard's style sheet.

One pattern is matched in one pass; it matches anything that begins like a tag, up to the end of the text if
the tag is not closed. The time is therefore linear in the text, which the standard library's parser does not
promise.
"""

import re
from html import unescape

from zhsearch.index.markdown.blocks import Block, one_line, with_alt_texts

_TAG_OR_COMMENT = re.compile(
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
_BLOCK_NAMES = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption
    figure footer form header hgroup hr html legend li listing main menu nav ol optgroup option p
    plaintext pre search section summary table tbody td tfoot th thead title tr ul xmp
"""
_HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}
_BLOCK_ELEMENTS = frozenset((*_BLOCK_NAMES.split(), *_HEADING_LEVELS))
_HIDDEN_ELEMENTS = frozenset(
    {"datalist", "iframe", "noembed", "noframes", "noscript", "object", "script", "style", "svg", "template"}
)
_START_OF_TAG = re.compile(r"<(/?)([a-z][^\s/>]*+)", re.IGNORECASE)


def html_blocks(html: str) -> list[Block]:
    """The visible text of HTML, split at block elements and at lines of `pre`; headings with their ids."""
    reader = _HtmlReader()
    end = 0
    for match in _TAG_OR_COMMENT.finditer(html):
        reader.text(html[end : match.start()])
        if name := match["name"]:
            reader.tag(name.lower(), match["rest"], is_end=bool(match["end"]))
        end = match.end()
    reader.text(html[end:])
    return reader.finish()


def inline_text(html: str) -> str:
    """The text that one inline tag shows in its line: a blank for a line break."""
    return " " if html[:3].lower() == "<br" else ""


def image_text(html: str) -> str:
    """The alternative text of one inline tag, "" if it is not that of an image."""
    return " ".join(block.text for block in html_blocks(html)) if html[:4].lower() == "<img" else ""


def hidden_depth_change(html: str) -> int:
    """1 for a tag that opens an element which is not shown, -1 for one that closes it, else 0."""
    tag = _START_OF_TAG.match(html)
    if tag is None or tag[2].lower() not in _HIDDEN_ELEMENTS or html.endswith("/>"):
        return 0
    return -1 if tag[1] else 1


class _HtmlReader:
    """Collects visible text into blocks, tag by tag."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._pieces: list[str] = []  # of the block that is being read
        self._alt_texts: list[str] = []  # of its images
        self._hidden_depth = 0  # how many elements that are not shown are open
        self._pre_depth = 0
        self._level = 0  # of the heading that is being read
        self._anchor = ""

    def text(self, text: str) -> None:
        if not self._hidden_depth:
            self._pieces.append(unescape(text))

    def tag(self, name: str, attributes: str, *, is_end: bool) -> None:
        change = -1 if is_end else 1
        if name in _HIDDEN_ELEMENTS and not attributes.endswith("/"):
            self._hidden_depth = max(0, self._hidden_depth + change)
        elif self._hidden_depth:
            return
        elif name in _BLOCK_ELEMENTS:
            self._end_block()
            self._level = 0 if is_end else _HEADING_LEVELS.get(name, 0)
            self._anchor = _attribute(_ID, attributes) if self._level else ""
            if name == "pre":
                self._pre_depth = max(0, self._pre_depth + change)
        elif name == "br":
            self._pieces.append("\n" if self._pre_depth else " ")
        elif name == "img":
            self._alt_texts.append(_attribute(_ALT, attributes))

    def finish(self) -> list[Block]:
        self._end_block()
        return [block for block in self._blocks if block.text]

    def _end_block(self) -> None:
        text = "".join(self._pieces)
        self._pieces.clear()
        if self._pre_depth:
            self._blocks += [Block(line, is_code=True) for line in map(one_line, text.split("\n")) if line]
        elif self._alt_texts:
            self._blocks += with_alt_texts(Block(one_line(text), self._level, self._anchor), self._alt_texts)
            self._alt_texts.clear()
        elif line := one_line(text):
            self._blocks.append(Block(line, self._level, self._anchor))


def _attribute(pattern: re.Pattern[str], attributes: str) -> str:
    """The value of an attribute, quoted or not; "" if the tag does not have it."""
    match = pattern.search(attributes)
    return unescape(next(filter(None, match.groups()), "")) if match else ""
