"""Snippets with marks, and links that open a page at the passage.

`text_fragment` is imported by its own name: only the search page makes links.
"""

from zhsearch.search.highlight.excerpt import ELLIPSIS
from zhsearch.search.highlight.marks import split_marks
from zhsearch.search.highlight.snippet import Highlighter

__all__ = [
    "ELLIPSIS",
    "Highlighter",
    "split_marks",
]
