"""Rows of the table: medians, quartiles and ratios over the samples of all rounds."""

import statistics
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Measure:
    """The name of a row. `better` is `more`, `less`, or empty where values are not compared."""

    name: str
    better: str


@dataclass(frozen=True, slots=True)
class Spread:
    """The median and the quartiles of one peer's samples."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: the sample of each round, by the name of the peer."""

    measure: Measure
    samples: Mapping[str, tuple[float, ...]]

    def spread(self, peer: str) -> Spread | None:
        """The spread of a peer's samples; None where it has none."""
        values = self.samples.get(peer, ())
        if not values:
            return None
        if len(values) == 1:
            return Spread(values[0], values[0], values[0])
        low, median, high = statistics.quantiles(values, n=4, method="inclusive")
        return Spread(median, low, high)

    def ratio(self, peer: str, other: str) -> float | None:
        """How many times better `peer` is than `other`; None where values are not compared.

        The median of the rounds' own ratios, because what slows a round down slows both.
        """
        pairs = zip(self.samples.get(peer, ()), self.samples.get(other, ()), strict=False)
        if not self.measure.better:
            return None
        fractions = [(mine, its) if self.measure.better == "more" else (its, mine) for mine, its in pairs]
        ratios = [dividend / divisor for dividend, divisor in fractions if divisor > 0]
        return statistics.median(ratios) if ratios else None


@dataclass(slots=True)
class Samples:
    """A collector of samples; its rows are in the order of their first sample."""

    _values: dict[Measure, dict[str, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def add(self, measure: Measure, peer: str, value: float | None) -> None:
        """Add one round's value; None creates the row without a sample."""
        values = self._values[measure][peer]
        if value is not None:
            values.append(value)

    def rows(self) -> list[Row]:
        """The collected rows."""
        return [
            Row(measure, {peer: tuple(values) for peer, values in peers.items()})
            for measure, peers in self._values.items()
        ]
