"""A document and a query in; the passage that matches best and the ranges to mark out.

What is marked is sought in the text folded character by character, as the substring channel sees it, so
that a mark is right whatever the segmenter did, and is led back to the text as written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from index.fold import fold, simplify_characters
from index.records import Document, Section
from search.needle import is_letter, occurrences
from search.query import Phrase, Query, Word

WIDTH = 140  # code points in an excerpt; two or three lines in a list of hits
_MOST_MARKS = 200  # of one needle; a word that stands everywhere need not be looked up everywhere
_BEFORE = 30  # code points shown before the first mark

Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Ranges are code points of the text beside them, in order and apart from each other. `section` is
    where the passage stands, None before the first heading."""

    title_marks: Marks
    text: str
    marks: Marks
    section: Section | None


class Marker:
    """Finds what one query asks for in any number of texts."""

    def __init__(self, query: Query) -> None:
        sought = list(query.positive())
        self._anywhere = _needles(item for item in sought if item.field is None)
        self._title = _needles(sought)

    def excerpt(self, document: Document) -> Excerpt:
        """The best passage of a document with its marks."""
        title_marks = _merge((start, end) for start, end, _ in _find(self._title, document.title))
        hits = _find(self._anywhere, document.text)
        start, end = _window(document, hits)
        inside = next((hit[0] for hit in hits if start <= hit[0] < end), start)
        here = (section for section in document.sections if section.start <= inside < section.end)
        section = next(here, None)
        if section and section.title == document.title:
            section = None  # the page's own title again
        marks = _merge(
            (max(a, start) - start, min(b, end) - start) for a, b, _ in hits if a < end and b > start
        )
        return Excerpt(title_marks, document.text[start:end].replace("\n", " "), marks, section)


def _needles(sought: Iterable[Word | Phrase]) -> list[tuple[str, bool]]:
    """(needle, may it not stand inside a longer Latin word) of each, without repetition."""
    return list({item.needle: isinstance(item, Word) and item.kind != "han" for item in sought}.items())


def _find(needles: list[tuple[str, bool]], text: str) -> list[tuple[int, int, int]]:
    """(start, end, which needle) of each occurrence, ranges of `text`, in order of their start."""
    if not needles:
        return []
    folded = fold(text)
    searched = simplify_characters(folded.text)
    found = []
    for which, (needle, bounded) in enumerate(needles):
        for at in islice(occurrences(needle, searched, bounded=bounded), _MOST_MARKS):
            found.append((*folded.source(at, at + len(needle)), which))
    return sorted(found)


def _window(document: Document, hits: list[tuple[int, int, int]]) -> tuple[int, int]:
    """The range to show: as many different words as can be had together, then as many marks."""
    text = document.text
    if not hits:
        return _fit(text, 0)
    best, best_value = 0, (-1, -1)
    last = 0
    for first, (start, _, _) in enumerate(hits):
        last = max(last, first)
        while last < len(hits) and hits[last][1] <= start + WIDTH - _BEFORE:
            last += 1
        inside = hits[first:last]
        value = (len({which for _, _, which in inside}), len(inside))
        if value > best_value:
            best, best_value = start, value
        if last == len(hits) and best_value[0] >= value[0] and best_value[1] >= len(hits) - first:
            break
    return _fit(text, best)


def _fit(text: str, mark: int) -> tuple[int, int]:
    """A range of at most WIDTH that shows a mark, begun after a sentence or block if one ends nearby, and
    never within a Latin word."""
    floor = max(0, mark - _BEFORE)
    start = max(text.rfind(sign, floor, mark) + 1 for sign in "\n。！？；") or floor
    while 0 < start < mark and (text[start].isspace() or _within_word(text, start)):
        start += 1
    end = min(len(text), start + WIDTH)
    while end > mark + WIDTH // 2 and end < len(text) and _within_word(text, end):
        end -= 1
    return start, end


def _within_word(text: str, at: int) -> bool:
    return is_letter(text[at - 1]) and is_letter(text[at])


def _merge(ranges: Iterable[tuple[int, int]]) -> Marks:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return tuple(merged)
