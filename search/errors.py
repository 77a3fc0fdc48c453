"""Errors that engines and interfaces share."""

from zhsearch.index.errors import ZhsearchError


class ParameterError(ZhsearchError):
    """A parameter is unreadable or out of range; `name` is the parameter's."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
