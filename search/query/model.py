"""The parsed query, its filters, and its order and paging."""

from collections.abc import Iterator
from typing import NamedTuple

from zhsearch.search.query.ast import And, Node, Or, Phrase, Word
from zhsearch.search.query.reading import Reading

MAX_QUERY_CHARS = 512
"""Characters of a query text; the API rejects a longer one."""

MIN_QUESTION_WORDS = 6
"""A query with as many words is ranked as a question, not as a list of words that must all match."""

MIN_QUESTION_FORM_WORDS = 3
"""As many words are enough for a query in question form: with 如何, 谁, what, or a final question mark."""


class Filters(NamedTuple):
    """Filters by facets and dates. Values of one facet are alternatives; days are YYYYMMDD, inclusive.

    `own` are the values by the site's own facets.
    """

    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    first_day: int | None = None
    last_day: int | None = None
    own: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def by_facet(self) -> dict[str, tuple[str, ...]]:
        """The values of each facet that is filtered by, dates left out."""
        if not any(self):
            return {}
        values = {"tag": self.tags, "category": self.categories, "lang": self.langs, **dict(self.own)}
        return {name: chosen for name, chosen in values.items() if chosen}

    @property
    def days(self) -> tuple[int, int] | None:
        """The first and last day that pass, YYYYMMDD, inclusive; None where dates do not matter. Undated
        pages have day 0 and never pass."""
        if self.first_day is None and self.last_day is None:
            return None
        return self.first_day or 1, self.last_day or 99_999_999


class Query(NamedTuple):
    """A parsed query text, with the filters, the order and the page of results that go with it.

    `should` clauses may be relaxed to most of them, `must` clauses never are. `should_texts` are the former
    as written. `question_text` is the text of the query's words, folded character by character, one line for
    each chunk of the text, and `spans` are the ranges of code points of `text` where these chunks are.
    `is_question_form`: the text has a question word or ends in a question mark. `readings` are the parts of
    `text`, and what each was taken for. `all_versions`: near copies of a page are hits of their own.
    `counted_facets` are the names of the facets to count, None for all.
    """

    text: str
    should: tuple[Node, ...] = ()
    must: tuple[Node, ...] = ()
    should_texts: tuple[str, ...] = ()
    question_text: str = ""
    is_question_form: bool = False
    spans: tuple[tuple[int, int], ...] = ()
    readings: tuple[Reading, ...] = ()
    filters: Filters = Filters()
    sort: str = "relevance"
    page: int = 1
    per_page: int = 10
    all_versions: bool = False
    counted_facets: tuple[str, ...] | None = None

    @property
    def is_question(self) -> bool:
        """Whether it has so many words that a page need not match them all."""
        return len(self.should) >= (MIN_QUESTION_FORM_WORDS if self.is_question_form else MIN_QUESTION_WORDS)

    def positive(self) -> Iterator[Word | Phrase]:
        """Yield the words and phrases that a hit may contain, for highlighting; without excluded ones."""
        pending: list[Node] = [*reversed(self.must), *reversed(self.should)]
        while pending:
            node = pending.pop()
            if isinstance(node, Word | Phrase):
                yield node
            elif isinstance(node, And | Or):
                pending += reversed(node.nodes)
