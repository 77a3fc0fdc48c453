"""Substring search in one segment: the pages that contain a folded text, however it was segmented.

The n-grams of the pattern give candidates; their folded texts are then searched for the pattern itself.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import numpy as np

from zhsearch.index.arrays import IntArray, Mask
from zhsearch.index.segment import SegmentReader
from zhsearch.search.deadline import check_deadline
from zhsearch.search.embedded.hits import intersect
from zhsearch.search.query import Pattern, is_letter

_TITLES_PER_LOOK_UP = 32  # searched as one text while one title is looked up
_TEXTS_PER_CHECK = 256  # searched between two checks of the deadline
_MAX_CANDIDATES = 8  # of which it is cheaper to search the texts than to intersect more n-grams
_MAX_UNCOMPILED = 200  # texts that are searched in less time than it takes to compile a regular expression
_FIRST_CANDIDATES = 32  # of which texts are searched first to count those that contain a pattern
_LATIN = re.compile("[a-z]{2}|[0-9]{2}")

MAX_NGRAM = 2
"""Characters; a pattern that is not longer is an n-gram itself."""


def pages_with(
    segment: SegmentReader,
    pattern: str,
    *,
    among: IntArray | None,
    excluding: Mask | None,
    title_only: bool,
    bounded: bool,
) -> IntArray:
    """Pages of the segment whose title or a block contains the pattern; see `Snapshot.pages_with`."""
    pages = _candidates(segment, pattern, among)
    if excluding is not None:
        pages = pages[~excluding[pages]]
    if len(pattern) <= MAX_NGRAM and not title_only and not bounded:
        return pages
    return _verified(segment, pattern, pages, title_only=title_only, bounded=bounded)


def count_containing(segment: SegmentReader, pattern: str, live: Mask | None, limit: int) -> int:
    """The number of `live` pages of the segment (None: all are) that contain the pattern, counted up to
    `limit`."""
    rows = segment.ngrams.rows(pattern)
    if rows is None:
        return 0
    is_ngram = len(pattern) <= MAX_NGRAM
    if is_ngram and live is None:
        return min(segment.ngrams.count(rows[0]), limit)
    pages = _live_only(segment.ngrams.pages(rows[0]), live)
    if is_ngram:
        return min(len(pages), limit)
    # If many pages contain it, most likely the first ones do.
    count = _count(segment, pattern, pages[:_FIRST_CANDIDATES], limit)
    if count < limit and len(pages) > _FIRST_CANDIDATES:
        count = _count(segment, pattern, _live_only(_candidates(segment, pattern, None), live), limit)
    return count


def _count(segment: SegmentReader, pattern: str, pages: IntArray, limit: int) -> int:
    containing = _containing(segment, Pattern(pattern, bounded=False), pages)
    return len(list(islice(containing, limit)))


def _live_only(pages: IntArray, live: Mask | None) -> IntArray:
    return pages if live is None else pages[live[pages]]


def _candidates(segment: SegmentReader, pattern: str, among: IntArray | None) -> IntArray:
    """Pages that have the n-grams of the pattern, all of them or as many as leave few candidates.

    Pairs of Latin letters, which most pages have, only count without pages to choose `among`.
    """
    ngrams = segment.ngrams
    among_many = among is not None and len(among) > _MAX_CANDIDATES and len(pattern) > MAX_NGRAM
    rows = ngrams.rows(pattern, omitted=_LATIN if among_many else None)
    if rows is None:
        return np.zeros(0, dtype=np.int64)
    if among is None or len(pattern) <= MAX_NGRAM:
        pages = ngrams.pages(rows.pop(0))
        if among is not None:
            pages = intersect(pages, among)
    else:
        pages = among
    for row in rows:
        if len(pages) <= _MAX_CANDIDATES:
            break
        pages = intersect(pages, ngrams.pages(row))
    return pages


def _verified(
    segment: SegmentReader, pattern: str, pages: IntArray, *, title_only: bool, bounded: bool
) -> IntArray:
    """The candidates whose text really contains the pattern."""
    exact = Pattern(pattern, bounded)
    if title_only and len(pages) * _TITLES_PER_LOOK_UP > len(segment):
        pages = intersect(pages, _titles_with(segment, exact.encoded))
        if not bounded:
            return pages
    if title_only:
        containing: Iterable[int] = (page for page in pages.tolist() if exact.is_in(segment.title(page)))
    else:
        containing = _containing(segment, exact, pages)
    return np.array(list(containing), dtype=np.int64)


def _containing(segment: SegmentReader, pattern: Pattern, pages: IntArray) -> Iterator[int]:
    """The pages whose title or blocks contain the pattern."""
    is_in = _test_of(pattern, len(pages))
    for first in range(0, len(pages), _TEXTS_PER_CHECK):
        check_deadline()
        yield from segment.pages_where(is_in, pages[first : first + _TEXTS_PER_CHECK].tolist())


def _test_of(pattern: Pattern, texts: int) -> Callable[[bytes], bool]:
    """The test whether a text contains the pattern; for so many texts."""
    encoded, is_bounded_in = pattern.encoded, pattern.is_in
    if not pattern.bounded:
        return lambda text: encoded in text
    if texts <= _MAX_UNCOMPILED:
        return lambda text: encoded in text and is_bounded_in(text)
    may_contain = _outline(pattern)
    return lambda text: may_contain(text) is not None and is_bounded_in(text)


def _outline(pattern: Pattern) -> Callable[[bytes], re.Match[bytes] | None]:
    """A quick test that a text with a bounded pattern passes: no ASCII letter goes on at its edges."""
    # The pattern comes first, so that the regular expression looks for its bytes.
    text = re.escape(pattern.encoded)
    before = b"(?<![0-9A-Za-z]%b)" % text if is_letter(pattern.text[0]) else b""
    after = b"(?![0-9A-Za-z])" if is_letter(pattern.text[-1]) else b""
    return re.compile(text + before + after).search


def _titles_with(segment: SegmentReader, pattern: bytes) -> IntArray:
    """Pages whose titles contain the bytes."""
    titles = segment.arrays["title_line"].tobytes()  # all titles as one text
    found = []
    offset = titles.find(pattern)
    while offset >= 0:
        found.append(offset)
        offset = titles.find(pattern, offset + 1)
    starts, offsets = segment.arrays["title_line.starts"], np.array(found, dtype=np.int64)
    pages = np.searchsorted(starts, offsets, side="right") - 1
    pages = pages[offsets + len(pattern) <= starts[pages + 1]]  # the others go on in the next title
    return np.flatnonzero(np.bincount(pages, minlength=1))
