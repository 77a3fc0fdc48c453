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
from search.query import Phrase, Query, Word

WIDTH = 140  # code points in an excerpt; two or three lines in a list of hits
_BEFORE = 30  # code points shown before the first mark
_MOST_PASSAGES = 12  # compared with each other
_MOST_NEEDLES = 64  # of a query, looked for in one page
_BYTES = 3  # of a Han character

_TO_LAST_END = re.compile("(?s:.*)[\n。！？；]")
_REST_OF_WORD = re.compile("(?:(?![_\u2e80-\U0010ffff])\\w)*")
_BLANKS = re.compile(r"\s*")

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
        title, _, body = page.folded.partition(b"\n")
        in_title, needles = _found(self._title, title), _found(self._anywhere, body)
        simplify = simplify_characters
        if self._title and not in_title and not needles:
            # Words that OpenCC's phrases alone make so: 藉口 is 借口.
            simplify = simplify_words
            whole = "\n".join(page.lines(0, body.count(b"\n") + 1))
            title, body = (_encode(simplify(fold(text).text)) for text in (page.card.title, whole))
            in_title, needles = _found(self._title, title), _found(self._anywhere, body)
        title_marks: Marks = ()
        if in_title:
            written = page.card.title
            if not is_one_to_one(written) or len(_decode(title)) != len(written):
                title = _encode(simplify(fold(written).text))  # with every blank, as it is written
            title_marks = _marks(in_title, _decode(title), _source_of(written), 0, len(written))
        best = _best_passage(needles, body)
        first, line, last, start, end = _lines_around(body, best or 0)
        text = "\n".join(page.lines(first, last))
        marks: Marks = ()
        if best is None:
            start, end = _fit(text, 0)
        else:
            folded, source, place = _decode(body[start:end]), _source_of(text), len(_decode(body[start:best]))
            start, end = _fit(text, source.source(place, place + 1)[0])
            marks = _marks(needles, folded, source, start, end)
        section = page.section_at(line)
        if section and section.title == page.card.title:
            section = None  # the page's own title again
        return Excerpt(title_marks, text[start:end].replace("\n", " "), marks, section)


def _needles(sought: Iterable[Word | Phrase]) -> list[Needle]:
    """What to mark, without repetition."""
    return list({Needle(item.needle, isinstance(item, Word) and item.kind != "han"): None for item in sought})


def _found(needles: list[Needle], text: bytes) -> list[Needle]:
    """The needles that stand in a folded text; one that stands only within longer words may do so."""
    return [
        replace(needle, bounded=False) if needle.bounded and not needle.is_in(text) else needle
        for needle in needles
        if needle.encoded in text
    ][:_MOST_NEEDLES]


def _best_passage(needles: list[Needle], body: bytes) -> int | None:
    """Where, in a folded text, most different needles stand close together; passages begin with rare ones."""
    if len(needles) < 2:
        place = needles[0].first(body) if needles else -1
        return place if place >= 0 else None
    text = _decode(body)
    best, most = None, 0
    passages = _MOST_PASSAGES
    for needle in sorted(needles, key=lambda needle: text.count(needle.text)):
        place = needle.first(text)
        while place >= 0 and passages and most < len(needles):
            passages -= 1
            start, end = max(0, place - _BEFORE), place + WIDTH - _BEFORE
            count = len([other for other in needles if other.first(text, start, end) >= 0])
            if count > most:
                # The first of the needles in it, so that all are shown.
                best, most = place, count
            place = needle.first(text, place + len(needle.text))
    return None if best is None else len(_encode(text[:best]))


def _lines_around(folded: bytes, place: int) -> tuple[int, int, int, int, int]:
    """The lines around a place in a folded text: the first, the one that has it, the one after the last; and
    the range that they are."""
    first = line = folded.count(b"\n", 0, place)
    start = folded.rfind(b"\n", 0, place) + 1
    while first > 0 and place - start < _BEFORE * _BYTES:
        first -= 1
        start = folded.rfind(b"\n", 0, start - 1) + 1
    last, end = line + 1, folded.find(b"\n", place)
    while 0 <= end < place + WIDTH * _BYTES:
        last, end = last + 1, folded.find(b"\n", end + 1)
    return first, line, last, start, end if end >= 0 else len(folded)


def _marks(needles: list[Needle], folded: str, source: Folded, start: int, end: int) -> Marks:
    """Where the needles stand in a range of the text that was folded, counted from where the range begins.

    `source` leads from the folded text back to it.
    """
    first, last = (start, end) if source.starts is None else (source.place(start), source.place(end))
    # A needle may begin before the range, or go on after it.
    longest = max([len(needle.text) for needle in needles])
    first = first - longest if first > longest else 0
    window = folded[first : last + longest]
    found = []
    for needle in needles:
        length = len(needle.text)
        found += [(first + at, first + at + length) for at in needle.places(window)]
    if source.starts is not None:
        found = [source.source(a, b) for a, b in found]
    return _merge(
        [
            (a - start if a > start else 0, b - start if b < end else end - start)
            for a, b in found
            if a < end and b > start
        ]
    )


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _decode(text: bytes) -> str:
    return text.decode("utf-8", "surrogatepass")


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
    start = _BLANKS.match(text, start, mark).end()  # type: ignore[union-attr]
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
