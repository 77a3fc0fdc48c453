"""A post's body in, the text that a reader sees out: blocks on lines of their own, and their sections.

Markdown is read by pulldown-cmark's events; heading anchors are made the way Hugo makes them (`autoIDType`
github). Emphasis marks that CommonMark leaves literal beside Han characters (`加快**。**虽然`) are dropped:
the author meant emphasis, and no reader searches for asterisks.
"""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

import pyromark

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
_SHORTCODE = re.compile(r"\{\{(?P<open>[<%])(?P<escaped>/\*)?(?P<inner>.*?)(?:\*/)?[>%]\}\}", re.DOTALL)
_SPOKEN = re.compile(r'\b(?:caption|alt|title|attr)\s*=\s*("(?:[^"\\]|\\.)*"|`[^`]*`)')
_STRAY_EMPHASIS = re.compile(r"(?<!\*)\*{2,4}(?!\*)")
_SPACE = re.compile(r"\s+")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U000323af"
_WIDE_BREAK = re.compile(rf"(?<=[{_WIDE}])\n(?=[{_WIDE}])")
_BLOCKS = """
    address article aside blockquote br caption center dd details dialog dir div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol option p pre section summary table
    tbody td tfoot th thead title tr ul
"""
_BLOCK_ELEMENTS = frozenset(_BLOCKS.split())
_UNSEEN_ELEMENTS = frozenset({"script", "style", "template", "noscript", "iframe", "svg"})


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


def anchor(heading: str) -> str:
    """A heading's id as Hugo makes it with `autoIDType = "github"`, without the number of a duplicate."""
    kept = (
        "-" if character.isspace() else character.lower()[0]
        for character in heading.strip()
        if character.isalnum() or character.isspace() or character in "-_"
    )
    return "".join(kept)


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
        self._anchors: dict[str, int] = {}
        self._heading_id = ""
        self._in_code = False

    def take(self, event: Any) -> None:
        """One event of pulldown-cmark."""
        if isinstance(event, str):
            self._take_mark(event)
            return
        ((kind, value),) = event.items()
        if kind == "Text":
            self._pieces.append(value if self._in_code else _STRAY_EMPHASIS.sub("", value))
        elif kind in ("Code", "InlineMath", "DisplayMath"):
            self._pieces.append(value)
        elif kind == "InlineHtml":
            self._pieces.append(" " if value[:3].lower() == "<br" else "")
        elif kind == "Html":
            self.blocks_of_html(value)
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
        self._end_block()
        reader = _HtmlText()
        reader.feed(html)
        reader.close()
        for block in reader.blocks():
            self._add_block(block)

    def _take_mark(self, event: str) -> None:
        if event == "SoftBreak":
            self._pieces.append("\n")
        elif event == "HardBreak":
            self._pieces.append(" ")
        elif event == "Rule":
            self._end_block()

    def _take_tag(self, opens: bool, tag: Any) -> None:
        name, detail = next(iter(tag.items())) if isinstance(tag, dict) else (tag, None)
        if name in _INLINE:
            return
        if name == "Heading":
            self._take_heading(opens, detail)
            return
        if name == "CodeBlock":
            self._end_code() if self._in_code else self._end_block()
            self._in_code = opens
            return
        self._end_block()

    def _take_heading(self, opens: bool, detail: Any) -> None:
        if opens:
            self._end_block()
            self._heading_id = detail["id"] or ""
            return
        raw = "".join(self._pieces)
        start = self._length
        self._end_block()
        title = self._blocks[-1] if self._blocks and self._length > start else ""
        # Hugo takes the id of a heading over several lines from its last line.
        name = self._heading_id or self._unique(anchor(raw.rsplit("\n", 1)[-1]))
        if title:
            self._headings.append((title, name, int(detail[1]), start))

    def _unique(self, name: str) -> str:
        count = self._anchors.get(name, 0)
        self._anchors[name] = count + 1
        return f"{name}-{count}" if count else name

    def _end_code(self) -> None:
        for line in "".join(self._pieces).split("\n"):
            self._add_block(line)
        self._pieces.clear()

    def _end_block(self) -> None:
        if self._pieces:
            self._add_block(_WIDE_BREAK.sub("", "".join(self._pieces)))
            self._pieces.clear()

    def _add_block(self, text: str) -> None:
        block = _SPACE.sub(" ", text).strip()
        if block:
            self._blocks.append(block)
            self._length += len(block) + 1


class _HtmlText(HTMLParser):
    """Text of HTML, a form feed between blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._unseen = 0

    def blocks(self) -> Iterable[str]:
        return "".join(self._pieces).split("\f")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN_ELEMENTS:
            self._unseen += 1
        self._separate(tag)
        if tag == "img":
            self._pieces += [value or "" for name, value in attrs if name == "alt"]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _UNSEEN_ELEMENTS:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN_ELEMENTS:
            self._unseen = max(0, self._unseen - 1)
        self._separate(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._pieces.append(data)

    def _separate(self, tag: str) -> None:
        if tag in _BLOCK_ELEMENTS:
            self._pieces.append("\f")
