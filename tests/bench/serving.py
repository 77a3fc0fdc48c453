"""A running `zhsearch serve` with its real workers, under load from wrk.

Measurements are short alternating bursts, because a machine that slows down affects neighbours alike. Where wrk or
/proc is missing, nothing is measured.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.helpers.server import free_port

from .process import ROOT, CommandError, process_tree, uss

WORKERS = 2
_CONNECTIONS = 4
BURST_S = 3
_MIX_REQUESTS = 20_000  # length of the realistic mix before it repeats
WARM_UP_QUERIES = 10_000  # before memory is measured
_LUA = """
local paths, at = {{}}, 0
for line in io.lines("{file}") do paths[#paths + 1] = line end
function request() at = at % #paths + 1; return wrk.format("GET", paths[at]) end
"""


@dataclass(frozen=True, slots=True)
class Burst:
    """wrk's result: requests a second, latencies in milliseconds, responses other than 2xx and 3xx."""

    rate: float
    p50: float
    p99: float
    failed: int


class Server:
    """A running `zhsearch serve`, or the app of `hello`. `idle` is its cheapest path."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, work: Path, idle: str) -> None:
        self.idle = idle
        self.pid = process.pid
        self._root = f"http://127.0.0.1:{port}"
        self._work = work

    def send_burst(self, paths: Sequence[str]) -> Burst:
        """Request the paths in their order, over and over, for BURST_S seconds."""
        file = self._work / "paths.txt"
        file.write_text("\n".join(paths), encoding="utf-8")
        script = self._work / "wrk.lua"
        script.write_text(_LUA.format(file=file), encoding="utf-8")
        command = [
            "wrk",
            "-t1",
            f"-c{_CONNECTIONS}",
            f"-d{BURST_S}",
            "--latency",
            "-s",
            str(script),
            self._root,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return _read(done.stdout or done.stderr)

    def workers_uss(self) -> list[int]:
        """The private memory of each worker in bytes."""
        return [size for pid in process_tree(self.pid)[1:] if (size := uss(pid))]

    def wait(self) -> None:
        """Wait until the server answers. Raises CommandError after half a minute."""
        for _ in range(300):
            try:
                with urllib.request.urlopen(self._root + self.idle, timeout=5) as response:
                    response.read()
                return
            except OSError:
                time.sleep(0.1)
        raise CommandError(f"{self._root}{self.idle}: no answer in half a minute")


def can_serve() -> bool:
    """Whether wrk and /proc are available."""
    return bool(shutil.which("wrk")) and Path("/proc/self/smaps_rollup").exists()


@contextmanager
def serving(index: Path, *, cache_mb: int) -> Iterator[Server]:
    """Serve an index with an answer cache of `cache_mb` megabytes until the block ends."""
    script = Path(sys.executable).with_name("zhsearch")
    with _serving([str(script), "serve"], index, cache_mb, "/healthz") as server:
        yield server


@contextmanager
def serving_hello(index: Path) -> Iterator[Server]:
    """Serve a bare Flask app by the same server with the same settings until the block ends."""
    with _serving([sys.executable, "-m", "tests.bench.hello"], index, 0, "/") as server:
        yield server


@contextmanager
def _serving(command: list[str], index: Path, cache_mb: int, idle: str) -> Iterator[Server]:
    port = free_port()
    options = ["--index", str(index), "--port", str(port), "--workers", str(WORKERS)]
    environ = {**os.environ, "ZHSEARCH_ANSWER_CACHE_MB": str(cache_mb)}
    with tempfile.TemporaryDirectory() as work:
        process = subprocess.Popen([*command, *options], cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
        try:
            server = Server(process, port, Path(work), idle)
            server.wait()
            yield server
        finally:
            process.terminate()
            process.wait()


def search_paths(queries: Sequence[str]) -> list[str]:
    """One request path for each query."""
    return [f"/api/search?{urlencode({'q': query})}" for query in queries]


def zipf_paths(queries: Sequence[str]) -> list[str]:
    """Request paths with the frequencies of Zipf's law: the n-th query comes 1/n times as often as the first."""
    weights = [1 / rank for rank in range(1, len(queries) + 1)]
    return random.Random(1).choices(search_paths(queries), weights, k=_MIX_REQUESTS)


def warm_up(server: Server, paths: Sequence[str]) -> None:
    """Send about WARM_UP_QUERIES queries."""
    remaining = float(WARM_UP_QUERIES)
    while remaining > 0:
        remaining -= server.send_burst(paths).rate * BURST_S


def _read(printed: str) -> Burst:
    """Parse wrk's report. Raises CommandError where it is not one."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    latencies = {
        percent: float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
        for percent, number, unit in re.findall(r"(50|99)%\s+([\d.]+)(us|ms|s)", printed)
    }
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", printed)
    if not rate or len(latencies) != 2:
        raise CommandError(f"wrk: {printed[-500:]}")
    return Burst(float(rate[1]), latencies["50"], latencies["99"], int(failed[1]) if failed else 0)
