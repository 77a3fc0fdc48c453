"""A document and a query in; the passage that matches best and the ranges to mark out.

What is marked is sought in the text folded character by character, as the substring channel sees it, so
that a mark is right whatever the segmenter did. Only the lines around the passage are folded again, to
lead the marks back to the text as written.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from index.fold import fold, is_one_to_one, simplify_characters, simplify_words
from index.records import Section
from search.engine import Page
from search.needle import is_letter, occurrences
from search.query import Phrase, Query, Word

WIDTH = 140  # code points in an excerpt; two or three lines in a list of hits
_BEFORE = 30  # code points shown before the first mark
_MOST_PASSAGES = 30  # compared with each other
_MOST_NEEDLES = 64  # of a query, looked for in one page

Marks = tuple[tuple[int, int], ...]
_Source = Callable[[int, int], tuple[int, int]]  # a range of a folded text to that of the text itself


class Needle(NamedTuple):
    """A folded text to mark. `bounded`: not inside a longer Latin word."""

    text: str
    bounded: bool

    def places(self, text: str) -> Iterator[int]:
        """Where it begins in a folded text."""
        return occurrences(self.text, text, bounded=self.bounded)

    def is_in(self, text: str) -> bool:
        """Is it anywhere in a folded text?"""
        return self.text in text and (not self.bounded or next(self.places(text), None) is not None)


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

    def excerpt(self, page: Page) -> Excerpt:
        """The best passage of a page with its marks."""
        title, _, body = page.folded.partition("\n")
        in_title, needles = _found(self._title, title), _found(self._anywhere, body)
        simplify = simplify_characters
        if self._title and not in_title and not needles:
            # Words that OpenCC's phrases alone make so: 藉口 is 借口.
            simplify = simplify_words
            title, body = (simplify(fold(text).text) for text in (page.card.title, _whole(page, body)))
            in_title, needles = _found(self._title, title), _found(self._anywhere, body)
        title_marks: Marks = ()
        if in_title:
            if not is_one_to_one(page.card.title) or len(title) != len(page.card.title):
                title = simplify(fold(page.card.title).text)  # with every blank, as it is written
            title_marks = _merge(_ranges(in_title, title, _source_of(page.card.title)))
        best = _best_passage(needles, body)
        first, line, last, start, end = _lines_around(body, best or 0)
        text = "\n".join(page.lines(first, last))
        place, ranges = 0, []
        if best is not None:
            source = _source_of(text)
            place = source(best - start, best - start + 1)[0]
            ranges = list(_ranges(needles, body[start:end], source))
        start, end = _fit(text, place)
        marks = _merge(
            (max(a, start) - start, min(b, end) - start) for a, b in ranges if a < end and b > start
        )
        section = page.section_at(line)
        if section and section.title == page.card.title:
            section = None  # the page's own title again
        return Excerpt(title_marks, text[start:end].replace("\n", " "), marks, section)


def _whole(page: Page, body: str) -> str:
    return "\n".join(page.lines(0, body.count("\n") + 1))


def _needles(sought: Iterable[Word | Phrase]) -> list[Needle]:
    """What to mark, without repetition."""
    return list({Needle(item.needle, isinstance(item, Word) and item.kind != "han"): None for item in sought})


def _found(needles: list[Needle], text: str) -> list[Needle]:
    """The needles that stand in a folded text; one that stands only within longer words may do so."""
    found = [needle for needle in needles if needle.text in text][:_MOST_NEEDLES]
    return [needle if needle.is_in(text) else needle._replace(bounded=False) for needle in found]


def _best_passage(needles: list[Needle], text: str) -> int | None:
    """Where, in a folded text, most different needles stand close together; passages begin with rare ones."""
    if len(needles) < 2:
        return next(needles[0].places(text), None) if needles else None
    best, most = None, 0
    passages = _MOST_PASSAGES
    for needle in sorted(needles, key=lambda needle: text.count(needle.text)):
        for place in islice(needle.places(text), passages):
            passages -= 1
            window = text[max(0, place - _BEFORE) : place + WIDTH - _BEFORE]
            count = sum(other.is_in(window) for other in needles)
            if count > most:
                # The first of the needles in it, so that all are shown.
                best, most = place, count
            if most == len(needles):
                return best
    return best


def _lines_around(folded: str, place: int) -> tuple[int, int, int, int, int]:
    """The lines around a place in a folded text: the first, the one that has it, the one after the last; and
    the range that they are."""
    first = line = folded.count("\n", 0, place)
    start = folded.rfind("\n", 0, place) + 1
    while first > 0 and place - start < _BEFORE:
        first -= 1
        start = folded.rfind("\n", 0, start - 1) + 1
    last, end = line + 1, folded.find("\n", place)
    while 0 <= end < place + WIDTH:
        last, end = last + 1, folded.find("\n", end + 1)
    return first, line, last, start, end if end >= 0 else len(folded)


def _ranges(needles: list[Needle], folded: str, source: _Source) -> Iterator[tuple[int, int]]:
    """Ranges to mark of the text that was folded; `source` leads back to it."""
    for needle in needles:
        for place in needle.places(folded):
            yield source(place, place + len(needle.text))


def _source_of(text: str) -> _Source:
    """What leads a range of the folded text back to the text."""
    return _same if is_one_to_one(text) else fold(text).source


def _same(start: int, end: int) -> tuple[int, int]:
    return start, end


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
