"""Run a command and measure it: wall-clock time of the process, peak memory of its process tree."""

import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

ROOT = Path(__file__).resolve().parents[2]
_SAMPLE_EVERY_S = 0.05  # a memory sample costs the process about a millisecond


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process. `peak` is in bytes; None where the system has no /proc or it ended before a sample."""

    seconds: float
    peak: int | None
    stdout: str


class CommandError(Exception):
    """A peer's process failed."""


def run(command: list[str], *, watch_memory: bool = False) -> Run:
    """Run a command to its end in the project's folder. Raises CommandError with its stderr when it fails."""
    peaks: list[int] = []
    done = Event()
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        watcher = Thread(target=_watch, args=(process.pid, done, peaks), daemon=True)
        if watch_memory:
            watcher.start()
        stdout, stderr = process.communicate()
        seconds = time.perf_counter() - start
    done.set()
    if watch_memory:
        watcher.join()
    if process.returncode:
        raise CommandError(f"{' '.join(command)}: exit {process.returncode}: {stderr[-2000:]}")
    return Run(seconds, max(peaks, default=None), stdout)


def _watch(pid: int, done: Event, peaks: list[int]) -> None:
    while not done.wait(_SAMPLE_EVERY_S):
        if size := sum(map(pss, process_tree(pid))):
            peaks.append(size)


def process_tree(pid: int) -> list[int]:
    """The process id and those of all its descendants."""
    pids = [pid]
    for parent in pids:
        with suppress(OSError):  # ended meanwhile
            for task in Path(f"/proc/{parent}/task").iterdir():
                with suppress(OSError):
                    pids += map(int, (task / "children").read_text().split())
    return pids


def pss(pid: int) -> int:
    """Proportional set size in bytes: a page shared by n processes counts 1/n for each."""
    return _memory(pid, "Pss:")


def uss(pid: int) -> int:
    """Unique set size in bytes: pages that no other process shares."""
    return _memory(pid, "Private_Clean:", "Private_Dirty:")


def _memory(pid: int, *names: str) -> int:
    with suppress(OSError):  # ended meanwhile
        lines = [line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
        return sum(int(line[1]) * 1024 for line in lines if line[0] in names)
    return 0
