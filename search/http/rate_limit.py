"""Who asks in, whether that is too often out; counted by all workers together.

`limits` has the rules; its counters in memory belong to one process, and those that processes share want a
server of their own. Here they lie in memory that the workers inherit.
"""

import hashlib
import mmap
import os
import time
from ipaddress import IPv6Address, ip_address
from threading import Lock

import numpy as np
from limits import parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

_SLOTS = 1 << 16
_TRIES = 8  # slots that a key may be in
_SLOT = np.dtype([("key", "<u8"), ("ends", "<f8"), ("count", "<u4")])


class SharedCounts(Storage):
    """Counters by key in 1.3 MB of memory, the same for every process that was forked from this one.

    Processes do not lock each other out, so that one that is killed leaves no lock: at worst a count is lost.
    Where there are more keys than slots, the one that ends first is forgotten. Keys are kept as keyed hashes:
    no address can be read from them, nor can anyone choose addresses that meet in one slot.
    """

    STORAGE_SCHEME = None
    base_exceptions = ()

    def __init__(self) -> None:
        super().__init__()
        self._slots = np.frombuffer(mmap.mmap(-1, _SLOTS * _SLOT.itemsize), dtype=_SLOT)
        self._secret = os.urandom(16)
        self._lock = Lock()  # among the threads of a process

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, in a window of `expiry` seconds that begins with its first; the number so far."""
        with self._lock:
            slot, number = self._find(key)
            now = time.monotonic()
            if slot["key"] != number or slot["ends"] <= now:
                slot["key"], slot["ends"], slot["count"] = number, now + expiry, 0
            slot["count"] += amount
            return int(slot["count"])

    def get(self, key: str) -> int:
        """The number so far."""
        slot, number = self._find(key)
        return int(slot["count"]) if slot["key"] == number and slot["ends"] > time.monotonic() else 0

    def get_expiry(self, key: str) -> float:
        """When its window ends, in seconds since 1970."""
        slot, number = self._find(key)
        left = float(slot["ends"]) - time.monotonic() if slot["key"] == number else 0.0
        return time.time() + max(left, 0.0)

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int | None:
        """Forget all."""
        self._slots[:] = np.zeros((), dtype=_SLOT)
        return None

    def clear(self, key: str) -> None:
        """Forget one."""
        slot, number = self._find(key)
        if slot["key"] == number:
            slot["count"] = 0

    def _find(self, key: str) -> "tuple[np.void, int]":
        """The slot that a key is in, or else the one that it may have: free, or the first to end."""
        digest = hashlib.blake2b(key.encode(), key=self._secret, digest_size=8).digest()
        number = int.from_bytes(digest, "little") or 1
        places = (number % _SLOTS + np.arange(_TRIES)) % _SLOTS
        some = self._slots[places]
        here = np.flatnonzero(some["key"] == number)
        at = int(places[here[0]]) if len(here) else int(places[some["ends"].argmin()])
        found: np.void = self._slots[at]  # a view: what is set in it is set for all
        return found, number


class RateLimiter:
    """Counts clients against a limit such as `60/minute`; raises ValueError where it is none."""

    def __init__(self, limit: str) -> None:
        self._limit = parse(limit)
        self._limiter = FixedWindowRateLimiter(SharedCounts())

    def wait(self, address: str) -> int:
        """Count a request from an address: 0, or how many seconds it should wait."""
        key = client_of(address)
        if self._limiter.hit(self._limit, key):
            return 0
        ends, _ = self._limiter.get_window_stats(self._limit, key)
        return max(1, round(ends - time.time() + 0.5))


def client_of(address: str) -> str:
    """Who an address belongs to: of IPv6, where each client has as many as it likes, the first half."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped) if ip.ipv4_mapped else ip.packed[:8].hex()
