"""A thread-safe LRU cache bounded by the bytes of its values.

Values differ in size by a factor of a thousand, so that a limit on their number would not bound memory.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class LruCache(Generic[Key, Value]):
    """Values by key, of at most `max_bytes` together; the least recently used are evicted."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        """The cached value, None on a miss."""
        with self._lock:
            entry = self._values.get(key)
            if entry is None:
                return None
            self._values.move_to_end(key)
            return entry[0]

    def put(self, key: Key, value: Value, size: int) -> None:
        """Cache a value of `size` bytes; one that is larger than the whole cache is ignored."""
        if size > self._max_bytes:
            return
        with self._lock:
            _, replaced = self._values.pop(key, (None, 0))
            self._values[key] = value, size
            self._bytes += size - replaced
            while self._bytes > self._max_bytes:
                _, (_, evicted) = self._values.popitem(last=False)
                self._bytes -= evicted
