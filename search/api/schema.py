"""The answers of the interface, as types: what the code makes is checked against them, and `/openapi.json` is
made of them.

Marks are ranges of code points in the text beside them, `[start, end)`.
"""

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

from zhsearch.search.engine.protocol import CompletionKind, FacetValue

Marks = Sequence[Sequence[int]]


class SectionJson(TypedDict):
    """The section of a page that a passage stands in: its heading and the anchor that leads to it."""

    title: str
    anchor: str


class PageJson(TypedDict):
    """A page. `url` is its path from the host's root, `date` ISO 8601 with the post's own offset."""

    url: str
    title: str
    date: str | None
    lang: str
    tags: Sequence[str]
    categories: Sequence[str]
    thumbnail: str | None


class ScoreDetailJson(TypedDict):
    """A part of a score: which word or phrase (`what`), found how (`channel`), worth how much, where."""

    what: str
    channel: str
    score: float
    fields: dict[str, float]


class HitJson(PageJson):
    """A hit: the page, the passage that matches best, and what to mark."""

    title_marks: Marks
    section: SectionJson | None
    excerpt: str
    excerpt_marks: Marks
    score: float
    explain: NotRequired[list[ScoreDetailJson]]


class FacetsJson(TypedDict):
    """Counts over all matches; a facet's own filter does not shrink its own counts."""

    tag: list[FacetValue]
    category: list[FacetValue]
    lang: list[FacetValue]
    year: list[FacetValue]
    month: list[FacetValue]


class TokenJson(TypedDict):
    """A word of a query: as typed, as looked up, and whether a page must have it."""

    text: str
    term: str
    kind: str
    function: bool


class QueryExplanation(TypedDict):
    """How a query was folded and cut, and what it was taken for."""

    folded: str
    words: list[TokenJson]
    phrases: list[str]
    asked_for: list[str]
    asks: bool
    question: bool


class SearchResponse(TypedDict):
    """One page of results. `relaxed`: some hit lacks a word of the query. `took_ms`: what the answer took
    when it was made."""

    query: str
    total: int
    page: int
    per_page: int
    took_ms: float
    relaxed: bool
    suggestion: str | None
    results: list[HitJson]
    facets: FacetsJson
    explain: NotRequired[QueryExplanation]


class RecentResponse(TypedDict):
    """The newest pages."""

    results: list[PageJson]


class RelatedPage(PageJson):
    """A page that is like another, and how much."""

    score: float


class RelatedResponse(TypedDict):
    """The pages most like one, the most alike first."""

    results: list[RelatedPage]


class TagCount(TypedDict):
    """A tag and the number of its pages."""

    value: str
    count: int


class TagsResponse(TypedDict):
    """All tags, the most used first."""

    tags: list[TagCount]


class CompletionJson(TypedDict):
    """A text to go on to; `pages` have it, `url` is that of a title or heading."""

    text: str
    kind: CompletionKind
    pages: int
    marks: Marks
    url: str | None


class SuggestResponse(TypedDict):
    """What is typed so far and what it may become."""

    query: str
    suggestions: list[CompletionJson]


class HealthResponse(TypedDict):
    """The process lives."""

    status: Literal["ok"]


class ReadyResponse(TypedDict):
    """An index is served: which generation, of how many pages. `warning` says that it is an older one."""

    status: Literal["ready"]
    generation: str
    documents: int
    warning: NotRequired[str]


class Problem(TypedDict):
    """An error, in the form of RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    parameter: NotRequired[str]
