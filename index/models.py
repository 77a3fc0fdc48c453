"""The records that cross rooms: frozen, and made of plain Python values alone.

Records never carry a library's type, so that a library can be replaced in one room.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Literal, NamedTuple

PageKind = Literal["page", "section", "home", "taxonomy", "term"]
"""Hugo's kinds of pages; all but the first are lists of others, with a text of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMeta:
    """A page without its text, as lists of pages show it.

    `path` is that of its file, relative to the content folder, with `/`. `date` keeps its author's offset.
    `summary` is the author's own: visible text on one line (in a Post still Markdown).
    """

    path: str
    url: str
    title: str
    date: datetime | None
    lang: str
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    thumbnail: str | None
    summary: str = ""
    kind: PageKind = "page"


class FieldText(NamedTuple):
    """A text of front matter that is searched, still Markdown, and the weight of an occurrence in it."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(PageMeta):
    """A published page as its author wrote it.

    `searched` are the searched texts of its front matter, `facets` the values of the site's own facets.
    """

    markup: str  # "markdown" or "html"
    body: str
    expires: datetime | None = None
    warnings: tuple[str, ...] = ()
    searched: tuple[FieldText, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class SiteInfo(NamedTuple):
    """What its configuration says about a site as a whole: its title, and the path of its home page."""

    title: str = ""
    home: str = "/"


class Section(NamedTuple):
    """A heading and the range of the document's text that it heads, heading included (code points)."""

    title: str
    anchor: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(PageMeta):
    """A page as it is indexed and shown.

    `text` is the visible text: blocks (paragraphs, list items, cells, lines of code) separated by one
    newline; no block contains a newline. `sections` are ranges of it, in order, and so are the blocks of
    `code` (start, end), which decide the field of a term. Its last blocks, from `meta_start` on, come from
    front matter (None: none); `meta_weights` are their weights. `facets` are the values of the site's own
    facets. Neither `code` nor weights nor facets are in the doc store.
    """

    text: str
    sections: tuple[Section, ...]
    code: tuple[tuple[int, int], ...] = ()
    meta_start: int | None = None
    meta_weights: tuple[float, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        page: PageMeta,
        *,
        text: str,
        sections: tuple[Section, ...],
        code: tuple[tuple[int, int], ...] = (),
        meta_start: int | None = None,
        meta_weights: tuple[float, ...] = (),
        facets: Mapping[str, tuple[str, ...]] | None = None,
    ) -> "Document":
        """The document of a page, with all that lists of pages show of it."""
        return cls(
            **{meta.name: getattr(page, meta.name) for meta in fields(PageMeta)},
            text=text,
            sections=sections,
            code=code,
            meta_start=meta_start,
            meta_weights=meta_weights,
            facets=facets or {},
        )


@dataclass(frozen=True, slots=True)
class FileNotice:
    """A message about one file: why it was skipped, or what was repaired in it."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A page that is not searched on purpose.

    `kind` is draft, future, expired, not_built, hidden (by its front matter, although Hugo publishes it),
    excluded (by the setting) or duplicate (another file is the site's page); of a built site also list (of
    pages), redirect, error_page, unmarked (others mark their content) or empty. `reason` says what decided
    it.
    """

    path: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReindexReport:
    """The report of a run.

    `indexed + unchanged` pages are live; `updated` is the part of `indexed` that replaced an older version;
    `unpublished` are drafts, future, expired, hidden and the like, and `unpublished_reasons` counts them by
    kind; `left_out` names them, and those that are excluded or duplicates. `rebuilt_because` says why all
    posts were analysed; it is None if they were not, or because of `full`.
    """

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
    unpublished_reasons: Mapping[str, int] = field(default_factory=dict)
    excluded: int = 0
    duplicates: int = 0
    left_out: tuple[LeftOut, ...] = ()
