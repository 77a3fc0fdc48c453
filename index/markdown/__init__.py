"""Extraction of the visible text, sections and code from a body of Markdown or HTML."""

from zhsearch.index.markdown.blocks import ExtractedText
from zhsearch.index.markdown.options import AUTO_IDS, DEFAULT_SIGNS, MarkdownOptions, TemplateTexts
from zhsearch.index.markdown.placeholders import PLACEHOLDER, hide
from zhsearch.index.markdown.reader import EXTRAS, read_html, read_markdown
from zhsearch.index.markdown.shortcodes import TAG

__all__ = [
    "AUTO_IDS",
    "DEFAULT_SIGNS",
    "EXTRAS",
    "PLACEHOLDER",
    "TAG",
    "ExtractedText",
    "MarkdownOptions",
    "TemplateTexts",
    "hide",
    "read_html",
    "read_markdown",
]
