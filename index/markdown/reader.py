"""Extraction of the visible text of a post's body: blocks, one a line, with sections and code.

pulldown-cmark parses Markdown, and its events are shown as Hugo's goldmark shows them: footnotes at the end,
quotes and dashes by its typographer, heading ids as it makes them. Emphasis marks that CommonMark leaves
literal beside Han characters (`加快**。**虽然`) are dropped.
"""

import re
from itertools import chain, zip_longest
from typing import Any

from zhsearch.index.markdown.blocks import Block, ExtractedText, assemble, one_line, with_alt_texts
from zhsearch.index.markdown.events import LITERALS, markdown_events
from zhsearch.index.markdown.heading_ids import HeadingIds, HeadingText
from zhsearch.index.markdown.html import hidden_depth_change, html_blocks, image_text, inline_text
from zhsearch.index.markdown.options import MarkdownOptions
from zhsearch.index.markdown.placeholders import PLACEHOLDER, restore_placeholders
from zhsearch.index.markdown.shortcodes import without_shortcodes
from zhsearch.index.markdown.typographer import (
    OPAQUE,
    Typographer,
    without_single_tildes,
    without_stray_emphasis,
)

_INLINE = frozenset({"Emphasis", "Strong", "Strikethrough", "Link", "Image", "Superscript", "Subscript"})
_BLOCK_ATTRIBUTES = re.compile(
    rf"(?:\A|(?<=\n))[ ]*\{{[ ]*(?:[.#][\w-]|[\w:-]+=)[^{{}}\n{OPAQUE}]*\}}[ \t]*(?=\n|\Z)"
)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s,}]+)""")
_EXTRAS = {  # of goldmark, by Hugo's names; subscripts are read as single tildes are
    "mark": re.compile(r"(?<!=)==(?![\s=])(.+?)(?<![\s=])==(?!=)"),
    "insert": re.compile(r"(?<!\+)\+\+(?![\s+])(.+?)(?<![\s+])\+\+(?!\+)"),
    "superscript": re.compile(r"\^([^\s^]+)\^"),
}
EXTRAS = frozenset(_EXTRAS)
"""Goldmark's extras that change the text, by Hugo's names."""


def read_markdown(body: str, options: MarkdownOptions | None = None) -> ExtractedText:
    """The visible text of Markdown as a site renders it; without `options`, as one without configuration."""
    options = options or MarkdownOptions()
    reader = _EventReader(options)
    body = body.replace(OPAQUE, "\ufffd")
    text_blocks = reader.read(without_shortcodes(body, options.shortcodes))
    return assemble(map(_restored, text_blocks) if PLACEHOLDER in body else text_blocks)


def read_html(body: str) -> ExtractedText:
    """The visible text of a page written in HTML; its headings have the ids that its author wrote."""
    return assemble(html_blocks(without_shortcodes(body)))


def _restored(block: Block) -> Block:
    """The block with its placeholders replaced by what they hide.

    A heading with one has no id: Hugo makes that from an internal name of the shortcode.
    """
    if PLACEHOLDER not in block.text:
        return block
    return block._replace(text=one_line(restore_placeholders(block.text)), anchor="")


class _EventReader:
    """Collects the text of pulldown-cmark's events into blocks.

    The current block is a list of pieces. Code, HTML and marks are OPAQUE in it, so that the typographer sees
    that something is there; `_opaque` has the texts that are shown for them, in order.
    """

    def __init__(self, options: MarkdownOptions) -> None:
        self._options = options
        self._blocks: list[Block] = []
        self._footnotes: dict[str, list[Block]] = {}
        self._referenced: dict[str, None] = {}  # names of footnotes, in the order of reference
        self._target = self._blocks  # where blocks are added: to the page's, or to a footnote's
        self._pieces: list[str] = []
        self._opaque: list[str] = []
        self._alt_texts: list[str] = []  # of the block's images
        self._around_image: list[tuple[list[str], list[str]]] = []  # pieces and opaque outside of open images
        self._typographer = Typographer(options.signs) if options.signs else None
        self._ids = HeadingIds(options.id_type if options.auto_ids else None)
        self._heading: HeadingText | None = None  # inside a heading
        self._own_id = ""
        self._in_code = False
        self._in_term = False
        self._hidden_depth = 0  # of inline HTML that is not shown

    def read(self, body: str) -> list[Block]:
        """All blocks of a body; after those of the page the footnotes that the text refers to, as Hugo shows
        them."""
        for event in markdown_events(body, self._options):
            self._take(event)
        self._end_block()
        footnotes = (block for name in self._referenced for block in self._footnotes.get(name, ()))
        return [*self._blocks, *footnotes]

    def _take(self, event: Any) -> None:
        """Handle one event; the most frequent kinds come first."""
        if isinstance(event, str):
            self._take_break(event)
            return
        ((kind, value),) = event.items()
        if kind == "Text":
            if not self._hidden_depth:
                self._take_text(value)
        elif kind == "Start":
            self._take_tag(True, value)
        elif kind == "End":
            self._take_tag(False, value)
        else:
            self._take_other(kind, value)

    def _take_other(self, kind: str, value: Any) -> None:
        if kind == "InlineHtml":
            self._take_inline_html(value)
        elif kind == "FootnoteReference":
            self._referenced.setdefault(value)
            self._add_opaque("")
        elif self._hidden_depth:
            return
        elif kind == "Code":
            self._add_opaque(value)
            if self._heading:
                self._heading.code(value)
        elif kind == LITERALS:
            self._take_literals(*value)
        elif kind == "Html":
            self._pieces.append(value)

    def _take_text(self, text: str) -> None:
        self._pieces.append(text)
        if self._heading:
            self._heading.text(text)

    def _take_literals(self, text: str, literal: tuple[int, ...]) -> None:
        """Handle a text with characters, at these positions, that are neither emphasis nor typographic
        signs."""
        if self._in_code:
            self._take_text(text)
            return
        end = 0
        for position in literal:
            self._pieces.append(text[end:position])
            self._add_opaque(text[position])
            end = position + 1
        self._pieces.append(text[end:])
        if self._heading:
            self._heading.text(text, literal)

    def _take_inline_html(self, html: str) -> None:
        if self._options.html:
            self._hidden_depth = max(0, self._hidden_depth + hidden_depth_change(html))
            if not self._hidden_depth:
                self._alt_texts.append(image_text(html))
            self._add_opaque("" if self._hidden_depth else inline_text(html))
        else:
            self._add_opaque("")
        if self._heading:
            self._heading.text("")

    def _add_opaque(self, shown: str) -> None:
        self._pieces.append(OPAQUE)
        self._opaque.append(shown)

    def _take_break(self, event: str) -> None:
        if event == "SoftBreak" and self._in_term:
            self._end_block()  # each line is a term
        elif event == "SoftBreak":
            self._pieces.append("\n")
            if self._heading:
                self._heading.new_line()
        elif event == "HardBreak":
            self._pieces.append(" ")
        elif event == "Rule":
            self._end_block()

    def _take_tag(self, opens: bool, tag: Any) -> None:
        name, detail = (tag, None) if isinstance(tag, str) else next(iter(tag.items()))
        if name == "Paragraph":
            self._end_block()
            self._in_term = False
        elif name in _INLINE:
            self._take_inline_tag(opens, name, detail)
        elif name == "Heading":
            self._begin_heading(detail) if opens else self._end_heading(detail)
        elif name == "HtmlBlock" and not opens:
            if self._options.html:
                self._target += html_blocks("".join(self._pieces))
            self._clear()
        elif name == "CodeBlock":
            self._end_code() if self._in_code else self._end_block()
            self._in_code = opens
            if opens and self._options.code_attributes and isinstance(detail, dict):
                self._add_code_attributes(detail.get("Fenced", ""))
        else:
            self._end_block()
            self._in_term = opens and name == "DefinitionListTitle"
            if name == "FootnoteDefinition":
                self._target = self._footnotes.setdefault(str(detail), []) if opens else self._blocks

    def _add_code_attributes(self, info: str) -> None:
        """Add what the site's render hook shows of a fence's attributes, as in `yaml {filename="a.yaml"}`."""
        for name, value in _ATTRIBUTE.findall(info.partition("{")[2]):
            if name.lower() in self._options.code_attributes:
                self._target.append(Block(one_line(value.strip("\"'`"))))

    def _take_inline_tag(self, opens: bool, name: str, detail: Any) -> None:
        """Handle a mark of emphasis or a link: one OPAQUE per character of the mark, two for `**`."""
        if name == "Image":
            self._take_image(opens)
        self._add_opaque("")
        if name == "Strong":
            self._add_opaque("")
        if self._heading and opens:
            self._heading.open(is_autolink=isinstance(detail, dict) and detail["link_type"] == "Autolink")
        elif self._heading:
            self._heading.close()

    def _take_image(self, opens: bool) -> None:
        """Read an image's alternative text apart from the block that it is in."""
        if opens:
            self._around_image.append((self._pieces, self._opaque))
            self._pieces, self._opaque = [], []
        elif self._around_image:
            alt = self._shown_line()
            self._pieces, self._opaque = self._around_image.pop()
            self._alt_texts.append(alt)

    def _begin_heading(self, detail: Any) -> None:
        self._end_block()
        options = self._options
        self._heading = HeadingText(typeset=bool(options.signs), linked="linkify" not in options.off)
        self._own_id = detail["id"] or ""

    def _end_heading(self, detail: Any) -> None:
        if self._own_id:
            self._ids.reserve(self._own_id)
        elif self._heading and not self._heading.is_empty():
            self._own_id = self._ids.make(str(self._heading))
        self._add_block(int(detail[1]), self._own_id)
        self._heading = None
        self._clear()

    def _end_code(self) -> None:
        lines = map(one_line, "".join(self._pieces).split("\n"))
        self._target += [Block(line, is_code=True) for line in lines if line]
        self._clear()

    def _end_block(self) -> None:
        if self._pieces:
            self._add_block()
            self._clear()

    def _add_block(self, level: int = 0, anchor: str = "") -> None:
        block = Block(self._shown_line(), level, anchor)
        if self._alt_texts:
            self._target += with_alt_texts(block, self._alt_texts)
        elif block.text:
            self._target.append(block)

    def _clear(self) -> None:
        self._pieces.clear()
        self._opaque.clear()
        self._alt_texts.clear()
        self._around_image.clear()
        self._hidden_depth = 0

    def _shown_line(self) -> str:
        """The pieces of the block as readers see them, on one line."""
        line = "".join(self._pieces)
        if self._options.block_attributes and "{" in line:
            line = _BLOCK_ATTRIBUTES.sub("", line)
        if _may_be_typeset(line):
            if self._typographer:
                line = self._typographer.typeset(line)
            if "~" in line and "strikethrough" not in self._options.off:
                line = without_single_tildes(line)
            line = without_stray_emphasis(line)
        for name in self._options.extras:
            line = _EXTRAS[name].sub(r"\1", line)
        if self._opaque:
            line = _with_shown(line, self._opaque)
        return one_line(line)


def _may_be_typeset(line: str) -> bool:
    """Whether a line has anything that the typographer replaces, or a mark of emphasis; faster than
    one regular expression."""
    return (
        "'" in line
        or '"' in line
        or "--" in line
        or "..." in line
        or "~" in line
        or "**" in line
        or "<<" in line
        or ">>" in line
    )


def _with_shown(line: str, opaque: list[str]) -> str:
    """The line with each OPAQUE replaced by the text that is shown for it, in their order; by none where
    there are no more."""
    if not any(opaque):
        return line.replace(OPAQUE, "")
    parts = line.split(OPAQUE)
    return "".join(chain.from_iterable(zip_longest(parts, opaque[: len(parts) - 1], fillvalue="")))
