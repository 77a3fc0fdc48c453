"""Parameters of a request or a command line in, a Query out; what is out of range is refused by name."""

from collections.abc import Sequence
from typing import NamedTuple

from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.search.api.parameter_types import DateParam, EnumParam, IntParam, ListParam, StrParam
from zhsearch.search.errors import ParameterError
from zhsearch.search.query.date_range import day_range
from zhsearch.search.query.model import MAX_QUERY_CHARS, Filters, Query
from zhsearch.search.query.parser import parse

SORTS = ("relevance", "newest", "oldest")
_MOST_PER_PAGE = 50
_LONGEST_VALUE = 256  # characters of a tag, a category, a language

Q = StrParam("q", MAX_QUERY_CHARS, "What is searched for; empty lists all pages, newest first.")
TAG = ListParam(StrParam("tag", _LONGEST_VALUE, "Only pages with any of these tags."), most=20)
CATEGORY = StrParam("category", _LONGEST_VALUE, "Only pages in this category.")
LANG = StrParam("lang", _LONGEST_VALUE, "Only pages in this language, such as zh-TW.")
SINCE = DateParam("from", "First year, month or day, inclusive; a post's own day, in its own offset.")
UNTIL = DateParam("to", "Last year, month or day, inclusive.")
SORT = EnumParam("sort", SORTS, "The order of the results.")
PAGE = IntParam("page", 1, 1_000_000, "The page of the results.")
PER_PAGE = IntParam("per_page", 10, _MOST_PER_PAGE, "Results on a page.")

SEARCH = (Q, TAG, CATEGORY, LANG, SINCE, UNTIL, SORT, PAGE, PER_PAGE)
"""What a search takes."""

TYPED = StrParam("q", MAX_QUERY_CHARS, "What is typed so far.")
URL = StrParam("url", 2_048, "the address of a page, such as /posts/hello/", required=True)
RECENT_COUNT = IntParam("count", 10, _MOST_PER_PAGE, "How many pages.")
SUGGEST_COUNT = IntParam("count", 8, _MOST_PER_PAGE, "How many completions.")
RELATED_COUNT = IntParam("count", 5, _MOST_PER_PAGE, "How many pages.")
EXPLAIN = EnumParam("explain", ("0", "1"), "1: with the reasons, where the settings allow it.")


class Parameters(NamedTuple):
    """What was asked for, checked. `since` and `until` are as given (2025, 2025-02 or 2025-02-13)."""

    q: str = ""
    tag: tuple[str, ...] = ()
    category: str | None = None
    lang: str | None = None
    since: str | None = None
    until: str | None = None
    sort: str = "relevance"
    page: int = 1
    per_page: int = 10

    def query(self, segmenter: Segmenter) -> Query:
        """The Query they ask for."""
        filters = Filters(
            tags=self.tag,
            categories=(self.category,) if self.category else (),
            langs=(self.lang,) if self.lang else (),
            first_day=day_range(self.since)[0] if self.since else None,
            last_day=day_range(self.until)[1] if self.until else None,
        )
        return parse(self.q, segmenter)._replace(
            filters=filters, sort=self.sort, page=self.page, per_page=self.per_page
        )


def read_parameters(
    *,
    q: str = "",
    tag: Sequence[str] = (),
    category: str | None = None,
    lang: str | None = None,
    since: str | None = None,
    until: str | None = None,
    sort: str | None = None,
    page: str | None = None,
    per_page: str | None = None,
) -> Parameters:
    """Check texts as they come from outside. Raises ParameterError naming the first that is wrong."""
    read = Parameters(
        q=Q.read(q),
        tag=TAG.read(tag),
        category=CATEGORY.read(category) or None,
        lang=LANG.read(lang) or None,
        since=SINCE.read(since),
        until=UNTIL.read(until),
        sort=SORT.read(sort),
        page=PAGE.read(page),
        per_page=PER_PAGE.read(per_page),
    )
    if read.since and read.until and day_range(read.since)[0] > day_range(read.until)[1]:
        raise ParameterError(SINCE.name, f"{since} is after to={until}; swap them")
    return read
