"""Blocks of visible text in their order in; the text of a page, its sections and its code out."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from zhsearch.index.models import Section

WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U000323af"
"""Han, kana and full-width signs, for a class of a pattern: between them lines end without a space."""
_WIDE_BREAK = re.compile(rf"(?<=[{WIDE}])\n(?=[{WIDE}])")


class Block(NamedTuple):
    """A paragraph, a cell, an item of a list, a line of code; a heading has a level (1 to 6) and an id."""

    text: str
    level: int = 0
    anchor: str = ""
    is_code: bool = False


class ExtractedText(NamedTuple):
    """What `records.Document` has of a page's body: see there."""

    text: str
    sections: tuple[Section, ...]
    code: tuple[tuple[int, int], ...]


def one_line(text: str) -> str:
    """A block's text with its white space collapsed; a line that ends between wide characters needs none."""
    return " ".join((_WIDE_BREAK.sub("", text) if "\n" in text else text).split())


def assemble(blocks: Iterable[Block]) -> ExtractedText:
    """The blocks as one text; those without a text are left out."""
    kept = [block for block in blocks if block.text]
    headings: list[tuple[Block, int]] = []
    code: list[tuple[int, int]] = []
    length = 0  # with a separator behind each block
    for block in kept:
        end = length + len(block.text)
        if block.level:
            headings.append((block, length))
        if block.is_code and code and code[-1][1] == length - 1:
            code[-1] = (code[-1][0], end)
        elif block.is_code:
            code.append((length, end))
        length = end + 1
    # A section ends before the separator that precedes the next heading.
    ends = [start - 1 for _, start in headings[1:]] + [max(length - 1, 0)]
    sections = (
        Section(block.text, block.anchor, block.level, start, end)
        for (block, start), end in zip(headings, ends, strict=False)
    )
    return ExtractedText("\n".join(block.text for block in kept), tuple(sections), tuple(code))
