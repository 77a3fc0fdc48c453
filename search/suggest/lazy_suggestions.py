"""Suggestions of an engine, built on first use: did-you-mean and completion.

Their lookup tables take a moment to build, which a query on the command line never needs. They are built for
all requests, and so outside the deadline of the first one.
"""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from zhsearch.index.analysis import Segmenter
from zhsearch.search.deadline import time_limit
from zhsearch.search.suggest.did_you_mean import DidYouMean, TermLookup

Completer = TypeVar("Completer")


class LazySuggestions(Generic[Completer]):
    """Suggestions from the terms of `lookup` and from the completer that `make_completer` returns.

    Safe to share between threads. `make_completer` must not refer to the engine, or it delays its release.
    """

    def __init__(self, lookup: TermLookup, make_completer: Callable[[], Completer]) -> None:
        self._did_you_mean = DidYouMean(lookup)
        self._make_completer = make_completer
        self._completer: Completer | None = None
        self._lock = Lock()

    def did_you_mean(self, text: str, segmenter: Segmenter) -> str | None:
        """See Engine."""
        return self._did_you_mean.correct(text, segmenter)

    @property
    def completer(self) -> Completer:
        """The completer, built when it is first needed."""
        with self._lock:
            if self._completer is None:
                with time_limit(0):
                    self._completer = self._make_completer()
            return self._completer

    def warm(self) -> None:
        """Build now what would be built on first use."""
        self._did_you_mean.words.warm()
        _ = self.completer
