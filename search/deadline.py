"""A cooperative deadline for each request.

Code that may take long checks it between its steps, which costs a tenth of a microsecond. No signal and no
thread interrupts a step, so that nothing is ever left half done.
"""

from contextvars import ContextVar
from math import inf
from time import perf_counter

from zhsearch.index.errors import ZhsearchError

# Ambient, as in trio: between the request and the step that takes long lie many functions that have no other
# use for it. Seconds of perf_counter.
_deadline: ContextVar[float] = ContextVar("deadline", default=inf)


class DeadlineExceededError(ZhsearchError):
    """The request has run until its deadline."""


class time_limit:  # noqa: N801  a context manager; as a class it costs each request less than as a generator
    """Set the deadline of the block to `seconds` from now, for this thread; 0: none."""

    __slots__ = ("_seconds", "_token")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        self._token = _deadline.set(perf_counter() + self._seconds if self._seconds else inf)

    def __exit__(self, *_: object) -> None:
        _deadline.reset(self._token)


def check_deadline() -> None:
    """Raise DeadlineExceededError once the deadline has passed."""
    if perf_counter() > _deadline.get():
        raise DeadlineExceededError("This query takes too long here. Use fewer or rarer words")
