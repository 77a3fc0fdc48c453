"""The Engine protocol, and the records that every engine returns.

They have none of an engine's or a library's own types, so that snippets, highlighting and
JSON are written once for every engine. Importing this module loads neither numpy nor OpenCC.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypedDict

from zhsearch.index.fields import DATE_FACETS
from zhsearch.index.fields import FACETS as VALUE_FACETS
from zhsearch.index.models import Document, PageMeta, Section, SiteInfo

if TYPE_CHECKING:
    from zhsearch.index.analysis import Lexicon, Segmenter
    from zhsearch.search.query import Query

DATE_FILTER = "year"
"""The name of the range of days among the filters of a query; it filters all DATE_FACETS."""

FACETS = (*VALUE_FACETS, *DATE_FACETS)
"""The facets of every index; `Engine.facets` are those of its site besides."""

CompletionKind = Literal["tag", "title", "word", "heading"]


class ScoreDetail(NamedTuple):
    """One part of a hit's score.

    `channel` is how `what` matched: `word` (a term of the index), `inside` (only within longer words),
    `beginning` (only as the beginning of longer words), `writing` (another writing of a word), `phrase`,
    `pairs` (character bigrams and unigrams that a page shares with a question), `boost` (what the owner's
    factors added or subtracted) or `look` (what re-ranking added). `fields` are the shares of the score by
    field, where it has any.
    """

    what: str
    channel: str
    score: float
    fields: Mapping[str, float]


class FacetValue(TypedDict):
    """A value of a facet, the number of matches that have it, and whether the query is narrowed to it."""

    value: str
    count: int
    selected: bool


class OffsetMap(Protocol):
    """Maps offsets in a folded text to offsets in the text as written. Offsets are code points."""

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The range as written that `text[start:end]` (not empty) came from."""
        ...

    def place(self, start: int) -> int:
        """The offset in `text` of the first character that came from offset `start` as written or later."""
        ...


class Line(Protocol):
    """A line of a page, as written and folded; `folded_start` is where that begins in `Page.folded`."""

    text: str
    folded: str
    folded_start: int

    @property
    def offsets(self) -> OffsetMap:
        """The map from `folded` to `text`."""
        ...


class Page(Protocol):
    """A matching page. Its text is read only when it is needed."""

    @property
    def meta(self) -> PageMeta:
        """The metadata that a list of hits shows."""
        ...

    @property
    def folded(self) -> str:
        """Its title and blocks folded character by character, a line each."""
        ...

    def text(self) -> str:
        """Its blocks as written, a line each."""
        ...

    def lines(self, position: int) -> Iterator[Line]:
        """The blocks from that around offset `position` of `folded` on, which is not in the title."""
        ...

    def section_at(self, position: int) -> Section | None:
        """The section around offset `position` of `folded`, None before the first."""
        ...


class Completion(NamedTuple):
    """A completion of an input, as written. `pages` is how many pages have it, `marks` the ranges
    that match the input, `url` the address of a title, or of a heading with its anchor."""

    text: str
    kind: CompletionKind
    pages: int
    marks: tuple[tuple[int, int], ...]
    url: str | None


class IndexStats(NamedTuple):
    """When a generation was created, its number of pages and its size in bytes."""

    created: datetime
    documents: int
    bytes: int


class Hit(NamedTuple):
    """A matching page and its score. `missing` are the optional clauses of the query that it lacks, as places
    in `Query.should`, where the result is relaxed and its hits tell it. `versions` are the other versions of
    the page that match, newest first, at most MAX_LISTED of `version_count`."""

    page: Page
    score: float
    missing: tuple[int, ...] = ()
    versions: tuple[PageMeta, ...] = ()
    version_count: int = 0


class SearchResult(NamedTuple):
    """One page of hits, and counts over all matches.

    `relaxed` says that some match lacks an optional clause, `weak` that all lack most of the query. `facets`
    has every name of FACETS, then of `Engine.facets`, unless the query names those to count; a facet's counts
    ignore its own filter. `total` counts
    the hits of all pages of results, and `matches` the pages that match, each of several versions.
    """

    total: int
    relaxed: bool
    hits: tuple[Hit, ...]
    facets: Mapping[str, Sequence[FacetValue]]
    weak: bool = False
    matches: int = 0


class Engine(Protocol):
    """One immutable generation of an index, open for queries."""

    @property
    def generation(self) -> str:
        """Its name, shown by `status` and part of cache keys."""
        ...

    @property
    def stats(self) -> IndexStats:
        """When it was created, and its size."""
        ...

    def __len__(self) -> int:
        """Number of pages."""
        ...

    @property
    def facets(self) -> tuple[str, ...]:
        """The names of the site's own facets, besides FACETS."""
        ...

    @property
    def site(self) -> SiteInfo:
        """Title and home page of the site."""
        ...

    @property
    def lexicon(self) -> "Lexicon":
        """The site owner's words that it was built with; queries are analysed with the same."""
        ...

    def expand(self, query: "Query") -> "Query":
        """The query with the other writings of its Latin words that this index has, as alternatives."""
        ...

    def search(self, query: "Query") -> SearchResult:
        """The matches, best first; ties by date, newest first, then by URL."""
        ...

    def explain(self, query: "Query") -> tuple[SearchResult, Sequence[Sequence[ScoreDetail]]]:
        """The result of `search`, and for each hit the details that add up to its score."""
        ...

    def did_you_mean(self, text: str, segmenter: "Segmenter") -> str | None:
        """The query text with misspelt words replaced by words of this index; None where there are none.

        The segmenter tells which words are correct, whether the index has them or not.
        """
        ...

    def complete(self, typed: str, count: int) -> Sequence[Completion]:
        """At most `count` completions of an input, the likeliest first."""
        ...

    def warm(self) -> None:
        """Load eagerly what is otherwise loaded on first use, so that forked processes share it."""
        ...

    def recent(self, count: int, lang: str | None = None) -> Sequence[PageMeta]:
        """The newest dated pages."""
        ...

    def related(self, url: str, count: int, segmenter: "Segmenter") -> Sequence[Hit] | None:
        """The pages most like the one at `url`, best first; None where there is no such page."""
        ...

    def document(self, url: str) -> Document | None:
        """The page at `url` as it is indexed, without its ranges of code; None where there is none. `url` is
        a path from the host's root, escaped or not, or a whole URL."""
        ...

    def tags(self) -> Sequence[FacetValue]:
        """All tags with the number of their pages, most used first."""
        ...

    def languages(self) -> Sequence[str]:
        """The languages of the pages, that of most pages first."""
        ...
