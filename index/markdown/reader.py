"""A post's body in, the text that a reader sees out: blocks on lines of their own, sections, code.

Markdown is read by pulldown-cmark's events, and shown as Hugo's goldmark shows it: footnotes at the end,
quotes and dashes by its typographer, heading ids as it makes them. Emphasis marks that CommonMark leaves
literal beside Han characters (`加快**。**虽然`) are dropped.
"""

import re
from collections.abc import Iterator
from typing import Any

import pyromark

from zhsearch.index.markdown.blocks import Block, ExtractedText, assemble, one_line
from zhsearch.index.markdown.heading_ids import HeadingIds, HeadingText
from zhsearch.index.markdown.html import html_blocks, inline_text, unseen_step
from zhsearch.index.markdown.options import MarkdownOptions
from zhsearch.index.markdown.placeholders import PLACEHOLDER, restore_placeholders
from zhsearch.index.markdown.shortcodes import without_shortcodes
from zhsearch.index.markdown.typographer import (
    OPAQUE,
    Typographer,
    without_single_tildes,
    without_stray_emphasis,
)

_NONE = pyromark.Options(0)
_EXTENSIONS = {
    "table": pyromark.Options.ENABLE_TABLES,
    "footnote": pyromark.Options.ENABLE_FOOTNOTES,
    "strikethrough": pyromark.Options.ENABLE_STRIKETHROUGH,
    "tasklist": pyromark.Options.ENABLE_TASKLISTS,
    "definitionlist": pyromark.Options.ENABLE_DEFINITION_LIST,
}
_INLINE = frozenset({"Emphasis", "Strong", "Strikethrough", "Link", "Image", "Superscript", "Subscript"})
_ESCAPED = re.compile(r"\\[*~'\"<>./:-]|&(?:quot|apos|#|[lr][ds]quo|ast|lt|gt)")
_ATTRIBUTES = re.compile(
    rf"(?:\A|(?<=\n))[ ]*\{{[ ]*(?:[.#][\w-]|[\w:-]+=)[^{{}}\n{OPAQUE}]*\}}[ \t]*(?=\n|\Z)"
)
_CHANGED = re.compile(r"\*\*|['\"~]|--|\.\.\.|<<|>>")


def read_markdown(body: str, markup: MarkdownOptions | None = None) -> ExtractedText:
    """The visible text of Markdown as a site shows it; without `markup`, as one that says nothing of it."""
    page = _EventReader(markup or MarkdownOptions(), is_covered=PLACEHOLDER in body)
    for event, literal in page.events(without_shortcodes(body.replace(OPAQUE, "\ufffd"))):
        page.take(event, literal)
    return page.finish()


def read_html(body: str) -> ExtractedText:
    """The visible text of a page written in HTML. The ids of its headings are those that its author wrote."""
    return assemble(html_blocks(without_shortcodes(body)))


def _uncovered(block: Block) -> Block:
    """The block as it is shown. Hugo makes the id of such a heading from the place of the shortcode."""
    is_covered = PLACEHOLDER in block.text
    return block._replace(text=one_line(restore_placeholders(block.text)), anchor="") if is_covered else block


