"""Fixed-window rate limiting of clients, shared by all workers.

The package `limits` has the algorithm. Its storages belong to one process or need a server; the one here is
memory that the workers inherit.
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
_PROBES = 8  # consecutive slots that a key may be in
_SLOT = np.dtype([("key", "<u8"), ("ends", "<f8"), ("count", "<u4")])
"""A counter: the keyed hash of its client (0: a free slot), the end of its window in seconds of the
monotonic clock, and the requests in the window."""


class SharedCounts(Storage):
    """A storage for `limits`: a hash table in 1.3 MB of memory that all processes forked from this one share.

    There is no lock between processes, so that a killed one leaves none: at worst a count is lost. If the
    table is full, the counter whose window ends first is replaced. Keys are stored as keyed hashes, so that
    no address can be read from them, and nobody can choose addresses that collide.
    """

    STORAGE_SCHEME = None
    base_exceptions = ()

    def __init__(self) -> None:
        super().__init__()
        self._slots = np.frombuffer(mmap.mmap(-1, _SLOTS * _SLOT.itemsize), dtype=_SLOT)
        self._secret = os.urandom(16)
        self._lock = Lock()  # among the threads of a process

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count a request, in a window of `expiry` seconds from the first one; returns the count."""
        with self._lock:
            slot, digest = self._find(key)
            now = time.monotonic()
            if slot["key"] != digest or slot["ends"] <= now:
                slot["key"], slot["ends"], slot["count"] = digest, now + expiry, 0
            slot["count"] += amount
            return int(slot["count"])

    def get(self, key: str) -> int:
        """The number of requests in the current window."""
        slot, digest = self._find(key)
        return int(slot["count"]) if slot["key"] == digest and slot["ends"] > time.monotonic() else 0

    def get_expiry(self, key: str) -> float:
        """The end of the window, in seconds since 1970."""
        slot, digest = self._find(key)
        seconds_left = float(slot["ends"]) - time.monotonic() if slot["key"] == digest else 0.0
        return time.time() + max(seconds_left, 0.0)

    def check(self) -> bool:
        """Memory is always available."""
        return True

    def reset(self) -> int | None:
        """Reset all counters."""
        self._slots[:] = np.zeros((), dtype=_SLOT)
        return None

    def clear(self, key: str) -> None:
        """Reset one counter."""
        slot, digest = self._find(key)
        if slot["key"] == digest:
            slot["count"] = 0

    def _find(self, key: str) -> "tuple[np.void, int]":
        """The slot of a key, or the one to use for it (free, or the first to end), and the key's hash."""
        hashed = hashlib.blake2b(key.encode(), key=self._secret, digest_size=8).digest()
        digest = int.from_bytes(hashed, "little") or 1
        positions = (digest % _SLOTS + np.arange(_PROBES)) % _SLOTS
        candidates = self._slots[positions]
        matches = np.flatnonzero(candidates["key"] == digest)
        chosen = matches[0] if len(matches) else candidates["ends"].argmin()
        slot: np.void = self._slots[int(positions[chosen])]  # a view: writes go to the shared memory
        return slot, digest


class RateLimiter:
    """Counts the requests of clients against a rate such as `600/minute`. Raises ValueError for an invalid
    one."""

    def __init__(self, rate: str) -> None:
        self._rate = parse(rate)
        self._limiter = FixedWindowRateLimiter(SharedCounts())

    def wait_s(self, address: str) -> int:
        """Count a request of an address; 0 if it is allowed, else the seconds until the next one is."""
        key = client_of(address)
        if self._limiter.hit(self._rate, key):
            return 0
        ends, _ = self._limiter.get_window_stats(self._rate, key)
        return max(1, round(ends - time.time() + 0.5))


def client_of(address: str) -> str:
    """The key of a client: its IPv4 address, or its IPv6 /64 network, in which it can use any address."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped) if ip.ipv4_mapped else ip.packed[:8].hex()
