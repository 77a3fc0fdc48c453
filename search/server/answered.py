"""Connections that go back from threads to the event loop, which is woken only where it has work.

No lock is needed: each side first shows what it did, and then looks at what the other one did. So at least
one of them sees the step of the other (the GIL keeps steps in order).
"""

from collections import deque
from collections.abc import Callable, Iterator
from selectors import EVENT_READ

from zhsearch.search.server.connection import Connection


class Answered:
    """Connections whose request was answered, and that the loop has not seen yet."""

    def __init__(self, wake: Callable[[], None], is_stopping: Callable[[], bool]) -> None:
        """Both are called in threads. `wake` makes the loop take what is here; a loop that is stopping waits
        for every connection, and is always woken."""
        self._connections = deque[Connection]()
        self._wake = wake
        self._is_stopping = is_stopping
        self._is_woken = False

    def put(self, connection: Connection) -> None:
        """Called in a thread: give a connection back, and wake the loop if it has work.

        Without work it sees the connection at its next turn: usually the next request begins it.
        """
        self._connections.append(connection)
        # From here on the loop can see it, and even a thread may have it again: that wakes once too often.
        if (_has_work(connection) or self._is_stopping()) and not self._is_woken:
            self._is_woken = True
            self._wake()

    def take(self) -> Iterator[Connection]:
        """Called in the loop, at each turn and after each change of a connection that a thread has.

        What is put meanwhile is left for the next time: the loop has others to serve.
        """
        self._is_woken = False  # before it looks: what is put from now on wakes it again
        for _ in range(len(self._connections)):
            yield self._connections.popleft()


def _has_work(connection: Connection) -> bool:
    """Whether the loop has more to do after an answer than to wait for what it polls for already."""
    return (
        connection.polled_for != EVENT_READ
        or connection.is_broken
        or not connection.is_flushed()
        or connection.buffered_bytes() > 0
    )
