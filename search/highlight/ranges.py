"""The ranges of a text as written in which patterns occur, found in the text folded.

Only the lines that are shown are mapped back to the text as written.
"""

from collections.abc import Iterable
from functools import lru_cache

from zhsearch.index.analysis import FoldedText, OffsetGaps, fold, offset_map, simplify_characters
from zhsearch.search.engine import OffsetMap
from zhsearch.search.highlight.excerpt import Marks
from zhsearch.search.query import Pattern

_CACHED_TITLES = 1 << 12

Range = tuple[int, int]

_title_offsets = lru_cache(maxsize=_CACHED_TITLES)(offset_map)


def title_ranges(patterns: Iterable[Pattern], folded: str, written: str) -> Marks:
    """The ranges of patterns in a title; `folded` is the title folded, with single blanks."""
    source: FoldedText | OffsetGaps = _title_offsets(written, folded)
    if len(folded) != source.size:  # it has several blanks in a row, or one at an edge
        whole = fold(written)
        source, folded = whole, simplify_characters(whole.text)
    return ranges_of(patterns, folded, (0, len(folded)), 0, source, (0, len(written)))


def ranges_of(
    patterns: Iterable[Pattern],
    folded: str,
    lines: tuple[int, int],
    shift: int,
    source: OffsetMap,
    shown: Range,
) -> Marks:
    """The ranges of patterns in the range `shown` of a text as written, relative to its start.

    `lines` is the range in `folded` of all lines that are shown; `source` maps what begins there at `shift`
    to the text as written.
    """
    first, last = lines
    start, end = shown
    marks = []
    for pattern in patterns:
        from_, length = first, len(pattern.text)
        if pattern.may_overlap:  # an occurrence may begin before the range
            from_ = max(first, shift + source.place(start) - length)
        for offset in pattern.find_all(folded, from_, last):
            left, right = source.source(offset - shift, offset - shift + length)
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
