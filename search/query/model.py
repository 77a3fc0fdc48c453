"""The parsed query and its filters."""

from collections.abc import Iterator
from typing import NamedTuple

from zhsearch.search.query.ast import And, Node, Or, Phrase, Word

MAX_QUERY_CHARS = 512
"""Characters in a query; the API refuses a longer one."""

MIN_QUESTION_WORDS = 6
"""With so many words a query is a question rather than a list of demands."""

MIN_ASKING_WORDS = 3
"""So many words are enough where the query is put as a question: 如何, 谁, what, or a mark at its end."""


class Filters(NamedTuple):
    """What facets and dates narrow to; several values of one facet widen. Days are YYYYMMDD, inclusive."""

    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    first_day: int | None = None
    last_day: int | None = None

    def by_facet(self) -> dict[str, tuple[str, ...]]:
        """The values of each facet that has some, dates left out."""
        values = {"tag": self.tags, "category": self.categories, "lang": self.langs}
        return {name: some for name, some in values.items() if some}

    @property
    def days(self) -> tuple[int, int] | None:
        """The first and last day that pass, YYYYMMDD, inclusive; None where dates do not matter. Undated
        pages have day 0 and never pass."""
        if self.first_day is None and self.last_day is None:
            return None
        return self.first_day or 1, self.last_day or 99_999_999


class Query(NamedTuple):
    """What is asked for. `wanted` may be relaxed to most of it, `required` never is. `asked` is what the
    query asks in words, folded character by character, and `spans` where it stands in the text; `asks` says
    that it is put as a question."""

    text: str
    should: tuple[Node, ...] = ()
    must: tuple[Node, ...] = ()
    question_text: str = ""
    is_question_form: bool = False
    spans: tuple[tuple[int, int], ...] = ()
    filters: Filters = Filters()
    sort: str = "relevance"
    page: int = 1
    per_page: int = 10

    @property
    def is_question(self) -> bool:
        """So many words that a page need not have them all."""
        return len(self.should) >= (MIN_ASKING_WORDS if self.is_question_form else MIN_QUESTION_WORDS)

    def positive(self) -> Iterator[Word | Phrase]:
        """Every word and phrase that a hit may show, for marks and excerpts."""
        pending: list[Node] = [*reversed(self.must), *reversed(self.should)]
        while pending:
            node = pending.pop()
            if isinstance(node, Word | Phrase):
                yield node
            elif isinstance(node, And | Or):
                pending += reversed(node.nodes)
