"""A document and a query in; the passage that matches best and the ranges to mark out.

What is marked is sought in the text folded character by character, as the substring channel sees it, so
that a mark is right whatever the segmenter did. Only the lines around the passage are folded again, to
lead the marks back to the text as written.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from index.fold import Folded, fold, is_one_to_one, simplify_characters, simplify_words
from index.records import Section
from search.engine import Page
from search.needle import Needle, is_letter
from search.nodes import Phrase, Word
from search.query import Query

WIDTH = 140  # code points in an excerpt; two or three lines in a list of hits
_BEFORE = 30  # code points shown before the first mark
_MOST_PASSAGES = 12  # compared with each other
_MOST_NEEDLES = 64  # of a query, looked for in one page

_TO_LAST_END = re.compile("(?s:.*)[\n。！？；]")
_REST_OF_WORD = re.compile("(?:(?![_\u2e80-\U0010ffff])\\w)*")

Marks = tuple[tuple[int, int], ...]


class Excerpt(NamedTuple):
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
        folded, simplify = page.folded, simplify_characters
        body = folded.find("\n") + 1
        in_title, in_body = _found(self._title, folded, 0, body), _found(self._anywhere, folded, body)
        if self._title and not in_title and not in_body:
            # Words that OpenCC's phrases alone make so: 藉口 is 借口.
            simplify = simplify_words
            title = simplify(fold(page.card.title).text)
            body, folded = len(title) + 1, f"{title}\n{simplify(fold(page.text()).text)}"
            in_title, in_body = _found(self._title, folded, 0, body), _found(self._anywhere, folded, body)
        title_marks: Marks = ()
        if in_title:
            written = page.card.title
            source = _source_of(written)
            title = folded[: body - 1]
            if source.starts is not None or len(title) != len(written):
                title = simplify(fold(written).text)  # with every blank, as it is written
            title_marks = _marks(in_title, title, 0, source, 0, len(written))
        best = _best_passage(in_body, folded, body)
        if best is None and page.card.summary:
            return Excerpt(title_marks, page.card.summary, (), None)
        around = _lines_around(folded, body, body if best is None else best)
        text = page.text(around.first, around.last)
        marks: Marks = ()
        if best is None:
            start, end = _fit(text, 0)
        else:
            source = _source_of(text)
            place = best - around.start
            start, end = _fit(text, source.source(place, place + 1)[0])
            marks = _marks(in_body, folded, around.start, source, start, end)
        section = page.section_at(around.line)
        if section and section.title == page.card.title:
            section = None  # the page's own title again
        return Excerpt(title_marks, text[start:end].replace("\n", " "), marks, section)


def _needles(sought: Iterable[Word | Phrase]) -> list[Needle]:
    """What to mark, without repetition."""
    asked = dict.fromkeys((item.needle, isinstance(item, Word) and item.kind != "han") for item in sought)
    return [Needle(text, bounded) for text, bounded in asked]


def _found(needles: list[Needle], text: str, start: int, end: int | None = None) -> dict[Needle, int]:
    """The needles that stand in a range of a folded text, and where each does for the first time; one that
    stands only within longer words may do so."""
    found: dict[Needle, int] = {}
    for needle in needles:
        at = needle.first(text, start, end)
        if at < 0 and needle.bounded:
            needle = replace(needle, bounded=False)
            at = needle.first(text, start, end)
        if at >= 0:
            found[needle] = at
            if len(found) == _MOST_NEEDLES:
                break
    return found


def _best_passage(found: dict[Needle, int], text: str, body: int) -> int | None:
    """Where, in a folded text whose blocks begin at `body`, most different needles stand close together.

    The needles take turns with their places, since what is rare on a page is soon exhausted.
    """
    if len(found) < 2:
        return next(iter(found.values()), None)
    best, most, wanted = None, 0, len(found)
    texts = [needle.text for needle in found]
    places = dict(found)
    left = _MOST_PASSAGES
    while places:
        for needle, place in list(places.items()):
            start, end = max(body, place - _BEFORE), place + WIDTH - _BEFORE
            count = 0
            for other in texts:
                if text.find(other, start, end) >= 0:
                    count += 1
            if count > most:
                # The first of the needles in it, so that all are shown.
                best, most = place, count
            left -= 1
            if most == wanted or not left:
                return best
            places[needle] = needle.first(text, place + len(needle.text))
            if places[needle] < 0:
                del places[needle]
    return best


class _Around(NamedTuple):
    """Lines of a text: the first, the one in question, the one after the last; and where they begin."""

    first: int
    line: int
    last: int
    start: int


def _lines_around(text: str, body: int, place: int) -> _Around:
    """The lines around a place in a folded text whose blocks begin at `body`."""
    first = line = text.count("\n", body, place)
    start = text.rfind("\n", 0, place) + 1
    while first > 0 and place - start < _BEFORE:
        first -= 1
        start = text.rfind("\n", 0, start - 1) + 1
    last, end = line + 1, text.find("\n", place)
    while 0 <= end < place + WIDTH:
        last, end = last + 1, text.find("\n", end + 1)
    return _Around(first, line, last, start)


def _marks(needles: Iterable[Needle], folded: str, first: int, source: Folded, start: int, end: int) -> Marks:
    """Where the needles stand in a range of a text, counted from where the range begins.

    The text is what `folded` has from `first` on; `source` leads from there back to it.
    """
    exact = source.starts is None  # as most texts are: the same places in both
    low, high = (start, end) if exact else (source.place(start), source.place(end))
    most = first + len(source.text)
    found = []
    for needle in needles:
        # A needle may begin before the range, or go on after it.
        length = len(needle.text)
        last = min(first + high + length, most)
        for at in needle.places(folded, first + max(0, low - length), last):
            a, b = at - first, at - first + length
            if not exact:
                a, b = source.source(a, b)
            if a < end and b > start:
                found.append((a - start if a > start else 0, b - start if b < end else end - start))
    return _merge(found)


def _source_of(text: str) -> Folded:
    """What leads from the folded text back to the text."""
    return Folded(text, None, None) if is_one_to_one(text) else fold(text)


def _fit(text: str, mark: int) -> tuple[int, int]:
    """A range of at most WIDTH that shows a mark, begun after a sentence or block if one ends nearby, and
    never within a Latin word."""
    floor = max(0, mark - _BEFORE)
    ended = _TO_LAST_END.match(text, floor, mark)
    start = ended.end() if ended else floor
    if start and is_letter(text[start - 1]):
        start = _REST_OF_WORD.match(text, start, mark).end()  # type: ignore[union-attr]  # it may be empty
    while start < mark and text[start].isspace():
        start += 1
    end = min(len(text), start + WIDTH)
    while mark + WIDTH // 2 < end < len(text) and is_letter(text[end]) and is_letter(text[end - 1]):
        end -= 1
    return start, end


def _merge(ranges: list[tuple[int, int]]) -> Marks:
    if len(ranges) < 2:
        return tuple(ranges)
    ranges.sort()
    merged = ranges[:1]
    for start, end in ranges[1:]:
        if start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
