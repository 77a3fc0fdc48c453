"""Seconds in, an error as soon as they are spent: how long one request may be worked on.

What may take long asks between its steps, which costs a tenth of a microsecond. There is no signal and no
thread that could stop it in between, so that nothing is ever left half done.
"""

from contextvars import ContextVar
from math import inf
from time import perf_counter

from zhsearch.index.errors import ZhsearchError

# As ambient as a deadline is in trio: between the request and the step that takes long lie many functions
# that have nothing to say about time.
_ends: ContextVar[float] = ContextVar("ends", default=inf)


class DeadlineExceededError(ZhsearchError):
    """The time that a request may take is spent."""


class time_limit:  # noqa: N801  a context manager, as a class since a request cannot do without it
    """What this thread does within takes no longer than so many seconds, as far as it asks; 0 is no limit."""

    __slots__ = ("_seconds", "_token")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        self._token = _ends.set(perf_counter() + self._seconds if self._seconds else inf)

    def __exit__(self, *_: object) -> None:
        _ends.reset(self._token)


def check_deadline() -> None:
    """Go on, or raise TooLongError if the time is spent."""
    if perf_counter() > _ends.get():
        raise DeadlineExceededError(
            "This query takes too long here. Ask for less: fewer words, or rarer ones"
        )
