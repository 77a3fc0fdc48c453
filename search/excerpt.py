"""A document and a query in; the passage that matches best and the ranges to mark out.

What is marked is sought in the text folded character by character, as the substring channel sees it, so
that a mark is right whatever the segmenter did, and is led back to the text as written.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.fold import Folded, fold, simplify_characters
from index.records import Document, Section
from search.query import Phrase, Query, Word

WIDTH = 140  # code points in an excerpt; two or three lines in a list of hits
_MOST_MARKS = 2_000  # a word that stands everywhere need not be looked up everywhere
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
        self._anywhere = _pattern([item for item in sought if item.field is None])
        self._title = _pattern(sought)

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


def _pattern(sought: Sequence[Word | Phrase]) -> re.Pattern[str] | None:
    """One alternation of all needles, longest first; Latin ones only where they stand alone."""
    parts: dict[str, str] = {}
    for item in sought:
        escaped = re.escape(item.needle)
        if isinstance(item, Word) and item.kind != "han":
            before = r"(?<![^\W_\u2e80-\U000323af])" if _is_latin(item.needle[0]) else ""
            after = r"(?![^\W_\u2e80-\U000323af])" if _is_latin(item.needle[-1]) else ""
            escaped = before + escaped + after
        parts[item.needle] = escaped
    ordered = sorted(parts.items(), key=lambda pair: -len(pair[0]))
    return re.compile("|".join(f"({part})" for _, part in ordered)) if ordered else None


def _is_latin(character: str) -> bool:
    return character.isalnum() and character < "\u2e80"


def _find(pattern: re.Pattern[str] | None, text: str) -> list[tuple[int, int, int]]:
    """(start, end, which needle) of each occurrence, ranges of `text`."""
    if pattern is None:
        return []
    folded: Folded = fold(text)
    found = []
    for match in pattern.finditer(simplify_characters(folded.text)):
        start, end = folded.source(*match.span())
        found.append((start, end, match.lastindex or 0))
        if len(found) >= _MOST_MARKS:
            break
    return found


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
    return _is_latin(text[at - 1]) and _is_latin(text[at])


def _merge(ranges: Iterable[tuple[int, int]]) -> Marks:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return tuple(merged)
