"""What the embedded engine gives for a word, with the page numbers of an export: the oracle of exported terms."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.helpers.sites import current_generation, default_segmenter
from zhsearch.index.analysis import FUNCTION_WORDS, query_tokens
from zhsearch.index.arrays import IntArray
from zhsearch.search.embedded.leaves import LeafScore, LeafScorer
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query import Word
from zhsearch.search.ranking import FieldNorms, ScanBudget, constants, mean_lengths

_CHANNELS = ("beginning", "inside")


@dataclass(frozen=True)
class Expected:
    """The pages of a word: as a term with the saturation of each, by beginning, inside longer words; and of those with
    it in the title, of any channel, the points there."""

    saturations: dict[int, float]
    beginning: list[int]
    inside: list[int]
    titled: dict[int, float]


class Oracle:
    """The embedded engine's scores of words on the live generation of an index."""

    def __init__(self, index: Path) -> None:
        self.snapshot = snapshot = Snapshot(current_generation(index))
        self.norms = FieldNorms(snapshot.lengths, mean_lengths(snapshot.lengths, snapshot.live))
        order = np.argsort(-snapshot.newest[snapshot.pages])
        self.number = {page: number for number, page in enumerate(snapshot.pages[order].tolist())}
        self.segmenter = default_segmenter()

    def word(self, text: str, field: str | None = None, *, whole: bool = False) -> Word | None:
        """The word of a query that is this text alone; None where it is read otherwise."""
        tokens = query_tokens(text, self.segmenter)
        if len(tokens) != 1 or tokens[0].term != text or text in FUNCTION_WORDS:
            return None
        return Word.of(tokens[0], field, whole=whole)

    def expected(self, word: Word) -> Expected:
        leaf = LeafScorer(self.snapshot, self.norms).word(word, None, ScanBudget())
        weights = dict(leaf.note().weights)
        summed: dict[int, float] = {}
        for name, hits in weights.items():
            if name not in _CHANNELS:
                for page, weight in zip(self.numbers(hits.pages), hits.points.tolist(), strict=True):
                    summed[page] = summed.get(page, 0.0) + weight
        beginning, inside = (
            sorted(self.numbers(weights[name].pages)) if name in weights else [] for name in _CHANNELS
        )
        saturations = {page: weight / (weight + constants.K1) for page, weight in summed.items()}
        return Expected(saturations, beginning, inside, self._titled(leaf))

    def _titled(self, leaf: LeafScore) -> dict[int, float]:
        title = leaf.note().title
        return dict(zip(self.numbers(title.pages), title.points.tolist(), strict=True)) if title else {}

    def numbers(self, pages: IntArray) -> list[int]:
        """The exported numbers of pages of the snapshot."""
        return [self.number[page] for page in pages.tolist()]
