"""A served index in, its rows out: requests a second against the server's own floor, memory, a reindex."""

import statistics
import subprocess
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from .ours import Zhsearch
from .process import run
from .rows import Measure, Samples
from .serving import Burst, Server, search_paths, serving, warm_up, zipf_paths

KEPT_MB = 16  # of answers, the default
TURNS = 4

FLOOR = Measure("served: /healthz, requests/s", "")
DISTINCT = Measure("served: distinct queries, no answer kept, requests/s", "")
DISTINCT_SHARE = Measure("· share of /healthz", "")
P50 = Measure("· p50, ms", "")
P99 = Measure("· p99, ms", "")
MIX = Measure("served: Zipf mix of 1,000 queries, answers kept, requests/s", "")
MIX_SHARE = Measure("· its share of /healthz", "")
BESIDE = Measure("served: p99 while a full reindex runs / at rest", "")
MEMORY = Measure("served: private memory of a worker after 10,000 queries, MB", "")
ABOVE = Measure("· above an empty index, MB", "")
ROWS = (FLOOR, DISTINCT, DISTINCT_SHARE, P50, P99, MIX, MIX_SHARE, BESIDE, MEMORY, ABOVE)


def measure_load(
    peer: Zhsearch, content: Path, index: Path, queries: Sequence[str], samples: Samples, work: Path
) -> None:
    """All rows, once. Raises CommandError where a process fails."""
    distinct, mix = search_paths(queries), zipf_paths(queries)

    def add(measure: Measure, value: float) -> None:
        samples.add(measure, peer.name, value)

    with serving(index, cache_mb=0) as server:
        floors, bursts, share = _by_turns(server, distinct)
        add(FLOOR, statistics.median(burst.rate for burst in floors))
        add(DISTINCT, statistics.median(burst.rate for burst in bursts))
        add(DISTINCT_SHARE, share)
        add(P50, statistics.median(burst.p50 for burst in bursts))
        add(P99, statistics.median(burst.p99 for burst in bursts))
        add(BESIDE, _beside_a_reindex(server, distinct, peer.index_command(content, index)))
    with serving(index, cache_mb=KEPT_MB) as server:
        server.ask(mix)
        _, bursts, share = _by_turns(server, mix)
        add(MIX, statistics.median(burst.rate for burst in bursts))
        add(MIX_SHARE, share)
        taken = _memory_after(server, distinct)
    nothing = work / "nothing/content"
    nothing.mkdir(parents=True)
    run(peer.index_command(nothing, work / "nothing/index"))
    with serving(work / "nothing/index", cache_mb=KEPT_MB) as server:
        add(MEMORY, taken)
        add(ABOVE, taken - _memory_after(server, distinct))


def _by_turns(server: Server, paths: Sequence[str]) -> tuple[list[Burst], list[Burst], float]:
    """Bursts of /healthz, bursts of the paths, and the share of the floor's rate that the paths reach."""
    floors, bursts = [server.ask(["/healthz"])], []
    for _ in range(TURNS):
        bursts.append(server.ask(paths))
        floors.append(server.ask(["/healthz"]))
    # Each burst against what stands before and after it.
    levels = [(before.rate + after.rate) / 2 for before, after in pairwise(floors)]
    shares = [burst.rate / level for burst, level in zip(bursts, levels, strict=True)]
    return floors, bursts, statistics.median(shares)


def _beside_a_reindex(server: Server, paths: Sequence[str], command: list[str]) -> float:
    """How many times longer the slowest of a hundred requests takes while everything is indexed again."""
    before = [server.ask(paths).p99 for _ in range(2)]
    beside = []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            beside.append(server.ask(paths).p99)
    after = [server.ask(paths).p99 for _ in range(2)]
    return statistics.median(beside) / statistics.median(before + after)


def _memory_after(server: Server, paths: Sequence[str]) -> float:
    """Private megabytes of the largest worker."""
    warm_up(server, paths)
    return max(server.workers_uss(), default=0) / 1e6
