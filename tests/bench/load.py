"""The rows about serving: requests a second as a share of /healthz and of a bare Flask app on the same worker, latency
during a reindex, memory of a worker."""

import statistics
import subprocess
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from .process import run
from .rows import Measure, Samples
from .serving import Burst, Server, search_paths, serving, serving_hello, warm_up, zipf_paths
from .zhsearch_peer import Zhsearch

CACHE_MB = 16  # the default size of the answer cache
BURSTS = 4

FLOOR = Measure("served: /healthz, requests/s", "")
DISTINCT = Measure("served: distinct queries, no cached answer, requests/s", "")
DISTINCT_SHARE = Measure("· share of /healthz", "")
HELLO = Measure("served: bare Flask hello on the same worker, requests/s", "")
HELLO_SHARE = Measure("· share of distinct queries in it", "")
P50 = Measure("· p50, ms", "")
P99 = Measure("· p99, ms", "")
MIX = Measure("served: Zipf mix of 1,000 queries, with the answer cache, requests/s", "")
MIX_SHARE = Measure("· its share of /healthz", "")
DURING_REINDEX = Measure("served: p99 during a full reindex / at rest", "")
MEMORY = Measure("served: private memory of a worker after 10,000 queries, MB", "")
ABOVE_EMPTY = Measure("· above an empty index, MB", "")
ROWS = (
    FLOOR,
    HELLO,
    DISTINCT,
    DISTINCT_SHARE,
    HELLO_SHARE,
    P50,
    P99,
    MIX,
    MIX_SHARE,
    DURING_REINDEX,
    MEMORY,
    ABOVE_EMPTY,
)


def measure_load(
    peer: Zhsearch, content: Path, index: Path, queries: Sequence[str], samples: Samples, work: Path
) -> None:
    """Add one sample of every row. Raises CommandError where a process fails."""
    distinct, mix = search_paths(queries), zipf_paths(queries)

    def add(measure: Measure, value: float) -> None:
        samples.add(measure, peer.name, value)

    with serving(index, cache_mb=0) as server:
        floors, bursts, share = _alternating_bursts(server, distinct, server)
        with serving_hello(index) as hello:
            hellos, _, hello_share = _alternating_bursts(server, distinct, hello)
        add(HELLO, statistics.median(burst.rate for burst in hellos))
        add(HELLO_SHARE, hello_share)
        add(FLOOR, statistics.median(burst.rate for burst in floors))
        add(DISTINCT, statistics.median(burst.rate for burst in bursts))
        add(DISTINCT_SHARE, share)
        add(P50, statistics.median(burst.p50 for burst in bursts))
        add(P99, statistics.median(burst.p99 for burst in bursts))
        add(DURING_REINDEX, _p99_during(peer.index_command(content, index), server, distinct))
    with serving(index, cache_mb=CACHE_MB) as server:
        server.send_burst(mix)
        _, bursts, share = _alternating_bursts(server, mix, server)
        add(MIX, statistics.median(burst.rate for burst in bursts))
        add(MIX_SHARE, share)
        memory = _memory_after_warm_up(server, distinct)
    empty = work / "empty/content"
    empty.mkdir(parents=True)
    run(peer.index_command(empty, work / "empty/index"))
    with serving(work / "empty/index", cache_mb=CACHE_MB) as server:
        add(MEMORY, memory)
        add(ABOVE_EMPTY, memory - _memory_after_warm_up(server, distinct))


def _alternating_bursts(
    server: Server, paths: Sequence[str], floor: Server
) -> tuple[list[Burst], list[Burst], float]:
    """Bursts of the cheapest path of `floor`, bursts of the paths, and the rate of these as a share of the former."""
    floors, bursts = [floor.send_burst([floor.idle])], []
    for _ in range(BURSTS):
        bursts.append(server.send_burst(paths))
        floors.append(floor.send_burst([floor.idle]))
    # Each burst is compared with its neighbours, so that a slower machine cancels out.
    levels = [(before.rate + after.rate) / 2 for before, after in pairwise(floors)]
    shares = [burst.rate / level for burst, level in zip(bursts, levels, strict=True)]
    return floors, bursts, statistics.median(shares)


def _p99_during(command: list[str], server: Server, paths: Sequence[str]) -> float:
    """The p99 latency while a command runs, divided by that before and after it."""
    before = [server.send_burst(paths).p99 for _ in range(2)]
    during = []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            during.append(server.send_burst(paths).p99)
    after = [server.send_burst(paths).p99 for _ in range(2)]
    return statistics.median(during) / statistics.median(before + after)


def _memory_after_warm_up(server: Server, paths: Sequence[str]) -> float:
    """Private memory of the largest worker after many queries, in megabytes."""
    warm_up(server, paths)
    return max(server.workers_uss(), default=0) / 1e6
