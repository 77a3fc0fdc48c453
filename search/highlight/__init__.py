"""Snippets with marks, and links that open a page at the passage."""

from zhsearch.search.highlight.marks import split_marks
from zhsearch.search.highlight.snippet import Highlighter
from zhsearch.search.highlight.text_fragment import text_fragment

__all__ = ["Highlighter", "split_marks", "text_fragment"]
