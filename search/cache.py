"""What was made in, the same again out, as long as there is room: what costs time is not made twice."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class LruCache(Generic[Key, Value]):
    """Values by their keys, at most `size` bytes of them; those asked for longest ago go first. Safe to share
    between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._used = 0
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        """What was kept under the key, if it still is."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: Key, value: Value, cost: int) -> None:
        """Keep a value that takes `cost` bytes."""
        if cost > self._size:
            return
        with self._lock:
            _, before = self._values.pop(key, (None, 0))
            self._values[key] = value, cost
            self._used += cost - before
            while self._used > self._size:
                _, (_, freed) = self._values.popitem(last=False)
                self._used -= freed
