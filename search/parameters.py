"""Parameters of a request or a command line in, a Query out; what is out of range is refused by name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.errors import ZhsearchError
from index.segment import Segmenter
from search.periods import days_of
from search.query import LONGEST, Filters, Query, parse

SORTS = ("relevance", "newest", "oldest")
MOST_PER_PAGE = 50
_LAST_PAGE = 1_000_000_000
_MOST_TAGS = 20


class ParameterError(ZhsearchError):
    """A parameter is unreadable or out of range; `name` is the parameter's."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Parameters:
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
            first_day=days_of(self.since)[0] if self.since else None,
            last_day=days_of(self.until)[1] if self.until else None,
        )
        # Without words nothing is more relevant than anything else: newest first.
        return Query(self.q, *parse(self.q, segmenter), filters, self.sort, self.page, self.per_page)


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
    if len(q) > LONGEST:
        raise ParameterError("q", f"{len(q)} characters, more than {LONGEST}; ask for less")
    for name, value in (("from", since), ("to", until)):
        if value:
            try:
                days_of(value)
            except ValueError:
                raise ParameterError(
                    name, f"{value[:40]!r} is not a date; write 2025, 2025-02 or 2025-02-13"
                ) from None
    if since and until and days_of(since)[0] > days_of(until)[1]:
        raise ParameterError("from", f"{since} is after to={until}; swap them")
    if sort and sort not in SORTS:
        raise ParameterError("sort", f"{sort[:40]!r} is none of {', '.join(SORTS)}")
    tags = tuple(dict.fromkeys(_clean(value) for value in tag if value))
    if len(tags) > _MOST_TAGS:
        raise ParameterError("tag", f"{len(tags)} values, more than {_MOST_TAGS}; choose fewer")
    return Parameters(
        q=_clean(q),
        tag=tags,
        category=_clean(category or "") or None,
        lang=_clean(lang or "") or None,
        since=since or None,
        until=until or None,
        sort=sort or "relevance",
        page=read_number("page", page, default=1, most=_LAST_PAGE),
        per_page=read_number("per_page", per_page, default=10, most=MOST_PER_PAGE),
    )


def _clean(text: str) -> str:
    """Without halves of characters, which no encoder would let out again."""
    return text.encode("utf-8", "replace").decode("utf-8")


def read_number(name: str, text: str | None, *, default: int, most: int) -> int:
    """A whole number from 1 to `most`, or the default where none is given; else ParameterError."""
    if text is None or text == "":
        return default
    if not re.fullmatch(r"[0-9]{1,12}", text) or not 1 <= int(text) <= most:
        raise ParameterError(name, f"{text[:40]!r} is not a whole number from 1 to {most}")
    return int(text)
