"""Built pages of any generator: their text, sections and metadata, and which of them are searched."""

from zhsearch.index.html.hugo_text import BuiltHugoSource
from zhsearch.index.html.source import HtmlSource

__all__ = ["BuiltHugoSource", "HtmlSource"]
