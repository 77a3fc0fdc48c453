"""Generations made beforehand in, what a swap costs readers out: told apart from noise by quiet windows between.

Nothing is analysed meanwhile: a swap is CURRENT renamed, as it is after a run elsewhere.
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
"""Seconds after a swap that count as a swap; as many before it count as quiet."""

_TRIALS = 400  # of the bootstrap


@dataclass(frozen=True, slots=True)
class Swaps:
    """Seconds that answers took, window by window: after each swap, and before each."""

    swap: Sequence[list[float]]
    quiet: Sequence[list[float]]

    def __str__(self) -> str:
        ratios = sorted(self._drawn(random.Random(number)) for number in range(_TRIALS))
        low, high = ratios[_TRIALS // 20], ratios[-_TRIALS // 20]
        noise = _p99(self.quiet[::2]) / _p99(self.quiet[1::2])
        return (
            f"{len(self.swap)} swaps: p99 {_p99(self.quiet):.1f} ms at rest, {_p99(self.swap):.1f} ms in the second"
            f" after a swap; ratio {_p99(self.swap) / _p99(self.quiet):.2f} (90 % of {_TRIALS} draws of windows:"
            f" {low:.2f} to {high:.2f}; quiet windows against each other: {noise:.2f});"
            f" the slowest {_worst(self.quiet):.0f} and {_worst(self.swap):.0f} ms"
        )

    def _drawn(self, rng: random.Random) -> float:
        at = [rng.randrange(len(self.swap)) for _ in self.swap]
        return _p99([self.swap[one] for one in at]) / _p99([self.quiet[one] for one in at])


def _p99(windows: Sequence[list[float]]) -> float:
    return quantile([second for window in windows for second in window], 99)


def _worst(windows: Sequence[list[float]]) -> float:
    return 1000 * max(second for window in windows for second in window)


def prepare(settings: Settings, count: int) -> list[str]:
    """Make so many generations, each of a changed page more, the first of them live; their names in order."""
    keeping = replace(settings, keep_generations=count + 1)
    for number in range(count):
        file = settings.content / f"content/soak-{number % 50}.md"
        file.write_text(post(f"标记 {number}", "国产算力与芯片。" * 80), encoding="utf-8")
        reindex(keeping)
    made = generation_names(settings.index)[-count:]
    IndexWriter(settings.index, None, {}).make_live(made[0])
    return made


def swap(server: Serving, made: Sequence[str]) -> Swaps:
    """Make one generation after the other live while readers ask."""
    moments = []
    with reading(server) as told:
        for name in made[1:]:
            time.sleep(2 * WINDOW)
            IndexWriter(server.settings.index, None, {}).make_live(name)
            moments.append(time.monotonic())
        time.sleep(2 * WINDOW)
    assert not told.errors, told.errors[:3]
    assert not told.broken
    assert not told.refused, told.refused

    def window(start: float) -> list[float]:
        return [seconds for began, seconds in told.answers if start <= began < start + WINDOW]

    return Swaps([window(moment) for moment in moments], [window(moment - WINDOW) for moment in moments])
