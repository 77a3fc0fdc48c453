"""Runs of letters and digits in a pattern, looked up among the terms instead of in the texts.

An alphabet has few pairs of letters, which most pages have, so that n-grams leave nearly all pages. But every
run of letters and every run of digits of a folded text is a term of its page, or part of one: a run of the
pattern with something else on either side is a whole one, and one at an edge of the pattern begins or ends
one. Runs that are too long for a term, such as base64, are not: their pages are always candidates.
"""

import re
from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np

from zhsearch.index.analysis import HAN
from zhsearch.index.arrays import Array, IntArray
from zhsearch.index.segment import SegmentReader

_RUN = re.compile("[a-z]+|[0-9]+")
_WORD = re.compile("[0-9a-z]{3,32}")  # longer ones are rare enough for n-grams, and may be of no term


_MIN_PART = 3  # characters of a run that is looked up as a part of terms


class LatinRun(NamedTuple):
    """A run of ASCII letters or of digits, and whether the term that it is of begins or ends with it."""

    text: str
    begins: bool
    ends: bool


def is_in_terms(pattern: str) -> bool:
    """Whether the pages that contain a pattern are those with a term that contains it, and some of those with
    runs that are too long for a term."""
    return _WORD.fullmatch(pattern) is not None


def runs_of(pattern: str, *, bounded: bool) -> tuple[LatinRun, ...]:
    """The runs of a pattern that pages which contain it have in their terms, but for those of too many."""
    last = len(pattern)
    runs = [
        LatinRun(
            match[0],
            bounded if match.start() == 0 else _ends_run(pattern[match.start() - 1]),
            bounded if match.end() == last else _ends_run(pattern[match.end()]),
        )
        for match in _RUN.finditer(pattern)
    ]
    is_rare = [(run.begins and run.ends) or len(run.text) >= _MIN_PART for run in runs]
    return tuple(dict.fromkeys(compress(runs, is_rare)))


def pages_with_runs(segment: SegmentReader, runs: Sequence[LatinRun], fields: Sequence[str]) -> IntArray:
    """The pages of a segment that have terms for all runs, of which there is one or more, in the fields, and
    those with runs that are too long for a term."""
    found = sorted([_lists_of(segment, run, fields) for run in runs], key=lambda lists: sum(map(len, lists)))
    long_runs = segment.arrays["long_runs"]
    pages: IntArray | None = None
    for lists in found:
        if not lists:
            return long_runs.astype(np.int64)
        mask = np.zeros(len(segment), dtype=np.bool_)
        for posted in (*lists, long_runs):
            mask[posted] = True
        pages = mask.nonzero()[0] if pages is None else pages[mask[pages]]
    assert pages is not None
    return pages


def _ends_run(neighbour: str) -> bool:
    """Whether a run that stands beside this character ends there; not told of letters of other alphabets."""
    return neighbour.isascii() or HAN[0] <= neighbour <= HAN[-1]


def _lists_of(segment: SegmentReader, run: LatinRun, fields: Sequence[str]) -> list[Array]:
    """Lists of the pages with a term that a run may be of."""
    text = run.text.encode()
    if not (run.begins and run.ends):
        terms = segment.terms_containing(text, begins=run.begins, ends=run.ends, mixed=True)
        return [segment.pages_with_terms(field, terms) for field in fields] if len(terms) else []
    number = segment.number_of(text)
    rows = [] if number is None else [(field, segment.row(field, number)) for field in fields]
    return [segment.pages_of(field, row) for field, row in rows if row is not None]
