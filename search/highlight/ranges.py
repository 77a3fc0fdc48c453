"""The ranges of a text as written in which patterns occur, found in the text folded.

Only the lines that are shown are mapped back to the text as written.
"""

from collections.abc import Iterable
from functools import lru_cache

from zhsearch.index.analysis import fold, offset_map, simplify_characters
from zhsearch.search.engine import OffsetMap
from zhsearch.search.highlight.excerpt import Marks
from zhsearch.search.query import Pattern

_CACHED_TITLES = 1 << 12

_title_offsets = lru_cache(maxsize=_CACHED_TITLES)(offset_map)


def title_ranges(patterns: Iterable[Pattern], folded: str, written: str) -> Marks:
    """The ranges of patterns in a title; `folded` is the title folded, with single blanks."""
    source: OffsetMap = _title_offsets(written, folded)
    if len(folded) != source.size:  # it has several blanks in a row, or one at an edge
        whole = fold(written)
        source, folded = whole, simplify_characters(whole.text)
    return ranges_of(patterns, folded, 0, source, 0, len(written))


def ranges_of(
    patterns: Iterable[Pattern], folded: str, first: int, source: OffsetMap, start: int, end: int
) -> Marks:
    """The ranges of patterns in `start` to `end` of a text as written, relative to `start`.

    `source` maps the text, which is `folded` from offset `first` on, to the text as written.
    """
    one_to_one = source.is_identity
    low, high = (start, end) if one_to_one else (source.place(start), source.place(end))
    last = first + source.size
    marks = []
    for pattern in patterns:
        # An occurrence may begin before the range, or go on after it.
        length = len(pattern.text)
        from_, to = first + low - length, first + high + length
        for offset in pattern.find_all(folded, from_ if from_ > first else first, to if to < last else last):
            left = offset - first
            right = left + length
            if not one_to_one:
                left, right = source.source(left, right)
            if left < end and right > start:
                marks.append((left - start if left > start else 0, (right if right < end else end) - start))
    return _union(marks) if len(marks) > 1 else tuple(marks)


def _union(ranges: list[tuple[int, int]]) -> Marks:
    """The union of ranges; those that touch become one."""
    ranges.sort()
    merged = ranges[:1]
    for start, end in ranges[1:]:
        if start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
