"""The cost of a swap of generations for readers, compared with the quiet windows between swaps.

The generations are made beforehand, so that nothing is analysed meanwhile: a swap renames CURRENT, as at the end of a
run elsewhere.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.helpers.server import Serving
from tests.helpers.sites import post
from tests.robustness.soak.readers import quantile, reading
from zhsearch.index.generations.store import generation_names
from zhsearch.index.generations.writer import IndexWriter
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.settings import Settings

WINDOW = 1.0
"""Seconds after a swap that count as its window; as many before it count as quiet."""

_SAMPLES = 400  # of the bootstrap


@dataclass(frozen=True, slots=True)
class Swaps:
    """The durations of answers in seconds, by window: after each swap, and before each."""

    swap: Sequence[list[float]]
    quiet: Sequence[list[float]]

    def __str__(self) -> str:
        ratios = sorted(self._resampled(random.Random(number)) for number in range(_SAMPLES))
        low, high = ratios[_SAMPLES // 20], ratios[-_SAMPLES // 20]
        noise = _p99(self.quiet[::2]) / _p99(self.quiet[1::2])
        return (
            f"{len(self.swap)} swaps: p99 {_p99(self.quiet):.1f} ms at rest, {_p99(self.swap):.1f} ms in the second"
            f" after a swap; ratio {_p99(self.swap) / _p99(self.quiet):.2f} (90 % of {_SAMPLES} samples of the windows:"
            f" {low:.2f} to {high:.2f}; quiet windows against each other: {noise:.2f});"
            f" the slowest {_worst(self.quiet):.0f} and {_worst(self.swap):.0f} ms"
        )

    def _resampled(self, rng: random.Random) -> float:
        windows = [rng.randrange(len(self.swap)) for _ in self.swap]
        return _p99([self.swap[each] for each in windows]) / _p99([self.quiet[each] for each in windows])


def _p99(windows: Sequence[list[float]]) -> float:
    return quantile([second for window in windows for second in window], 99)


def _worst(windows: Sequence[list[float]]) -> float:
    return 1000 * max(second for window in windows for second in window)


def prepare(settings: Settings, count: int) -> list[str]:
    """Make `count` generations, each with one more page changed; the first is live. Their names, in order."""
    keep_all = replace(settings, keep_generations=count + 1)
    for number in range(count):
        file = settings.content / f"content/soak-{number % 50}.md"
        file.write_text(post(f"标记 {number}", "国产算力与芯片。" * 80), encoding="utf-8")
        reindex(keep_all)
    names = generation_names(settings.index)[-count:]
    IndexWriter(settings.index, None, {}).make_live(names[0])
    return names


def swap(server: Serving, names: Sequence[str]) -> Swaps:
    """Make one generation after the other live while readers search."""
    swapped = []
    with reading(server) as observed:
        for name in names[1:]:
            time.sleep(2 * WINDOW)
            IndexWriter(server.settings.index, None, {}).make_live(name)
            swapped.append(time.monotonic())
        time.sleep(2 * WINDOW)
    assert not observed.errors, observed.errors[:3]
    assert not observed.broken
    assert not observed.refused, observed.refused

    def window(start: float) -> list[float]:
        return [seconds for sent, seconds in observed.answers if start <= sent < start + WINDOW]

    return Swaps([window(moment) for moment in swapped], [window(moment - WINDOW) for moment in swapped])
