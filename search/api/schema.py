"""TypedDicts of the JSON API, also the source of `/openapi.json`.

The docstrings are published there as descriptions. Marks are ranges of code points in the text beside them,
`[start, end)`.
"""

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

from zhsearch.index.models import PageKind
from zhsearch.search.engine import CompletionKind, FacetValue

Marks = Sequence[Sequence[int]]


class SectionJson(TypedDict):
    """The section of a page that a passage is in: its heading and its anchor."""

    title: str
    anchor: str


class PageJson(TypedDict):
    """A page. `url` is its path from the host's root, `date` is ISO 8601 with the post's own offset. `kind`
    is Hugo's: all but `page` list other pages and have text of their own."""

    url: str
    title: str
    date: str | None
    lang: str
    tags: Sequence[str]
    categories: Sequence[str]
    thumbnail: str | None
    kind: PageKind


class ScoreDetailJson(TypedDict):
    """A component of a score: the word or phrase (`what`), how it matched (`channel`), its score by field."""

    what: str
    channel: str
    score: float
    fields: dict[str, float]


class VersionJson(TypedDict):
    """Another version of a hit's page that matches. `label` is the version as the site writes it, such as
    v1.20; null where neither path nor title has one."""

    url: str
    title: str
    label: str | None


class PassageJson(TypedDict):
    """A passage of a page: the section that it is in, null before the first heading, its text, and what to
    mark in it."""

    section: SectionJson | None
    text: str
    marks: Marks


class HitJson(PageJson):
    """A hit: the page, its snippet (the passage that matches best), and what to mark in the texts.
    `passages`: up to three passages of the page, in its order, the snippet one of them. `missing`:
    the words of the query that the page lacks, as typed, in a relaxed answer. `versions`: near copies of the
    page that match too, newest first, at most 20; `version_count` is how many there are."""

    title_marks: Marks
    section: SectionJson | None
    excerpt: str
    excerpt_marks: Marks
    passages: list[PassageJson]
    missing: Sequence[str]
    versions: list[VersionJson]
    version_count: int
    score: float
    explain: NotRequired[list[ScoreDetailJson]]


class FacetsJson(TypedDict):
    """Counts over all matches. A facet's own filter does not reduce its own counts. Beside these facets there
    are those of the site's own, such as `series`, under their names. With the parameter `facets`, those that
    it names."""

    tag: NotRequired[list[FacetValue]]
    category: NotRequired[list[FacetValue]]
    lang: NotRequired[list[FacetValue]]
    year: NotRequired[list[FacetValue]]
    month: NotRequired[list[FacetValue]]


class ReadPartJson(TypedDict):
    """A part of a query: the text as typed, and its range of code points in `query`, `[start, end)`. `value`
    is the text without its signs, `field` the field that it names (`title`, `tag`, `category`). `undo` is the
    query without the part, or with it as words; null where there is nothing to undo."""

    text: str
    range: Sequence[int]
    value: str
    field: str | None
    undo: str | None


class ReadJson(TypedDict):
    """How a query was read: its words, exact texts, exclusions, fields and alternatives, and what was
    ignored, such as function words and signs without a meaning. A sign that is part of the text sought, as in
    `rm -rf`, is none of these."""

    words: list[ReadPartJson]
    phrases: list[ReadPartJson]
    exclusions: list[ReadPartJson]
    filters: list[ReadPartJson]
    alternatives: list[ReadPartJson]
    ignored: list[ReadPartJson]


class TokenJson(TypedDict):
    """A token of a query: as typed, as a term of the index, its kind, and whether it is a function word,
    which a page need not contain."""

    text: str
    term: str
    kind: str
    function: bool


class QueryExplanation(TypedDict):
    """How a query was folded and segmented, and whether it was read as a question."""

    folded: str
    words: list[TokenJson]
    phrases: list[str]
    asked_for: list[str]
    asks: bool
    question: bool


class CompletionJson(TypedDict):
    """A completion. `pages` is the number of pages that have it, `url` leads to a title or heading."""

    text: str
    kind: CompletionKind
    pages: int
    marks: Marks
    url: str | None


class PinyinJson(TypedDict):
    """The hits of another query, the first completion by pinyin of the text as typed."""

    query: str
    total: int
    results: list[HitJson]


class SearchResponse(TypedDict):
    """One page of results. `relaxed`: some hit lacks a word of the query; `weak`: all hits lack most of it.
    `took_ms`: milliseconds to compute the response, also in a cached one. `suggestion`: a corrected query.
    `read`: how the query was read. `total`: hits on all pages of results; `matches`: pages that match, with
    every version of a hit. `completions`: with that parameter. With `prefer_lang`, `language`: the site's
    language that was searched, null for all; `widened`: no page in it matched, so all languages were. With
    `pinyin`, `pinyin`: the hits of the first completion by pinyin, null where there are hits or no such."""

    query: str
    total: int
    matches: int
    page: int
    per_page: int
    took_ms: float
    relaxed: bool
    weak: bool
    suggestion: str | None
    read: ReadJson
    results: list[HitJson]
    facets: FacetsJson
    completions: NotRequired[list[CompletionJson]]
    language: NotRequired[str | None]
    widened: NotRequired[bool]
    pinyin: NotRequired[PinyinJson | None]
    explain: NotRequired[QueryExplanation]


class RecentResponse(TypedDict):
    """The newest pages."""

    results: list[PageJson]


class RelatedPage(PageJson):
    """A page that is similar to another, and the score of the similarity."""

    score: float


class RelatedResponse(TypedDict):
    """The pages most similar to one page, the most similar first."""

    results: list[RelatedPage]


class TagCount(TypedDict):
    """A tag and the number of its pages."""

    value: str
    count: int


class TagsResponse(TypedDict):
    """All tags, the most used first."""

    tags: list[TagCount]


class SuggestResponse(TypedDict):
    """The text typed so far, and its completions."""

    query: str
    suggestions: list[CompletionJson]


class HealthResponse(TypedDict):
    """The process is alive. `warning`: the page that asks is of an origin that may not read other answers."""

    status: Literal["ok"]
    warning: NotRequired[str]


class ReadyResponse(TypedDict):
    """The generation that is served and its number of pages. `warning`: an older generation serves."""

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
