"""Readers that search without a pause, and record answers, refusals, errors and broken connections."""

import http.client
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from urllib.parse import quote

from tests.helpers.server import Serving

PATHS = ("/api/search?q=", "/search?q=", "/api/suggest?q=")
WORDS = (
    "算力",
    "芯片 国产",
    '"国产算力"',
    "标记",
    "什么是算力的芯片",
    "貔貅",
    "系统 -软件",
    "Linux",
    "命令 文件",
)
READERS = 4


@dataclass(slots=True)
class Observed:
    """The observations of readers.

    `answers`: (start, duration) in seconds. `refused`: 503 responses with Retry-After, by title. `broken`: how many
    connections ended without a response, after which a browser would try again.
    """

    answers: list[tuple[float, float]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    broken: int = 0

    def __str__(self) -> str:
        refused = ", ".join(f"{count} {name}" for name, count in self.refused.items())
        text = f"{len(self.answers)} answers, {len(self.errors)} errors, {self.broken} connections broken"
        text += f", p50 {self.quantile(50):.1f} ms, p99 {self.quantile(99):.1f} ms"
        return text + (f"; refused: {refused}" if refused else "")

    def quantile(self, percent: int) -> float:
        """The percentile of the durations, in milliseconds."""
        return quantile([seconds for _, seconds in self.answers], percent)


def quantile(seconds: list[float], percent: int) -> float:
    """A percentile of durations in seconds, in milliseconds; 0 if there are none."""
    ordered = sorted(seconds)
    return 1000 * ordered[len(ordered) * percent // 100] if ordered else 0.0


class _Reader(Thread):
    """Sends requests that no cache can answer, on one connection; on a new one where that broke."""

    def __init__(self, server: Serving, stop: Event, observed: Observed, seed: int) -> None:
        super().__init__(daemon=True)
        self._address, self._stop_reading, self._observed = server.address, stop, observed
        self._random = random.Random(seed)

    def run(self) -> None:
        connection = http.client.HTTPConnection(*self._address, timeout=20)
        while not self._stop_reading.is_set():
            path = (
                f"{self._random.choice(PATHS)}{quote(self._random.choice(WORDS))}&_={self._random.random()}"
            )
            start = time.monotonic()
            try:
                connection.request("GET", path)
                response = connection.getresponse()
                body = response.read()
            except (OSError, http.client.HTTPException) as problem:
                connection.close()
                if isinstance(problem, TimeoutError):
                    self._observed.errors.append(f"no answer within 20 s: {path}")
                self._observed.broken += 1
                self._stop_reading.wait(0.01)
                continue
            if response.status == 200:
                self._observed.answers.append((start, time.monotonic() - start))
            elif response.status == 503 and response.headers["Retry-After"]:
                title = body.partition(b'"title":"')[2].partition(b'"')[0].decode() or "a page"
                self._observed.refused[f"503 {title}"] += 1
                self._stop_reading.wait(0.01)
            else:
                self._observed.errors.append(f"{response.status} {path} {body[:200]!r}")
        connection.close()


@contextmanager
def reading(server: Serving) -> Iterator[Observed]:
    """Let READERS readers search for the length of the block."""
    stop, observed = Event(), Observed()
    readers = [_Reader(server, stop, observed, seed) for seed in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        yield observed
    finally:
        stop.set()
        for reader in readers:
            reader.join()


def read(server: Serving, seconds: float) -> Observed:
    """Let readers search for some seconds, and return their observations."""
    with reading(server) as observed:
        time.sleep(seconds)
    return observed
