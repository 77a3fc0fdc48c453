"""Extraction of the visible text, sections and code from a body of Markdown or HTML."""

from zhsearch.index.markdown.blocks import Block, ExtractedText, assemble
from zhsearch.index.markdown.html import html_blocks
from zhsearch.index.markdown.options import AUTO_IDS, DEFAULT_SIGNS, MarkdownOptions
from zhsearch.index.markdown.placeholders import PLACEHOLDER, hide
from zhsearch.index.markdown.reader import read_html, read_markdown
from zhsearch.index.markdown.shortcodes import TAG

__all__ = [
    "AUTO_IDS",
    "DEFAULT_SIGNS",
    "PLACEHOLDER",
    "TAG",
    "Block",
    "ExtractedText",
    "MarkdownOptions",
    "assemble",
    "hide",
    "html_blocks",
    "read_html",
    "read_markdown",
]
