"""What was asked in, the answer that was given before out, for as long as the generation lives."""

from collections import OrderedDict
from threading import Lock

_OVERHEAD = 200  # bytes that an answer takes beside its own


class Answers:
    """Bodies of answers of the live generation, at most `size` bytes of them; those asked for longest ago go
    first. Safe to share between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._used = 0
        self._generation = ""
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, generation: str, asked: str) -> bytes | None:
        """The body that was kept for what is asked, if there is one."""
        with self._lock:
            if generation != self._generation or asked not in self._bodies:
                return None
            self._bodies.move_to_end(asked)
            return self._bodies[asked]

    def put(self, generation: str, asked: str, body: bytes) -> None:
        """Keep a body; what was kept of another generation goes."""
        if _cost(asked, body) > self._size:
            return
        with self._lock:
            if generation != self._generation:
                self._generation, self._used = generation, 0
                self._bodies.clear()
            if asked in self._bodies:
                self._used -= _cost(asked, self._bodies[asked])
            self._bodies[asked] = body
            self._used += _cost(asked, body)
            while self._used > self._size:
                self._used -= _cost(*self._bodies.popitem(last=False))


def _cost(asked: str, body: bytes) -> int:
    return len(asked) + len(body) + _OVERHEAD
