"""Soak test of a server under load and faults: `python -m tests.robustness.soak --seconds 600`.

First swaps of generations, compared with the quiet seconds between them; then a long stretch of changing
generations, to measure memory and descriptors; then one fault after the other. A third of the time each.
"""

import argparse
import fcntl
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import numpy as np

from tests.bench.corpus import make_corpus
from tests.helpers.processes import open_files
from tests.helpers.server import Serving, serving, wait_for
from tests.helpers.sites import CACHE
from tests.robustness.soak.faults import FAULTS, publish
from tests.robustness.soak.readers import read, reading
from tests.robustness.soak.run_fault import run_fault
from tests.robustness.soak.swaps import WINDOW, prepare, swap
from zhsearch.index.generations.manifest import MANIFEST
from zhsearch.index.generations.store import current_id, generation_names
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.settings import Settings

_SAMPLE_S = 2.0  # between two measurements of memory


def main() -> None:
    """Run the soak test and print what readers saw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--posts", type=int, default=2_000)
    arguments = parser.parse_args()
    third = arguments.seconds / 3
    with tempfile.TemporaryDirectory(prefix="zhsearch-soak-") as name:
        corpus = make_corpus(None, arguments.posts, Path(name))
        site = corpus.content.parent
        settings = replace(Settings(), content=site, index=site / "index", cache=CACHE)
        reindex(settings)
        print(f"{len(corpus.pages)} posts of {corpus.origin}; two workers, four readers", flush=True)
        generations = prepare(settings, max(3, int(third / WINDOW / 2)))
        with serving(site, settings) as server:
            wait_for(lambda: len(server.family()) == 3)
            read(server, 5)
            print(swap(server, generations), flush=True)
        grow(settings, third)
        for fault in FAULTS:
            if why := fault.missing():
                print(f"{fault.name}: not tried, {why}", flush=True)
                continue
            outcome = run_fault(fault, settings, third / len(FAULTS))
            print(
                f"{fault.name}: {outcome.during}; left open: {dict(outcome.leaked) or 'nothing'}", flush=True
            )
            for line in (*outcome.during.errors[:5], *outcome.wrong[:5], *outcome.after.errors[:5]):
                print(f"  {line}")
            if outcome.traced and not fault.traces:
                print("  there is a stack trace in", site / "server.log")
                print((site / "server.log").read_text()[-4_000:])


def grow(settings: Settings, seconds: float) -> None:
    """Change generations for some seconds, and print how memory and descriptors grew."""
    with serving(settings.content, settings) as server:
        wait_for(lambda: len(server.family()) == 3)
        stop, samples = Event(), list[tuple[float, float, int]]()
        thread = Thread(target=publish, args=(server, stop), daemon=True)
        thread.start()
        read(server, seconds / 5)  # until the caches are full
        end = time.monotonic() + seconds
        with reading(server) as observed:
            while time.monotonic() < end:
                time.sleep(_SAMPLE_S)
                samples.append((time.monotonic(), *_resources(server)))
        stop.set()
        thread.join()
        read(server, 1)
        reindex(settings)
        names, locked = generation_names(settings.index), _locked(settings.index)
    seconds_at, memory, descriptors = (np.array(column) for column in zip(*samples, strict=True))
    slope, _ = np.polyfit((seconds_at - seconds_at[0]) / 60, memory, 1)
    tenth = max(1, len(memory) // 10)
    print(f"generations changing: {observed}")
    print(
        f"private memory of master and workers: {memory[:tenth].mean():.0f} MB at the beginning,"
        f" {memory[-tenth:].mean():.0f} MB at the end, {memory.max():.0f} at most; slope {slope:+.2f} MB a minute;"
        f" descriptors without connections: {descriptors[0]}, at the end {descriptors[-1]}, at most {descriptors.max()}"
    )
    unused = [name for name in names[: -settings.keep_generations] if name not in locked]
    print(
        f"generations: {len(names)} ({settings.keep_generations} are kept), in use: {len(locked)},"
        f" neither kept nor in use: {len(unused)}; live: {current_id(settings.index)}",
        flush=True,
    )


def _resources(server: Serving) -> tuple[float, int]:
    """Private memory in MB, and the number of descriptors that are not sockets, of all processes."""
    private, descriptors = 0, 0
    for pid in server.family():
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        private += sum(int(line.split()[1]) for line in rollup if line.startswith("Private"))
        descriptors += sum(not link.startswith("socket") for link in open_files(pid))
    return private / 1024, descriptors


def _locked(index: Path) -> list[str]:
    """The generations that some process has open."""
    locked = []
    for name in generation_names(index):
        with (index / "generations" / name / MANIFEST).open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                locked.append(name)
    return locked


if __name__ == "__main__":
    main()
