"""Errors that engines and their callers share."""

from zhsearch.index.errors import ZhsearchError


class ParameterError(ZhsearchError):
    """The parameter `name` is unreadable or out of range."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
