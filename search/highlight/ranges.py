"""The ranges of a text as written in which patterns occur, found in the text folded.

Only the lines that are shown are mapped back to the text as written.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from zhsearch.index.analysis import Offsets, fold, offset_map, simplify_characters
from zhsearch.search.engine import Line
from zhsearch.search.highlight.excerpt import Marks
from zhsearch.search.query import Pattern

_CACHED_TITLES = 1 << 12

_title_offsets = lru_cache(maxsize=_CACHED_TITLES)(offset_map)


def title_ranges(patterns: Iterable[Pattern], folded: str, written: str) -> Marks:
    """The ranges of patterns in a title; `folded` is the title folded, with single blanks."""
    source: Offsets = _title_offsets(written, folded)
    if len(folded) != source.size:  # it has several blanks in a row, or one at an edge
        whole = fold(written)
        source, folded = whole, simplify_characters(whole.text)
    ranges = [
        source.source(offset, offset + len(pattern.text))
        for pattern in patterns
        for offset in pattern.find_all(folded)
    ]
    return _union(ranges) if len(ranges) > 1 else tuple(ranges)


def ranges_in(
    patterns: Iterable[tuple[Pattern, int]],
    folded: str,
    lines: Sequence[Line],
    shift: int,
    shown: tuple[int, int],
) -> Marks:
    """The ranges of patterns in the range `shown` of adjacent lines as written, joined by line breaks.

    `folded` has the lines `shift` later than `Line.folded_start` says; `patterns` come with the offset of
    their first occurrence there. `shown` begins in the first line.
    """
    begin, end = shown
    first, last_line = lines[0].folded_start + shift, lines[-1]
    last = last_line.folded_start + len(last_line.folded) + shift
    marks = []
    for pattern, earliest in patterns:
        if earliest >= last:
            continue
        size, from_ = len(pattern.text), first
        if begin and pattern.may_overlap:  # an occurrence may begin before the range
            from_ = max(first, first + lines[0].offsets.place(begin) - size)
        following = iter(lines)
        line_end = written_end = -1
        for offset in pattern.find_all(folded, from_, last):
            while offset >= line_end:
                line = next(following)
                line_start, written_start = line.folded_start + shift, written_end + 1
                line_end, written_end = line_start + len(line.folded), written_start + len(line.text)
            left, right = line.offsets.source(offset - line_start, offset - line_start + size)
            left += written_start
            right += written_start
            if left < end and right > begin:
                marks.append((left if left > begin else begin, right if right < end else end))
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
