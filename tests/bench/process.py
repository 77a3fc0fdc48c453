"""A command in, what it cost out: seconds of the whole process, peak memory of its tree."""

import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

ROOT = Path(__file__).resolve().parents[2]
_EVERY = 0.05  # seconds between two looks at the memory; each costs the process about a millisecond


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process. `peak` is bytes, None where the system does not tell or it ended too soon."""

    seconds: float
    peak: int | None
    stdout: str


class CommandError(Exception):
    """A peer's process failed."""


def run(command: list[str], *, watch_memory: bool = False) -> Run:
    """Run a command to its end in the project's folder; raises CommandError with what it complained of."""
    peaks: list[int] = []
    done = Event()
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        watcher = Thread(target=_watch, args=(process.pid, done, peaks), daemon=True)
        if watch_memory:
            watcher.start()
        out, complaint = process.communicate()
        seconds = time.perf_counter() - start
    done.set()
    if watch_memory:
        watcher.join()
    if process.returncode:
        raise CommandError(f"{' '.join(command)}: exit {process.returncode}: {complaint[-2000:]}")
    return Run(seconds, max(peaks, default=None), out)


def _watch(pid: int, done: Event, peaks: list[int]) -> None:
    while not done.wait(_EVERY):
        if size := sum(map(pss, tree(pid))):
            peaks.append(size)


def tree(pid: int) -> list[int]:
    """The process and all that it started."""
    found = [pid]
    for parent in found:
        with suppress(OSError):  # ended meanwhile
            for task in Path(f"/proc/{parent}/task").iterdir():
                with suppress(OSError):
                    found += map(int, (task / "children").read_text().split())
    return found


def pss(pid: int) -> int:
    """Proportional set size in bytes: pages shared by several processes are counted once, in parts."""
    return _memory(pid, "Pss:")


def uss(pid: int) -> int:
    """Unique set size in bytes: pages that no other process has."""
    return _memory(pid, "Private_Clean:", "Private_Dirty:")


def _memory(pid: int, *names: str) -> int:
    with suppress(OSError):  # ended meanwhile
        lines = [line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
        return sum(int(line[1]) * 1024 for line in lines if line[0] in names)
    return 0
