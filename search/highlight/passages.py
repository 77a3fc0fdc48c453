"""Further passages of a page: where else it has words of the query, at most two beside its excerpt.

They are chosen in the folded text, so that only those that are shown are read as written. Each is a block, or
what is shown of a long one: blocks are apart, so passages do not overlap.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from zhsearch.search.highlight.excerpt import CONTEXT_CHARS, EXCERPT_CHARS
from zhsearch.search.query import Pattern

MAX_FURTHER = 2
"""Passages of a page beside its excerpt."""

SPACING_CHARS = 240
"""Code points between two occurrences of a word that are compared, so that passages are spread over the
page."""

MAX_CANDIDATES = 6
"""Occurrences that are compared with each other."""

MIN_CHARS = 12
"""Code points of a block that is shown by itself; table cells and most headings are shorter."""

Occurrences = Sequence[tuple[Pattern, int]]
"""Patterns and the offset of the first occurrence of each in the blocks of a folded text."""


class Candidate(NamedTuple):
    """The offset of a match in the folded text, and the range of its block."""

    offset: int
    start: int
    end: int


def in_turns(occurrences: Occurrences, text: str, spacing: int = 0) -> Iterator[int]:
    """The offsets of all occurrences: the first of each pattern, the second of each, and so on.

    Patterns take turns, since the occurrences of one that is rare on the page soon run out. The occurrences
    of one pattern neither overlap, nor are they closer than `spacing`.
    """
    turns = occurrences
    while turns:
        following = []
        for pattern, offset in turns:
            yield offset
            offset = pattern.find(text, offset + (spacing or len(pattern.text)))
            if offset >= 0:
                following.append((pattern, offset))
        turns = following


def count_patterns(occurrences: Occurrences, text: str, offset: int, first: int, last: int) -> int:
    """How many of the patterns the passage at an offset has, between `first` and `last`."""
    start, end = offset - CONTEXT_CHARS, offset + EXCERPT_CHARS - CONTEXT_CHARS
    if start < first:
        start = first
    if end > last:
        end = last
    count = 0
    for pattern, earliest in occurrences:
        # A pattern need not be searched before its first occurrence.
        if earliest < end and text.find(pattern.text, start, end) >= 0:
            count += not pattern.bounded or pattern.find(text, start, end) >= 0
    return count


def further_passages(
    occurrences: Occurrences, text: str, excerpt: tuple[int, int], excerpt_count: int
) -> list[Candidate]:
    """The passages to show beside the excerpt, the best first; `excerpt` is its range in the folded text.

    Those with most patterns are the best; of as many, those that `in_turns` gives first, so that a word that
    the excerpt lacks comes before one that it has. `excerpt_count`: how many patterns the excerpt has. Where
    it has all of them, a passage with at most half of them is not worth showing.
    """
    every = len(occurrences)
    if every == 1:
        return _blocks_with(*occurrences[0], text, excerpt)
    least = every // 2 if excerpt_count == every else 0
    first, last = excerpt
    ranked: list[dict[int, Candidate]] = [{} for _ in range(every + 1)]  # by number of patterns, then block
    best = ranked[every]
    for offset in islice(in_turns(occurrences, text, SPACING_CHARS), MAX_CANDIDATES):
        if first <= offset < last:
            continue
        start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
        if end < 0:
            end = len(text)
        if end - start < MIN_CHARS or (start < last and end > first):
            continue
        count = count_patterns(occurrences, text, offset, start, end)
        if count > least and start not in ranked[count]:
            ranked[count][start] = Candidate(offset, start, end)
            if len(best) == MAX_FURTHER:
                break
    if len(best) < MAX_FURTHER:
        for others in reversed(ranked[:-1]):
            for start, candidate in others.items():
                best.setdefault(start, candidate)
    return list(best.values())[:MAX_FURTHER]


def _blocks_with(pattern: Pattern, offset: int, text: str, excerpt: tuple[int, int]) -> list[Candidate]:
    """As `further_passages`, for the only pattern of a page, which first occurs at `offset`."""
    first, last = excerpt
    found: list[Candidate] = []
    for _ in range(MAX_CANDIDATES):
        if not first <= offset < last:
            start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
            if end < 0:
                end = len(text)
            is_apart = end - start >= MIN_CHARS and (start >= last or end <= first)
            if is_apart and not (found and found[0].start == start):
                found.append(Candidate(offset, start, end))
                if len(found) == MAX_FURTHER:
                    break
        offset = pattern.find(text, offset + SPACING_CHARS)
        if offset < 0:
            break
    return found