class _EventReader:
    """Gathers pieces of text into blocks."""

    def __init__(self, markup: MarkdownOptions, *, is_covered: bool) -> None:
        self._markup = markup
        self._is_covered = is_covered
        self._blocks: list[Block] = []
        self._footnotes: dict[str, list[Block]] = {}
        self._referred: dict[str, None] = {}  # the footnotes in the order in which they are referred to
        self._here = self._blocks  # the list that blocks are added to: the page's, or a footnote's
        self._pieces: list[str] = []  # of the block that is read; code and the like is OPAQUE there …
        self._opaque: list[str] = []  # … and stands here
        self._typographer = Typographer(markup.signs) if markup.signs else None
        self._ids = HeadingIds(markup.id_type if markup.auto_ids else None)
        self._heading: HeadingText | None = None  # while inside one
        self._own_id = ""
        self._in_code = False
        self._in_term = False
        self._unseen = 0

    def events(self, body: str) -> Iterator[tuple[Any, tuple[int, ...]]]:
        """pulldown-cmark's events, and the places of a text that are to be taken literally."""
        flags = _NONE
        for name, option in _EXTENSIONS.items():
            if name not in self._markup.off:
                flags |= option
        if self._markup.own_ids:
            flags |= pyromark.Options.ENABLE_HEADING_ATTRIBUTES
        if not _ESCAPED.search(body):
            for event in pyromark.events(body, options=flags):
                yield event, ()
            return
        source = body.encode("utf-8", "surrogatepass")
        text = ""
        literal: list[int] = []
        for event, place in pyromark.events_with_range(body, options=flags):
            if isinstance(event, dict) and (value := str(event.get("Text", ""))):
                start = place["start"]
                escaped = source[start - 1 : start] == b"\\" and not value[0].isalnum()
                if escaped or source[start : start + 1] == b"&" != value[:1].encode():
                    literal.append(len(text))
                text += value
                continue
            if text:
                yield {"Text": text}, tuple(literal)
                text, literal = "", []
            yield event, ()

    def take(self, event: Any, literal: tuple[int, ...]) -> None:
        """One event of pulldown-cmark."""
        if isinstance(event, str):
            self._take_mark(event)
            return
        ((kind, value),) = event.items()
        if kind in ("Start", "End"):
            self._take_tag(kind == "Start", value)
        elif kind == "InlineHtml":
            self._take_inline_html(value)
        elif kind == "FootnoteReference":
            self._referred.setdefault(value)
            self._put("")
        elif self._unseen:
            return
        elif kind == "Text":
            self._take_text(value, () if self._in_code else literal)
        elif kind == "Code":
            self._put(value)
            if self._heading:
                self._heading.code(value)
        elif kind == "Html":
            self._pieces.append(value)

    def finish(self) -> ExtractedText:
        """What was read, footnotes that the text refers to behind it."""
        self._end_block()
        notes = (block for name in self._referred for block in self._footnotes.get(name, ()))
        blocks = [*self._blocks, *notes]
        if self._is_covered:
            blocks = [_uncovered(block) for block in blocks]
        return assemble(blocks)

    def _take_text(self, value: str, literal: tuple[int, ...]) -> None:
        at = 0
        for place in literal:
            self._pieces.append(value[at:place])
            self._put(value[place])
            at = place + 1
        self._pieces.append(value[at:])
        if self._heading:
            self._heading.text(value, literal)

    def _take_inline_html(self, html: str) -> None:
        if self._markup.html:
            self._unseen = max(0, self._unseen + unseen_step(html))
            self._put("" if self._unseen else inline_text(html))
        else:
            self._put("")
        if self._heading:
            self._heading.text("")

    def _put(self, text: str) -> None:
        self._pieces.append(OPAQUE)
        self._opaque.append(text)

    def _take_mark(self, event: str) -> None:
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
        name, detail = next(iter(tag.items())) if isinstance(tag, dict) else (tag, None)
        if name in _INLINE:
            self._put("")
            if name == "Strong":  # as many marks as are written
                self._put("")
            if self._heading and opens:
                self._heading.open(is_autolink=isinstance(detail, dict) and detail["link_type"] == "Autolink")
            elif self._heading:
                self._heading.close()
        elif name == "Heading":
            self._take_heading(opens, detail)
        elif name == "HtmlBlock" and not opens:
            if self._markup.html:
                self._here += html_blocks("".join(self._pieces))
            self._forget()
        elif name == "CodeBlock":
            self._end_code() if self._in_code else self._end_block()
            self._in_code = opens
        else:
            self._end_block()
            self._in_term = opens and name == "DefinitionListTitle"
            if name == "FootnoteDefinition":
                self._here = self._footnotes.setdefault(str(detail), []) if opens else self._blocks

    def _take_heading(self, opens: bool, detail: Any) -> None:
        if opens:
            self._end_block()
            markup = self._markup
            self._heading = HeadingText(typeset=bool(markup.signs), linked="linkify" not in markup.off)
            self._own_id = detail["id"] or ""
            return
        if self._own_id:
            self._ids.own(self._own_id)
        elif self._heading and not self._heading.is_empty():
            self._own_id = self._ids.make(str(self._heading))
        self._here.append(Block(self._line(), int(detail[1]), self._own_id))
        self._heading = None
        self._forget()

    def _end_code(self) -> None:
        lines = "".join(self._pieces).split("\n")
        self._here += (Block(one_line(line), is_code=True) for line in lines)
        self._forget()

    def _end_block(self) -> None:
        if self._pieces:
            self._here.append(Block(self._line()))
            self._forget()

    def _forget(self) -> None:
        self._pieces.clear()
        self._opaque.clear()
        self._unseen = 0

    def _line(self) -> str:
        """The pieces as they are shown."""
        line = "".join(self._pieces)
        if self._markup.block_attributes and "{" in line:
            line = _ATTRIBUTES.sub("", line)
        if _CHANGED.search(line):
            if self._typographer:
                line = self._typographer.typeset(line)
            if "~" in line and "strikethrough" not in self._markup.off:
                line = without_single_tildes(line)
            line = without_stray_emphasis(line)
        if self._opaque:
            opaque = iter(self._opaque)
            line = "".join(next(opaque, "") if sign == OPAQUE else sign for sign in line)
        return one_line(line)
