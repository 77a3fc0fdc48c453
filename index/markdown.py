"""A post's body in, the text that a reader sees out: blocks on lines of their own, and their sections.

Markdown is read by pulldown-cmark's events; heading anchors are made the way Hugo makes them (`autoIDType`
github). Emphasis marks that CommonMark leaves literal beside Han characters (`加快**。**虽然`) are dropped:
the author meant emphasis, and no reader searches for asterisks.
"""

import re
from typing import Any

import pyromark

from index.headings import HeadingIds, HeadingText
from index.hypertext import html_blocks
from index.records import Section

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_HEADING_ATTRIBUTES
    | pyromark.Options.ENABLE_DEFINITION_LIST
)
_INLINE = frozenset({"Emphasis", "Strong", "Strikethrough", "Link", "Image", "Superscript", "Subscript"})
_SHORTCODE = re.compile(
    r"\{\{(?P<open>[<%])(?P<escaped>/\*)?(?P<inner>(?:(?!\{\{).)*?)(?:\*/)?[>%]\}\}", re.DOTALL
)
_SPOKEN = re.compile(r'\b(?:caption|alt|title|attr)\s*=\s*("(?:[^"\\]|\\.)*"|`[^`]*`)')
_STRAY_EMPHASIS = re.compile(r"(?<!\*)\*{2,4}(?!\*)")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U000323af"
_WIDE_BREAK = re.compile(rf"(?<=[{_WIDE}])\n(?=[{_WIDE}])")


def read_markdown(body: str) -> tuple[str, tuple[Section, ...]]:
    """The visible text of Markdown and its sections; see `records.Document` for their shape."""
    page = _Page()
    for event in pyromark.events(_without_shortcodes(body), options=_OPTIONS):
        page.take(event)
    return page.finish()


def read_html(body: str) -> tuple[str, tuple[Section, ...]]:
    """The visible text of a page written in HTML. It has no sections: its anchors are its author's."""
    page = _Page()
    page.blocks_of_html(_without_shortcodes(body))
    return page.finish()


def _without_shortcodes(body: str) -> str:
    """Shortcodes' tags gone, what they enclose kept; captions and alternative texts are read out."""
    if "{{" not in body:
        return body

    def spoken(match: re.Match[str]) -> str:
        if match["escaped"]:
            closing = ">" if match["open"] == "<" else "%"
            return "{{" + match["open"] + match["inner"] + closing + "}}"
        return " ".join(value[1:-1] for value in _SPOKEN.findall(match["inner"]))

    return _SHORTCODE.sub(spoken, body)


class _Page:
    """Gathers pieces of text into blocks, and blocks into sections."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._length = 0  # of the text so far, separators included
        self._pieces: list[str] = []
        self._headings: list[tuple[str, str, int, int]] = []  # title, anchor, level, start
        self._ids = HeadingIds()
        self._heading: HeadingText | None = None  # while inside one
        self._own_id = ""
        self._in_code = False

    def take(self, event: Any) -> None:
        """One event of pulldown-cmark."""
        if isinstance(event, str):
            self._take_mark(event)
            return
        ((kind, value),) = event.items()
        if kind == "Text":
            stray = "**" in value and not self._in_code
            self._pieces.append(_STRAY_EMPHASIS.sub("", value) if stray else value)
            if self._heading:
                self._heading.text(value)
        elif kind in ("Code", "InlineMath", "DisplayMath"):
            self._pieces.append(value)
            if self._heading:
                self._heading.code(value)
        elif kind == "InlineHtml":
            self._pieces.append(" ".join(html_blocks(value)))  # a line break, an image's alternative text
            if self._heading:
                self._heading.text("")
        elif kind == "Html":
            self._pieces.append(value)
        elif kind in ("Start", "End"):
            self._take_tag(kind == "Start", value)

    def finish(self) -> tuple[str, tuple[Section, ...]]:
        self._end_block()
        text = "\n".join(self._blocks)
        # A section ends before the separator that precedes the next heading.
        ends = [start - 1 for *_, start in self._headings[1:]] + [len(text)]
        sections = (
            Section(title, anchor, level, start, end)
            for (title, anchor, level, start), end in zip(self._headings, ends, strict=False)
        )
        return text, tuple(sections)

    def blocks_of_html(self, html: str) -> None:
        """The visible text of HTML, split at its block elements."""
        for block in html_blocks(html):
            self._add_block(_WIDE_BREAK.sub("", block))

    def _take_mark(self, event: str) -> None:
        if event == "SoftBreak":
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
            if self._heading and opens:
                self._heading.open(is_autolink=isinstance(detail, dict) and detail["link_type"] == "Autolink")
            elif self._heading:
                self._heading.close()
            return
        if name == "Heading":
            self._take_heading(opens, detail)
            return
        if name == "HtmlBlock" and not opens:
            self.blocks_of_html("".join(self._pieces))
            self._pieces.clear()
        elif name == "CodeBlock":
            self._end_code() if self._in_code else self._end_block()
            self._in_code = opens
        else:
            self._end_block()

    def _take_heading(self, opens: bool, detail: Any) -> None:
        if opens:
            self._end_block()
            self._heading, self._own_id = HeadingText(), detail["id"] or ""
            return
        start = self._length
        self._end_block()
        title = self._blocks[-1] if self._blocks and self._length > start else ""
        if title:
            name = self._ids.own(self._own_id) if self._own_id else self._ids.make(str(self._heading))
            self._headings.append((title, name, int(detail[1]), start))
        self._heading = None

    def _end_code(self) -> None:
        for line in "".join(self._pieces).split("\n"):
            self._add_block(line)
        self._pieces.clear()

    def _end_block(self) -> None:
        if self._pieces:
            text = "".join(self._pieces)
            self._add_block(_WIDE_BREAK.sub("", text) if "\n" in text else text)
            self._pieces.clear()

    def _add_block(self, text: str) -> None:
        block = " ".join(text.split())
        if block:
            self._blocks.append(block)
            self._length += len(block) + 1
