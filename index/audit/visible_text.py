"""The share of the text that readers see which the Markdown has, by the built pages of a Hugo site.

What shortcodes, render hooks, includes and data files make is in the built pages alone. An owner who sees
that much of it is missing indexes them together with the Markdown.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace
from pathlib import Path

from zhsearch.index.errors import PostError
from zhsearch.index.html import BuiltHugoSource
from zhsearch.index.settings import IndexSettings

_PIECE = re.compile(r"[^\s，。！？；：、,.!?;:()（）“”\"'‘’]+")
_MOST_PAGES = 5  # named


@dataclass(frozen=True, slots=True)
class VisibleText:
    """The characters that readers see on built pages, without blanks and signs, and those of them that the
    Markdown lacks; `pages` are the paths of the files that lack most."""

    characters: int
    missing: int
    pages: tuple[str, ...]


def compare_visible_text(settings: IndexSettings, html: Path, now: dt.datetime) -> VisibleText | None:
    """Compare each page's Markdown with its built page in the folder `html`; None if none is built there."""
    source = BuiltHugoSource(replace(settings, html=html))
    missing_by_path: dict[str, int] = {}
    characters = 0
    for path in source.files.paths:
        try:
            texts = source.built_reader.texts(path, now)
        except PostError:
            continue  # it is reported as skipped
        if texts is None:
            continue
        markdown, built = ("".join(_PIECE.findall(text)) for text in texts)
        characters += len(built)
        pieces = _PIECE.findall(texts[1])
        missing_by_path[path] = sum(len(piece) for piece in pieces if piece not in markdown)
    if not characters:
        return None
    most = sorted(missing_by_path, key=lambda path: (-missing_by_path[path], path))[:_MOST_PAGES]
    named = tuple(path for path in most if missing_by_path[path])
    return VisibleText(characters, sum(missing_by_path.values()), named)
