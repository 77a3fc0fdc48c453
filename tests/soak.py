"""A server under load and faults in, what readers saw out: `python -m tests.soak --seconds 600`.

First at rest, then with reindexing going on, workers killed and slow and broken clients: requests, errors, p99
of both, memory and descriptors of the master at the end against the beginning, generations left behind.
"""

import argparse
import http.client
import os
import random
import signal
import socket
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

from index.build import reindex
from index.settings import Settings
from tests.server import Serving, serving, wait_for
from tests.support import index_site, post, write_site

PATHS = ("/api/search?q=", "/search?q=", "/api/suggest?q=")
WORDS = ("算力", "芯片 国产", '"国产算力"', "标记", "什么是算力的芯片", "貔貅")
READERS = 4


class Reader(Thread):
    """Asks and asks; a connection that a killed worker broke is made anew, as browsers do."""

    def __init__(self, server: Serving, stop: Event, seed: int) -> None:
        super().__init__(daemon=True)
        self.address, self.stop, self.random = server.address, stop, random.Random(seed)
        self.seconds: list[float] = []
        self.errors: list[str] = []
        self.broken = 0

    def run(self) -> None:
        connection = http.client.HTTPConnection(*self.address, timeout=20)
        while not self.stop.is_set():
            path = self.random.choice(PATHS) + quote(self.random.choice(WORDS)) + f"&n={self.random.random()}"
            began = time.perf_counter()
            try:
                connection.request("GET", path)
                response = connection.getresponse()
                response.read()
            except (OSError, http.client.HTTPException):
                self.broken += 1
                connection.close()
                continue
            self.seconds.append(time.perf_counter() - began)
            if response.status != 200:
                self.errors.append(f"{response.status} {path}")
        connection.close()


def main() -> None:
    """Soak, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="zhsearch-soak-") as folder:
        site = write_site(
            Path(folder), {f"{at}.md": post(f"算力 {at}", "国产算力与芯片。" * 80) for at in range(300)}
        )
        settings = replace(index_site(site), workers=2)
        with serving(site, settings) as server:
            wait_for(lambda: len(server.family()) == 3)
            read(server, seconds / 10)  # warm
            rest = read(server, seconds / 4)
            before = state(server)
            stop = Event()
            faults = [Thread(target=fault, args=(server, settings, stop), daemon=True) for fault in FAULTS]
            for thread in faults:
                thread.start()
            busy = read(server, seconds)
            stop.set()
            for thread in faults:
                thread.join()
            wait_for(lambda: len(server.family()) == 3)
            read(server, 3)
            after = state(server)
        generations = len(list((settings.index / "generations").iterdir()))
        log = (site / "server.log").read_text()
    for name, readers in (("at rest", rest), ("under faults", busy)):
        told = [second for reader in readers for second in reader.seconds]
        errors = [error for reader in readers for error in reader.errors]
        broken = sum(reader.broken for reader in readers)
        p50, p99 = statistics.median(told) * 1000, statistics.quantiles(told, n=100)[98] * 1000
        print(
            f"{name}: {len(told)} answers, {len(errors)} errors, {broken} connections broken, p50 {p50:.1f} ms, p99 {p99:.1f} ms"
        )
        print(*errors[:5], sep="\n", end="\n" if errors else "")
    print(
        f"master before: {before}; after: {after}; generations left: {generations}; tracebacks: {log.count('Traceback')}"
    )


def read(server: Serving, seconds: float) -> list[Reader]:
    """Some readers for a time."""
    stop = Event()
    readers = [Reader(server, stop, seed) for seed in range(READERS)]
    for reader in readers:
        reader.start()
    time.sleep(seconds)
    stop.set()
    for reader in readers:
        reader.join()
    return readers


def state(server: Serving) -> str:
    """Descriptors of the master, and the private memory of it and its workers."""
    pid = server.process.pid
    rollup = [Path(f"/proc/{one}/smaps_rollup").read_text() for one in server.family()]
    private = [
        sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private"))
        for text in rollup
    ]
    return f"{len(list(Path(f'/proc/{pid}/fd').iterdir()))} descriptors, {sum(private) / 1024:.0f} MB private"


def publish(server: Serving, settings: Settings, stop: Event) -> None:
    """Edit and index, one generation after the other."""
    number = 0
    while not stop.wait(0.5):
        number += 1
        file = settings.content / f"content/{number % 50}.md"
        file.write_text(post(f"标记 {number}", "国产算力与芯片。" * 80), encoding="utf-8")
        reindex(settings, full=not number % 20)


def kill(server: Serving, settings: Settings, stop: Event) -> None:
    """Kill a worker now and then."""
    while not stop.wait(4):
        for worker in server.family()[1:2]:
            os.kill(worker, signal.SIGKILL)


def pester(server: Serving, settings: Settings, stop: Event) -> None:
    """Be silent, break off, write rubbish."""
    while not stop.wait(0.1):
        for data in (
            b"",
            b"GET /search?q=a HT",
            b"\x00\xff\r\n\r\n",
            b"GET /api/search HTTP/1.1\r\nHost: x\r\n\r\n",
        ):
            try:
                with socket.create_connection(server.address, timeout=5) as connection:
                    connection.sendall(data)
            except OSError:
                continue


FAULTS: tuple[Callable[[Serving, Settings, Event], None], ...] = (publish, kill, pester)

if __name__ == "__main__":
    main()
