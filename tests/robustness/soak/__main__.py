"""A server under load and faults in, what readers saw out: `python -m tests.robustness.soak --seconds 600`.

First swaps of generations against quiet seconds between them; then a long stretch with generations changing, for
memory and descriptors; then one fault after the other. A third of the time each.
"""

import argparse
import fcntl
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import numpy as np

from tests.bench.corpus import make_corpus
from tests.helpers.server import Serving, serving, wait_for
from tests.helpers.sites import CACHE
from tests.robustness.soak.faults import FAULTS, publish
from tests.robustness.soak.readers import read, reading
from tests.robustness.soak.suffer import suffer
from tests.robustness.soak.swaps import WINDOW, prepare, swap
from zhsearch.index.generations.manifest import MANIFEST
from zhsearch.index.generations.store import current_id, generation_names
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.index.settings import Settings

_EVERY = 2.0  # seconds between two looks at memory


def main() -> None:
    """Soak, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--posts", type=int, default=2_000)
    given = parser.parse_args()
    third = given.seconds / 3
    with tempfile.TemporaryDirectory(prefix="zhsearch-soak-") as name:
        corpus = make_corpus(None, given.posts, Path(name))
        site = corpus.content.parent
        settings = replace(Settings(), content=site, index=site / "index", cache=CACHE)
        reindex(settings)
        print(f"{len(corpus.pages)} posts of {corpus.origin}; two workers, four readers", flush=True)
        made = prepare(settings, max(3, int(third / WINDOW / 2)))
        with serving(site, settings) as server:
            wait_for(lambda: len(server.family()) == 3)
            read(server, 5)
            print(swap(server, made), flush=True)
        grow(settings, third)
        for fault in FAULTS:
            if why := fault.missing():
                print(f"{fault.name}: not tried, {why}", flush=True)
                continue
            done = suffer(fault, settings, third / len(FAULTS))
            print(f"{fault.name}: {done.told}; left open: {dict(done.leaked) or 'nothing'}", flush=True)
            for line in (*done.told.errors[:5], *done.wrong[:5], *done.after.errors[:5]):
                print(f"  {line}")
            if done.traced and not fault.traces:
                print("  there is a stack trace in", site / "server.log")
                print((site / "server.log").read_text()[-4_000:])


def grow(settings: Settings, seconds: float) -> None:
    """Let generations change for a time, and print how memory and descriptors grew."""
    with serving(settings.content, settings) as server:
        wait_for(lambda: len(server.family()) == 3)
        stop, seen = Event(), list[tuple[float, float, int]]()
        thread = Thread(target=publish, args=(server, stop), daemon=True)
        thread.start()
        read(server, seconds / 5)  # until what is kept fills its room
        end = time.monotonic() + seconds
        with reading(server) as told:
            while time.monotonic() < end:
                time.sleep(_EVERY)
                seen.append((time.monotonic(), *_state(server)))
        stop.set()
        thread.join()
        read(server, 1)
        reindex(settings)
        there, held = generation_names(settings.index), _held(settings.index)
    at, memory, descriptors = (np.array(column) for column in zip(*seen, strict=True))
    slope, _ = np.polyfit((at - at[0]) / 60, memory, 1)
    tenth = max(1, len(memory) // 10)
    print(f"generations changing: {told}")
    print(
        f"private memory of master and workers: {memory[:tenth].mean():.0f} MB at the beginning,"
        f" {memory[-tenth:].mean():.0f} MB at the end, {memory.max():.0f} at most; slope {slope:+.2f} MB a minute;"
        f" descriptors without connections: {descriptors[0]}, at the end {descriptors[-1]}, at most {descriptors.max()}"
    )
    spare = [name for name in there[: -settings.keep_generations] if name not in held]
    print(
        f"generations left: {len(there)} ({settings.keep_generations} are kept), read by someone: {len(held)},"
        f" left though no one reads them: {len(spare)}; live: {current_id(settings.index)}",
        flush=True,
    )


def _state(server: Serving) -> tuple[float, int]:
    """Private memory in MB, and descriptors that are no connections."""
    private, descriptors = 0, 0
    for one in server.family():
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        private += sum(int(line.split()[1]) for line in rollup if line.startswith("Private"))
        for link in Path(f"/proc/{one}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                descriptors += not str(link.readlink()).startswith("socket")
    return private / 1024, descriptors


def _held(index: Path) -> list[str]:
    """Generations that someone has open."""
    held = []
    for name in generation_names(index):
        with (index / "generations" / name / MANIFEST).open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                held.append(name)
    return held


if __name__ == "__main__":
    main()
