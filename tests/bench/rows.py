"""Samples of many rounds in, the rows of the table out: medians, quartiles, ratios."""

import statistics
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Measure:
    """What a row tells. `better` is `more`, `less`, or empty for what is no contest."""

    name: str
    better: str


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and quartiles of one peer's rounds."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: each peer's value in each round, by its name."""

    measure: Measure
    samples: Mapping[str, tuple[float, ...]]

    def spread(self, peer: str) -> Spread | None:
        """None where there was nothing to measure."""
        values = self.samples.get(peer, ())
        if not values:
            return None
        if len(values) == 1:
            return Spread(values[0], values[0], values[0])
        low, median, high = statistics.quantiles(values, n=4, method="inclusive")
        return Spread(median, low, high)

    def ratio(self, peer: str, other: str) -> float | None:
        """How many times better `peer` is than `other`: the median of the rounds' own ratios, since what
        slows a round down slows both."""
        pairs = zip(self.samples.get(peer, ()), self.samples.get(other, ()), strict=False)
        if not self.measure.better:
            return None
        ordered = [(mine, its) if self.measure.better == "more" else (its, mine) for mine, its in pairs]
        ratios = [over / under for over, under in ordered if under > 0]
        return statistics.median(ratios) if ratios else None


@dataclass(slots=True)
class Samples:
    """Collects values; rows come out in the order of their first value."""

    _values: dict[Measure, dict[str, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def add(self, measure: Measure, peer: str, value: float | None) -> None:
        """Keep one round's value; None is a value that the system did not give."""
        found = self._values[measure][peer]
        if value is not None:
            found.append(value)

    def rows(self) -> list[Row]:
        """What was collected."""
        return [
            Row(measure, {peer: tuple(values) for peer, values in peers.items()})
            for measure, peers in self._values.items()
        ]
