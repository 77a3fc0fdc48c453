"""The points of a word on the pages that have it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, IntArray, Scores, concat
from zhsearch.search.embedded.deferred import DeferredHits
from zhsearch.search.embedded.explain import ScoreNote
from zhsearch.search.embedded.hits import Hits, ScoredPages, is_dense, membership
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query import Word
from zhsearch.search.ranking import FieldNorms, constants, idf, inside_weight, saturate

_MAX_SPARSITY = 8  # postings for each page that is looked up among them; of fewer, all are read
_MAX_SPREAD = 64  # pages of the index for each page of a word; postings of a rarer one are found among them


class WordPages(NamedTuple):
    """The pages of a word, each list ascending: `pages` are all; `beginning` and `inside` those that have it
    only as a part of longer words (None: not looked for); `titled` and `title_beginning` those with it, or
    only with a longer word, in the title."""

    pages: IntArray
    beginning: IntArray | None
    inside: IntArray | None
    titled: IntArray
    title_beginning: IntArray


class WordScorer:
    """Scores one word on one snapshot; `postings` are those of its term, by field."""

    def __init__(
        self,
        snapshot: Snapshot,
        norms: FieldNorms,
        word: Word,
        postings: Sequence[tuple[str, IntArray, Array]],
        found: WordPages,
    ) -> None:
        self._size, self._count = snapshot.size, snapshot.count
        self._norms = norms
        self._word = word
        self._postings = postings
        self._found = found
        parts = (
            ("beginning", found.beginning, constants.BEGINNING_WEIGHT),
            ("inside", found.inside, inside_weight(word)),
        )
        self._parts = [(name, pages, weight) for name, pages, weight in parts if pages is not None]

    def hits(self) -> Hits:
        """The pages with their points: those of a frequent word once they are asked for."""
        pages = self._found.pages
        if not is_dense((pages,), self._size):
            return ScoredPages(pages, self._points_on(pages))
        kept = [*self._found[1:], *(array for _, *arrays in self._postings for array in arrays)]
        return DeferredHits(pages, self._points_on, sum(array.nbytes for array in kept if array is not None))

    def note(self) -> ScoreNote:
        """What explains the points."""
        pages, titled = self._found.pages, self._found.titled
        title = ScoredPages(titled, self._title_score(titled)).scaled(self._word.weight)
        weights = self._weights()
        hits = ScoredPages(pages, self._points_on(pages))
        return ScoreNote(self._word.term, "word", hits, weights, title if len(titled) else None)

    def _weights(self) -> list[tuple[str, ScoredPages]]:
        """The weighted frequencies of the word by field, and as a part of longer words."""
        fields = [
            (field, ScoredPages(pages, self._norms.weighted_frequency(field, pages, frequencies)))
            for field, pages, frequencies in self._postings
        ]
        parts = [
            (name, ScoredPages(pages, np.full(len(pages), weight))) for name, pages, weight in self._parts
        ]
        return [*fields, *parts]

    def _points_on(self, pages: IntArray) -> Scores:
        """The points of some of the pages."""
        titles, beginnings = self._found.titled, self._found.title_beginning
        matching = len(self._found.pages)
        points = saturate(self._weighted_on(pages), matching, self._count)
        if len(titles):
            titled = membership(titles, pages).nonzero()[0]
            points[titled] += self._title_score(pages[titled])
        if len(beginnings):
            score = constants.TITLE_BEGINNING_WEIGHT * idf(matching, self._count)
            points[membership(beginnings, pages)] += score
        if self._word.weight != 1.0:
            points *= self._word.weight
        return points

    def _title_score(self, pages: IntArray) -> Scores:
        return self._norms.title_score(pages, len(self._found.pages), self._count)

    def _weighted_on(self, pages: IntArray) -> Scores:
        """The weighted frequencies of the word on some of the pages, those of its fields added up in their
        order."""
        posted = concat([pages for _, pages, _ in self._postings])
        if len(posted) > len(pages) * _MAX_SPARSITY:
            return self._looked_up(pages)
        # Bisection finds the postings of a rare word among all of its pages.
        is_rare = len(pages) == len(self._found.pages) and len(pages) * _MAX_SPREAD < self._size
        weighted = concat([self._norms.weighted_frequency(*posting) for posting in self._postings])
        places, size = (pages.searchsorted(posted), len(pages)) if is_rare else (posted, self._size)
        total: Scores = np.bincount(places, weighted, size).astype(np.float64, copy=False)
        for _, part, weight in self._parts:  # whose pages have no postings
            total[pages.searchsorted(part) if is_rare else part] = weight
        return total if is_rare else total.take(pages)

    def _looked_up(self, pages: IntArray) -> Scores:
        """The same; each of the pages, far fewer than postings, is looked up in them."""
        total = np.zeros(len(pages))
        for field, posted, frequencies in self._postings:
            if len(posted):
                places = posted.searchsorted(pages)
                found = (posted.take(places, mode="clip") == pages).nonzero()[0]
                chosen = frequencies[places[found]]
                total[found] += self._norms.weighted_frequency(field, pages[found], chosen)
        for _, part, weight in self._parts:
            total[membership(part, pages)] = weight
        return total
