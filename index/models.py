"""The only things that cross walls: frozen records made of plain Python values."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Token(NamedTuple):
    """A term and where it stands: `source[start:end]` is the text it was folded from (code points)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Post:
    """A published page as its author wrote it. `path` is relative to the content folder, with `/`."""

    path: str
    url: str
    title: str
    date: datetime | None
    lang: str
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    thumbnail: str | None
    markup: str  # "markdown" or "html"
    body: str
    expires: datetime | None = None
    warnings: tuple[str, ...] = ()
    summary: str = ""  # the author's own, Markdown


class Section(NamedTuple):
    """A heading and the range of the document's text that it heads, heading included (code points)."""

    title: str
    anchor: str
    level: int
    start: int
    end: int


class PageSummary(NamedTuple):
    """What a list of pages needs of each; `date` is ISO 8601 in its own offset, `summary` its author's,
    visible text on one line."""

    path: str
    url: str
    title: str
    date: str | None
    lang: str
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    thumbnail: str | None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A page as it is indexed and shown.

    `text` is the visible text: blocks (paragraphs, list items, cells, lines of code) separated by one
    newline; no block contains a newline. `sections` are ranges of it, in order, and so is what is `code`,
    which words are weighed by and records do not keep.
    """

    path: str
    url: str
    title: str
    date: datetime | None
    lang: str
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    thumbnail: str | None
    text: str
    sections: tuple[Section, ...]
    code: tuple[tuple[int, int], ...] = ()
    summary: str = ""


@dataclass(frozen=True, slots=True)
class FileNotice:
    """Something to tell about one file: why it was skipped, or what was repaired in it."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReindexReport:
    """What a reindex did. `indexed + unchanged` pages are live; `updated` is the part of `indexed` that
    replaced an older version; `unpublished` are drafts, future, expired and the like."""

    generation: str
    indexed: int
    unchanged: int
    updated: int
    deleted: int
    unpublished: int
    skipped: tuple[FileNotice, ...]
    warnings: tuple[FileNotice, ...]
    seconds: float
    rebuilt_because: str | None = None
