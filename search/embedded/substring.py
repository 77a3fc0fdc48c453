"""A folded text in, the pages of a part that have it out: the guarantee that whatever is seen is found.

The grams of the text name the pages where it may stand; their folded texts tell where it does.
"""

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np

from zhsearch.index.arrays import IntArray, Mask
from zhsearch.index.segment.reader import SegmentReader
from zhsearch.search.deadline import check_deadline
from zhsearch.search.embedded.hits import intersect, membership
from zhsearch.search.query.pattern import Pattern

_MANY = 64  # titles; so many are sought in all at once
_STEP = 256  # texts looked into, then the time
_FEW = 32  # candidates left, it is cheaper to look into their texts than to ask for more grams


def pages_with(
    part: SegmentReader,
    needle: str,
    *,
    among: IntArray | None,
    but: IntArray | None,
    title_only: bool,
    bounded: bool,
) -> IntArray:
    """Pages of the part whose title or a block holds the needle; see `Snapshot.pages_with`."""
    pages = _candidates(part, needle, among)
    if but is not None:
        pages = pages[~membership(but, pages)]
    if len(needle) < 3 and not title_only and not bounded:
        return pages  # a gram itself
    return _verified(part, needle, pages, title_only=title_only, bounded=bounded)


def count_containing(part: SegmentReader, needle: str, live: Mask | None, most: int) -> int:
    """On how many `live` pages of the part (None: all are) a needle stands; no more than `most` are looked
    for."""
    rows = part.ngrams.rows(needle)
    if rows is None:
        return 0
    if len(needle) < 3 and live is None:
        return min(part.ngrams.count(rows[0]), most)
    pages = _alive(part.ngrams.pages(rows[0]), live)
    if len(needle) < 3:
        return min(len(pages), most)
    found = _count(part, needle, pages[:_FEW], most)  # many pages have it: so do the first, most likely
    if found < most and len(pages) > _FEW:
        found = _count(part, needle, _alive(_candidates(part, needle, None), live), most)
    return found


def _count(part: SegmentReader, needle: str, pages: IntArray, most: int) -> int:
    sought = Pattern(needle, bounded=False)
    return len(list(islice(_looked_into(sought, pages, part.folded), most)))


def _alive(pages: IntArray, live: Mask | None) -> IntArray:
    return pages if live is None else pages[live[pages]]


def _candidates(part: SegmentReader, needle: str, among: IntArray | None) -> IntArray:
    """Pages that have every gram of the needle, as far as it is worth asking; all of them if there is one."""
    rows = part.ngrams.rows(needle)
    if rows is None:
        return np.zeros(0, dtype=np.int64)
    pages = part.ngrams.pages(rows[0])
    if among is not None:
        pages = intersect(pages, among)
    for row in rows[1:]:
        if len(pages) <= _FEW:
            break
        pages = intersect(pages, part.ngrams.pages(row))
    return pages


def _verified(
    part: SegmentReader, needle: str, pages: IntArray, *, title_only: bool, bounded: bool
) -> IntArray:
    """The pages whose text really has the needle."""
    sought = Pattern(needle, bounded)
    if title_only and len(pages) > _MANY:
        pages = intersect(pages, _titles_with(part, sought.encoded))
    text_of = part.title if title_only else part.folded
    return np.array(list(_looked_into(sought, pages, text_of)), dtype=np.int64)


def _looked_into(sought: Pattern, pages: IntArray, text_of: Callable[[int], bytes]) -> Iterator[int]:
    """The pages whose text has the needle."""
    for first in range(0, len(pages), _STEP):
        check_deadline()
        for page in pages[first : first + _STEP].tolist():
            if sought.is_in(text_of(page)):
                yield page


def _titles_with(part: SegmentReader, sought: bytes) -> IntArray:
    """Pages in whose titles, read as one text, the bytes stand; or where two titles meet."""
    titles = part.arrays["title_line"].tobytes()
    places = []
    at = titles.find(sought)
    while at >= 0:
        places.append(at)
        at = titles.find(sought, at + 1)
    pages = np.searchsorted(part.arrays["title_line.starts"], places, side="right") - 1
    return np.flatnonzero(np.bincount(pages, minlength=1))
