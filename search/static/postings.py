"""The postings of all terms of a snapshot as arrays: pairs of a term and a page, as one number.

A *pair* is `row * pages + page`, where `row` is the place of a term among sorted texts. Sets of pages of all
terms are then sorted arrays of pairs, and union, difference and membership are single array operations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, IntArray, Mask, Scores, concat, offsets, pack_strings
from zhsearch.index.fields import SHOWN_FIELDS, TEXT_FIELDS
from zhsearch.index.segment import SegmentReader
from zhsearch.search.ranking import FieldNorms, mean_lengths
from zhsearch.search.static.pages import Pages

_MEAN_BITS = 8  # of the mean length of a field: a mean that changes with every post would change all weights


class FieldPostings(NamedTuple):
    """The postings of one field: pairs, ascending, with the frequency of each."""

    pairs: IntArray  # (p,)
    frequencies: IntArray  # (p,)


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of `terms` (sorted, UTF-8) on `pages` pages.

    `pairs` are those of any field, with the weighted frequency of each as `weights`; `shown` those of a word
    that a reader of the page sees.
    """

    terms: list[bytes]
    pages: int
    fields: dict[str, FieldPostings]
    pairs: IntArray
    weights: Scores
    shown: IntArray

    def moved(self, rows: IntArray) -> "Postings":
        """The same postings with each term at another row, `rows` (term,) ascending."""

        def move(pairs: IntArray) -> IntArray:
            return rows[pairs // self.pages] * self.pages + pairs % self.pages

        fields = {name: FieldPostings(move(own.pairs), own.frequencies) for name, own in self.fields.items()}
        return Postings(self.terms, self.pages, fields, move(self.pairs), self.weights, move(self.shown))


class LiveTerms:
    """The terms of live pages alone as a TermSource: a segment's own counts have deleted pages as well."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings

    def all_terms(self) -> list[bytes]:
        """See TermSource."""
        return self._postings.terms

    def packed_terms(self) -> tuple[Array, Array]:
        """See TermSource."""
        return pack_strings(self._postings.terms)

    def page_counts(self) -> IntArray:
        """See TermSource."""
        own, terms = self._postings, len(self._postings.terms)
        rows = [field.pairs // own.pages for field in own.fields.values()]
        counts: IntArray = np.max([np.bincount(row, minlength=terms) for row in rows], axis=0)
        return counts


def read_postings(pages: Pages) -> Postings:
    """The postings of the live pages of a snapshot."""
    segments = pages.snapshot.segments
    numbers = offsets([len(segment) for segment in segments])
    terms, rows_of = _vocabulary(segments)
    fields: dict[str, FieldPostings] = {}
    for field in TEXT_FIELDS:
        parts = [
            _field_pairs(segment, field, rows, pages.number[first : first + len(segment)], len(pages))
            for segment, rows, first in zip(segments, rows_of, numbers.tolist(), strict=False)
        ]
        pairs, frequencies = (concat([part[i] for part in parts]) for i in (0, 1))
        order = np.argsort(pairs, kind="stable")
        fields[field] = FieldPostings(pairs[order], frequencies[order])
    return _without_unused(terms, fields, pages)


def _vocabulary(segments: Sequence[SegmentReader]) -> tuple[list[bytes], list[IntArray]]:
    """The terms of all segments, sorted, and the row of each term of each segment."""
    lists = [segment.all_terms() for segment in segments]
    if len(lists) == 1:
        return lists[0], [np.arange(len(lists[0]))]
    terms = sorted(set().union(*lists))
    row_of = {term: row for row, term in enumerate(terms)}
    return terms, [np.fromiter(map(row_of.__getitem__, own), np.int64, len(own)) for own in lists]


def _field_pairs(
    segment: SegmentReader, field: str, rows: IntArray, numbers: IntArray, count: int
) -> tuple[IntArray, IntArray]:
    """(pairs, frequencies) of the live pages of a segment in a field."""
    postings = segment.all_postings(field)
    pages = numbers[postings.pages]
    pairs = np.repeat(rows[postings.terms], np.diff(postings.starts)) * count + pages
    live = pages >= 0
    return pairs[live], postings.frequencies[live].astype(np.int64)


def _without_unused(terms: list[bytes], fields: dict[str, FieldPostings], pages: Pages) -> Postings:
    """The postings without terms that only deleted pages have."""
    count = max(len(pages), 1)
    used = distinct(concat([own.pairs // count for own in fields.values()]))
    if len(used) < len(terms):
        row_of = np.zeros(len(terms), dtype=np.int64)
        row_of[used] = np.arange(len(used))
        terms = [terms[row] for row in used.tolist()]
        fields = {
            name: FieldPostings(row_of[own.pairs // count] * count + own.pairs % count, own.frequencies)
            for name, own in fields.items()
        }
    pairs, weights = _weighted(fields, pages)
    shown = distinct(concat([fields[field].pairs for field in SHOWN_FIELDS]))
    return Postings(terms, count, fields, pairs, weights, shown)


def _weighted(fields: dict[str, FieldPostings], pages: Pages) -> tuple[IntArray, Scores]:
    """The pairs of any field with their weighted frequencies."""
    snapshot, count = pages.snapshot, max(len(pages), 1)
    means = _rounded(mean_lengths(snapshot.lengths, snapshot.live))
    norms = FieldNorms(snapshot.lengths, means)
    weights = [
        norms.weighted_frequency(name, pages.snapshot_page[own.pairs % count], own.frequencies)
        for name, own in fields.items()
    ]
    pairs = concat([own.pairs for own in fields.values()])
    order = np.argsort(pairs, kind="stable")
    pairs = pairs[order]
    firsts = np.flatnonzero(np.diff(pairs, prepend=-1))
    if not len(firsts):
        return pairs, np.zeros(0)
    summed: Scores = np.add.reduceat(np.concatenate(weights)[order], firsts)
    return pairs[firsts], summed


def _rounded(means: Scores) -> Scores:
    """The means with so few digits that a small edit most often leaves them, and with them all weights."""
    mantissas, exponents = np.frexp(means)
    rounded: Scores = np.ldexp(np.round(mantissas * (1 << _MEAN_BITS)), exponents - _MEAN_BITS)
    return rounded


def distinct(pairs: IntArray) -> IntArray:
    """Pairs sorted, each once."""
    pairs = np.sort(pairs)  # np.unique hashes, at ten times the cost
    once: IntArray = pairs[np.diff(pairs, prepend=-1) != 0]
    return once


def among(pairs: IntArray, members: IntArray) -> Mask:
    """Which of the pairs are among `members`, which are sorted."""
    if not len(members):
        return np.zeros(len(pairs), dtype=np.bool_)
    mask: Mask = members[np.minimum(members.searchsorted(pairs), len(members) - 1)] == pairs
    return mask


def starts_of(pairs: IntArray, rows: int, pages: int) -> IntArray:
    """(rows + 1,) where the pairs of each row begin."""
    starts: IntArray = pairs.searchsorted(np.arange(rows + 1) * pages)
    return starts


def lists_of(pairs: IntArray, rows: int, pages: int) -> tuple[IntArray, Array]:
    """(starts, pages) of the pairs of all rows."""
    return starts_of(pairs, rows, pages), pairs % pages
