"""Blocks of visible text, and how they are assembled into a page's text, sections and code.

Search, snippets and highlighting need one text with offsets; the block boundaries in it keep phrases from
matching across paragraphs.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from zhsearch.index.markdown.alt_texts import alt_text
from zhsearch.index.models import Section

WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U000323af"
"""Han, kana and full-width signs, for a character class: between them a line break is not a blank."""
_WIDE_BREAK = re.compile(rf"(?<=[{WIDE}])\n(?=[{WIDE}])")


class Block(NamedTuple):
    """A paragraph, table cell, list item, line of code, or a heading with its level (1 to 6) and id."""

    text: str
    level: int = 0
    anchor: str = ""
    is_code: bool = False


class ExtractedText(NamedTuple):
    """The visible text of a body, its sections and its ranges of code, as `models.Document` has them."""

    text: str
    sections: tuple[Section, ...]
    code: tuple[tuple[int, int], ...]


def one_line(text: str) -> str:
    """The text of a block with its white space collapsed; line breaks between wide characters are dropped."""
    return " ".join((_WIDE_BREAK.sub("", text) if "\n" in text else text).split())


def with_alt_texts(block: Block, alt_texts: Iterable[str]) -> list[Block]:
    """A block, and after it the alternative texts of its images, a block each. If it shows nothing else, as a
    heading that is an image, the first of them stands in its place."""
    texts = [text for text in map(alt_text, alt_texts) if text]
    if texts and not block.text:
        block = block._replace(text=texts.pop(0))
    return [block, *map(Block, texts)]


def assemble(blocks: Iterable[Block]) -> ExtractedText:
    """Join blocks into one text, separated by line breaks; empty ones are left out. Neighbouring lines of
    code form one range."""
    visible = [block for block in blocks if block.text]
    headings: list[tuple[Block, int]] = []  # with the start of each
    code: list[tuple[int, int]] = []
    start = 0
    for block in visible:
        end = start + len(block.text)
        if block.level:
            headings.append((block, start))
        if block.is_code and code and code[-1][1] == start - 1:
            code[-1] = (code[-1][0], end)
        elif block.is_code:
            code.append((start, end))
        start = end + 1  # after the separator
    # A section ends before the separator that precedes the next heading.
    ends = [next_start - 1 for _, next_start in headings[1:]] + [max(start - 1, 0)]
    sections = (
        Section(block.text, block.anchor, block.level, heading_start, end)
        for (block, heading_start), end in zip(headings, ends, strict=False)
    )
    return ExtractedText("\n".join(block.text for block in visible), tuple(sections), tuple(code))
