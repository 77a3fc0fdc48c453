"""Errors that engines and their callers share."""

from zhsearch.index.errors import ZhsearchError


class ParameterError(ZhsearchError):
    """The parameter `name` is unreadable or out of range."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class TooDeepError(ZhsearchError):
    """The requested page lies beyond the `max_hits` that an engine can page through."""

    def __init__(self, max_hits: int) -> None:
        super().__init__(f"only the first {max_hits:,} hits can be paged through; narrow the query")
        self.max_hits = max_hits
