"""Rate limits: windows, full tables, addresses of one client."""

import os
from unittest.mock import patch

import pytest

from zhsearch.search.http import rate_limit
from zhsearch.search.http.rate_limit import RateLimiter, SharedCounts, client_of


def test_a_window_starts_with_the_first_request_and_ends() -> None:
    now = 1000.0
    with patch("zhsearch.search.http.rate_limit.time.monotonic", lambda: now):
        limit = RateLimiter("2/minute")
        assert [limit.wait_s("192.0.2.1") > 0 for _ in range(3)] == [False, False, True]
        now = 1059.0
        assert 1 <= limit.wait_s("192.0.2.1") <= 2
        now = 1061.0
        assert limit.wait_s("192.0.2.1") == 0


def test_forked_processes_share_their_counts() -> None:
    counts = SharedCounts()
    assert counts.incr("a", 60) == 1
    child = os.fork()
    if not child:
        counts.incr("a", 60)
        os._exit(0)
    os.waitpid(child, 0)
    assert counts.incr("a", 60) == 3
    assert counts.get("a") == 3
    counts.clear("a")
    assert counts.get("a") == 0
    counts.incr("b", 60)
    counts.reset()
    assert counts.get("b") == 0
    assert counts.check()


def test_a_full_table_keeps_the_counts_of_the_newest_clients() -> None:
    with patch.object(rate_limit, "_SLOTS", 64):
        counts = SharedCounts()
        for number in range(10_000):
            assert counts.incr(f"client {number}", 60) >= 1
        assert counts.incr("client 9999", 60) == 2  # the last ones still have theirs


@pytest.mark.parametrize(
    ("address", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "unix:", False),
    ],
)
def test_an_ipv6_client_is_its_64_network(address: str, other: str, same: bool) -> None:
    assert (client_of(address) == client_of(other)) is same
