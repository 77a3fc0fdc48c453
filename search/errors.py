"""Errors that engines and their callers share."""

from zhsearch.index.errors import ZhsearchError
from zhsearch.index.messages import Message


class ParameterError(ZhsearchError):
    """The parameter `name` is unreadable or out of range."""

    def __init__(self, name: str, message: str, /, **fields: object) -> None:
        reason = message if isinstance(message, Message) else Message(message, **fields)
        super().__init__("{name}: {message}", name=name, message=reason)
        self.name = name


class TooDeepError(ZhsearchError):
    """The requested page lies beyond the `max_hits` that an engine can page through."""

    def __init__(self, max_hits: int) -> None:
        super().__init__(
            "only the first {max_hits:,} hits can be paged through; narrow the query", max_hits=max_hits
        )
        self.max_hits = max_hits
