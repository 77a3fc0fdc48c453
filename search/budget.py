"""Seconds in, an error as soon as they are spent: how long one request may be worked on.

What may take long asks between its steps, which costs a tenth of a microsecond. There is no signal and no
thread that could stop it in between, so that nothing is ever left half done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import perf_counter

from index.errors import ZhsearchError

# As ambient as a deadline is in trio: between the request and the step that takes long lie many functions
# that have nothing to say about time.
_ends: ContextVar[float] = ContextVar("ends", default=inf)


class TooLongError(ZhsearchError):
    """The time that a request may take is spent."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """What this thread does within takes no longer, as far as it asks; 0 is no limit."""
    token = _ends.set(perf_counter() + seconds if seconds else inf)
    try:
        yield
    finally:
        _ends.reset(token)


def check() -> None:
    """Go on, or raise TooLongError if the time is spent."""
    if perf_counter() > _ends.get():
        raise TooLongError("This query takes too long here. Ask for less: fewer words, or rarer ones")
