"""Why a query finds a page, or does not: the words that the page has, its place, and the page before it.

Everything is asked of the engine as a query, so that it holds for every engine.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, Literal, NamedTuple

from zhsearch.index.analysis import Segmenter, query_tokens
from zhsearch.index.models import Document, PageMeta
from zhsearch.search.api import details_json, page_json, read_parameters
from zhsearch.search.engine import Engine, ScoreDetail
from zhsearch.search.query import And, FacetTerm, Filters, Node, Not, Or, Phrase, Query, primary

MAX_DEPTH = 10_000
"""Hits that are looked through for the page."""

_PER_PAGE = 1_000
_MAX_CLOSEST = 3
_MIN_SIMILARITY = 0.5  # ratio of difflib: two of the four characters of two words of two

Obstacle = Literal["", "no_page", "required", "all_words", "too_few_words", "copy", "depth"]
"""What keeps a page out of the hits: no page has the words; it fails a required part; others have all words,
and it lacks some; it lacks too many; it is shown below a near copy; it lies deeper than MAX_DEPTH. Empty: it
is a hit."""


class ClauseOnPage(NamedTuple):
    """A word or phrase of a query: how the page has it (see ScoreDetail; none: it lacks it), and if it lacks
    it, the words of the page that are most like it."""

    text: str
    details: Sequence[ScoreDetail]
    closest: Sequence[str] = ()


class ScoredHit(NamedTuple):
    """A hit of a query at a place from 1, and the details of its score."""

    place: int
    page: PageMeta
    score: float
    details: Sequence[ScoreDetail]


class Diagnosis(NamedTuple):
    """Why a query finds a page, or does not.

    `failed` are the required parts of the query that the page fails, as they would be written; `total` counts
    the hits of the query; `shown_below` is the near copy that stands for the page; `before` is the hit before
    it.
    """

    query: Query
    clauses: Sequence[ClauseOnPage]
    failed: Sequence[str]
    total: int
    obstacle: Obstacle
    hit: ScoredHit | None = None
    before: ScoredHit | None = None
    shown_below: PageMeta | None = None


def diagnose(engine: Engine, text: str, page: Document, segmenter: Segmenter) -> Diagnosis:
    """Why the query `text` finds a page of the index, or does not. Raises ParameterError for a bad query."""
    query = engine.expand(read_parameters(q=text).query(segmenter, engine.facets))
    query = query._replace(counted_facets=())
    words = _words_of(page, segmenter)
    clauses = [
        _clause_on(engine, clause, written, page, words)
        for clause, written in zip(query.should, query.should_texts, strict=True)
    ]
    failed = [as_written(node) for node in query.must if not _passes(engine, node, page)]
    place, total, copy = _place(engine, query, page.path)
    diagnosis = Diagnosis(
        query, clauses, failed, total, _obstacle(engine, query, clauses, failed, copy, place, total)
    )
    if copy and place:
        return diagnosis._replace(shown_below=copy)
    if not place:
        return diagnosis
    before = _scored_hit(engine, query, place - 1) if place > 1 else None
    return diagnosis._replace(hit=_scored_hit(engine, query, place), before=before)


def find_document(engine: Engine, name: str) -> Document | None:
    """The page at an address, also without the slashes around it, or with `index.html` at its end."""
    below = name.removesuffix("index.html").strip("/")
    forms = [name, f"/{below}/", f"/{below}"] if below else [name, "/"]
    if "//" in name:
        forms = [name, name.removesuffix("index.html")]
    return next((page for form in forms if (page := engine.document(form))), None)


def diagnosis_json(diagnosis: Diagnosis) -> dict[str, Any]:
    """A diagnosis as JSON types."""
    return {
        "clauses": [
            {
                "text": text,
                "found": bool(details),
                "explain": details_json(details),
                "closest": list(closest),
            }
            for text, details, closest in diagnosis.clauses
        ],
        "failed": list(diagnosis.failed),
        "total": diagnosis.total,
        "obstacle": diagnosis.obstacle or None,
        "shown_below": page_json(diagnosis.shown_below) if diagnosis.shown_below else None,
        "hit": _hit_json(diagnosis.hit),
        "before": _hit_json(diagnosis.before),
    }


def _hit_json(hit: ScoredHit | None) -> dict[str, Any] | None:
    if hit is None:
        return None
    return {
        "place": hit.place,
        "score": round(hit.score, 4),
        **page_json(hit.page),
        "explain": details_json(hit.details),
    }


def as_written(node: Node) -> str:
    """A part of a query as it would be written."""
    if isinstance(node, Not):
        return f"-{as_written(node.node)}"
    if isinstance(node, And):  # without the spellings in which an excluded word does not count
        return " ".join(as_written(part) for part in node.nodes if not isinstance(part, Not))
    if isinstance(node, Or):
        return as_written(primary(node)) if node.writings else " OR ".join(map(as_written, node.nodes))
    if isinstance(node, FacetTerm):
        return f"{node.field}:{node.value}"
    text = f'"{node.pattern}"' if isinstance(node, Phrase) else node.term
    return f"{node.field}:{text}" if node.field else text


def _clause_on(engine: Engine, clause: Node, text: str, page: Document, words: Sequence[str]) -> ClauseOnPage:
    query = _only(page, should=(clause,))
    place, _, _ = _place(engine, query, page.path)
    if place:
        return ClauseOnPage(text, _scored_hit(engine, query, place).details)
    term = as_written(primary(clause))
    return ClauseOnPage(text, (), get_close_matches(term, words, _MAX_CLOSEST, _MIN_SIMILARITY))


def _passes(engine: Engine, node: Node, page: Document) -> bool:
    return _place(engine, _only(page, must=(node,)), page.path)[0] > 0


def _only(page: Document, *, should: tuple[Node, ...] = (), must: tuple[Node, ...] = ()) -> Query:
    """A query that few pages besides one can match: those of its language and day."""
    day = int(page.date.strftime("%Y%m%d")) if page.date else None
    filters = Filters(langs=(page.lang,), first_day=day, last_day=day)
    return Query("", should=should, must=must, filters=filters, all_versions=True, counted_facets=())


def _place(engine: Engine, query: Query, path: str) -> tuple[int, int, PageMeta | None]:
    """The place of a page among the hits, 0 if it is not among the first MAX_DEPTH; their number; and the
    page that stands there for it, if it is a near copy of that."""
    total = 0
    for number in range(1, MAX_DEPTH // _PER_PAGE + 1):
        result = engine.search(query._replace(page=number, per_page=_PER_PAGE))
        total = result.total
        for offset, hit in enumerate(result.hits, 1):
            if path in (hit.page.meta.path, *(version.path for version in hit.versions)):
                is_itself = path == hit.page.meta.path
                return (number - 1) * _PER_PAGE + offset, total, None if is_itself else hit.page.meta
        if number * _PER_PAGE >= total:
            break
    return 0, total, None


def _scored_hit(engine: Engine, query: Query, place: int) -> ScoredHit:
    result, details = engine.explain(query._replace(page=place, per_page=1))
    hit = result.hits[0]
    return ScoredHit(place, hit.page.meta, hit.score, details[0])


def _obstacle(
    engine: Engine,
    query: Query,
    clauses: Sequence[ClauseOnPage],
    failed: Sequence[str],
    copy: PageMeta | None,
    place: int,
    total: int,
) -> Obstacle:
    if copy:
        return "copy"
    if place:
        return ""
    if failed:
        return "required"
    if total == 0:
        return "no_page"
    if all(clause.details for clause in clauses):  # only some of many near copies are listed below one
        return "depth" if total > MAX_DEPTH else "copy"
    return "too_few_words" if engine.search(query).relaxed else "all_words"


def _words_of(page: Document, segmenter: Segmenter) -> list[str]:
    """The different words of a page."""
    text = f"{page.title}\n{page.text}"
    return list(dict.fromkeys(token.term for token in query_tokens(text, segmenter)))
