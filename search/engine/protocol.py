"""The Engine seam: a Query in, Found out; records only, no engine's own types.

Excerpts, marks and JSON are made elsewhere, the same for every engine.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol, TypedDict

from zhsearch.index.analysis.lexicon import Lexicon
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.models import PageMeta, Section
from zhsearch.index.segment.docstore import TextWindow
from zhsearch.search.query.model import Query

DATE_FACETS = ("year", "month")


class ScoreDetail(NamedTuple):
    """A part of a hit's score. `channel` is how `what` was found: `word` (a term of the index), `inside`
    (in longer words only), `phrase`, `pairs` (characters that a page shares with a question), `boost` (what
    the owner's factors gave or took) or `look` (what a second look at the best pages gave). `fields` are
    the shares of the score by field, where it has some."""

    what: str
    channel: str
    score: float
    fields: Mapping[str, float]


class FacetValue(TypedDict):
    """A value of a facet, how many matches have it, and whether the query is narrowed to it."""

    value: str
    count: int
    selected: bool


CompletionKind = Literal["tag", "title", "word", "heading"]


FACETS = ("tag", "category", "lang", "year", "month")


class Page(Protocol):
    """A page that matches, opened as far as it is asked for."""

    @property
    def meta(self) -> PageMeta:
        """What a list of hits shows of it."""
        ...

    @property
    def folded(self) -> str:
        """Its title and blocks folded character by character, a line each."""
        ...

    def text(self) -> str:
        """Its blocks as written, a line each."""
        ...

    def window(self, place: int, before: int, after: int) -> TextWindow:
        """The blocks around a character of `folded` that is none of the title: so many characters before it,
        and more than so many after it, where there are as many."""
        ...

    def section_at(self, place: int) -> Section | None:
        """The section that a character of `folded` stands in, None before the first."""
        ...


class Completion(NamedTuple):
    """A text to go on to, as it is written. `kind` is tag, title, word or heading; `pages` how many have it;
    `marks` the ranges of what was typed; `url` of a title or heading, with its anchor."""

    text: str
    kind: CompletionKind
    pages: int
    marks: tuple[tuple[int, int], ...]
    url: str | None


class IndexStats(NamedTuple):
    """What is known of a generation: when it was made, how many pages it has and how many bytes it takes."""

    created: datetime
    documents: int
    bytes: int


class Hit(NamedTuple):
    """A hit and its score."""

    page: Page
    score: float


class SearchResult(NamedTuple):
    """One page of matches with their scores, and counts over all of them.

    `relaxed` says that not every match has every wanted word. `facets` has every name of FACETS; a
    facet's counts ignore the filter on that facet itself.
    """

    total: int
    relaxed: bool
    hits: tuple[Hit, ...]
    facets: Mapping[str, Sequence[FacetValue]]


class Engine(Protocol):
    """One immutable generation of an index, ready to answer."""

    @property
    def generation(self) -> str:
        """Its name, to be seen in `status` and to key caches."""
        ...

    @property
    def stats(self) -> IndexStats:
        """When it was made, and its size."""
        ...

    def __len__(self) -> int:
        """Number of pages."""
        ...

    @property
    def lexicon(self) -> Lexicon:
        """The owner's words that it was built with, and queries are read with."""
        ...

    def search(self, query: Query) -> SearchResult:
        """The matches, best first; ties by date, newest first, then by URL."""
        ...

    def explain(self, query: Query) -> tuple[SearchResult, Sequence[Sequence[ScoreDetail]]]:
        """The same, and of each row the parts that its score is the sum of."""
        ...

    def did_you_mean(self, text: str) -> str | None:
        """A query's text with words of this index in the place of misspelt ones; None where none are."""
        ...

    def complete(self, typed: str, count: int) -> Sequence[Completion]:
        """What a reader who has typed so far may go on to, the likeliest first."""
        ...

    def warm(self) -> None:
        """Load now what is loaded when it is first needed, so that processes to be forked share it."""
        ...

    def recent(self, count: int, lang: str | None = None) -> Sequence[PageMeta]:
        """The newest pages with a date."""
        ...

    def related(self, url: str, count: int, segmenter: Segmenter) -> Sequence[Hit] | None:
        """The pages most like the one with this address, best first; None where there is no such page."""
        ...

    def tags(self) -> Sequence[FacetValue]:
        """All tags with the number of their pages, most used first."""
        ...
