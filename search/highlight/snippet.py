"""A document and a query in; the passage that matches best and the ranges to mark out.

What is marked is sought in the text folded character by character, as the substring channel sees it, so
that a mark is right whatever the segmenter did. Only the lines around the passage are folded again, to
lead the marks back to the text as written.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from zhsearch.index.analysis.folding import (
    FoldedText,
    fold,
    folds_one_to_one,
    simplify_characters,
    simplify_words,
)
from zhsearch.index.models import Section
from zhsearch.search.engine.protocol import Page
from zhsearch.search.query.ast import Phrase, Word
from zhsearch.search.query.model import Query
from zhsearch.search.query.pattern import Pattern, is_letter

SNIPPET_CHARS = 140  # code points in an excerpt; two or three lines in a list of hits
_BEFORE = 30  # code points shown before the first mark
_MOST_PASSAGES = 12  # compared with each other
_MOST_NEEDLES = 64  # of a query, looked for in one page

_TO_LAST_END = re.compile("(?s:.*)[\n。！？；]")
_REST_OF_WORD = re.compile("(?:(?![_\u2e80-\U0010ffff])\\w)*")

Marks = tuple[tuple[int, int], ...]


class Snippet(NamedTuple):
    """Ranges are code points of the text beside them, in order and apart from each other. `section` is
    where the passage stands, None before the first heading."""

    title_marks: Marks
    text: str
    marks: Marks
    section: Section | None


class Highlighter:
    """Finds what one query asks for in any number of texts."""

    def __init__(self, query: Query) -> None:
        sought = list(query.positive())
        self._title = _needles(sought)
        anywhere = [item for item in sought if item.field is None]
        self._anywhere = self._title if len(anywhere) == len(sought) else _needles(anywhere)

    def snippet(self, page: Page) -> Snippet:
        """The best passage of a page with its marks."""
        folded = page.folded
        body = folded.find("\n") + 1
        moved = 0  # characters by which the blocks stand earlier in `page.folded`
        in_title, in_body = _found(self._title, folded, 0, body), _found(self._anywhere, folded, body)
        if not in_title and not in_body and self._title:
            # Words that OpenCC's phrases alone make so: 藉口 is 借口.
            title = simplify_words(fold(page.meta.title).text)
            folded = f"{title}\n{simplify_words(fold(page.text()).text)}"
            moved = len(title) + 1 - body
            body += moved
            in_title, in_body = _found(self._title, folded, 0, body), _found(self._anywhere, folded, body)
        title_marks = _title_marks(in_title, folded[: body - 1], page.meta.title) if in_title else ()
        best = _best_passage(in_body, folded, body)
        if best is None and page.meta.summary:
            return Snippet(title_marks, page.meta.summary, (), None)
        place = (body if best is None else best) - moved
        text, first, source = page.window(place, _BEFORE, SNIPPET_CHARS)
        marks: Marks = ()
        if best is None:
            start, end = _fit(text, 0)
        else:
            start, end = _fit(text, source.source(place - first, place - first + 1)[0])
            marks = _marks(in_body, folded, first + moved, source, start, end)
        section = page.section_at(place)
        if section and section.title == page.meta.title:
            section = None  # the page's own title again
        return Snippet(title_marks, text[start:end].replace("\n", " "), marks, section)


def _needles(sought: Iterable[Word | Phrase]) -> list[Pattern]:
    """What to mark, without repetition."""
    asked = dict.fromkeys((item.pattern, isinstance(item, Word) and item.kind != "han") for item in sought)
    return [Pattern(text, bounded) for text, bounded in asked]


def _found(needles: list[Pattern], text: str, start: int, end: int | None = None) -> dict[Pattern, int]:
    """The needles that stand in a range of a folded text, and where each does for the first time; one that
    stands only within longer words may do so."""
    found: dict[Pattern, int] = {}
    for needle in needles:
        at = text.find(needle.text, start, end)
        if at < 0:
            continue
        if needle.bounded:
            apart = needle.find(text, at, end)
            if apart < 0:
                needle = replace(needle, bounded=False)
            else:
                at = apart
        found[needle] = at
        if len(found) == _MOST_NEEDLES:
            break
    return found


def _best_passage(found: dict[Pattern, int], text: str, body: int) -> int | None:
    """Where, in a folded text whose blocks begin at `body`, most different needles stand close together.

    The needles take turns with their places, since what is rare on a page is soon exhausted.
    """
    wanted = len(found)
    if wanted < 2:
        return next(iter(found.values()), None)
    best = most = 0
    left = _MOST_PASSAGES
    turns = list(found.items())
    while turns:
        again = []
        for needle, place in turns:
            start, end = place - _BEFORE, place + SNIPPET_CHARS - _BEFORE
            if start < body:
                start = body
            count = 0
            for other, first in found.items():
                # Before its first place a needle need not be sought.
                if first < end and other.find(text, start, end) >= 0:
                    count += 1
            if count > most:
                # The first of the needles in it, so that all are shown.
                best, most = place, count
            left -= 1
            if most == wanted or not left:
                return best
            place = needle.find(text, place + len(needle.text))
            if place >= 0:
                again.append((needle, place))
        turns = again
    return best


def _title_marks(needles: Iterable[Pattern], folded: str, written: str) -> Marks:
    """Where the needles stand in a title, which is folded with single blanks between its words."""
    if folds_one_to_one(written) and len(folded) == len(written):
        source = FoldedText(folded, None, None)
    else:
        source = fold(written)
        folded = folded if len(folded) == len(source.text) else simplify_characters(source.text)
    return _marks(needles, folded, 0, source, 0, len(written))


def _marks(
    needles: Iterable[Pattern], folded: str, first: int, source: FoldedText, start: int, end: int
) -> Marks:
    """Where the needles stand in a range of a text, counted from where the range begins.

    The text is what `folded` has from `first` on; `source` leads from there back to it.
    """
    exact = source.starts is None  # as most texts are: the same places in both
    low, high = (start, end) if exact else (source.place(start), source.place(end))
    last = first + len(source.text)
    marks = []
    for needle in needles:
        # A needle may begin before the range, or go on after it.
        length = len(needle.text)
        from_, to = first + low - length, first + high + length
        for at in needle.find_all(folded, from_ if from_ > first else first, to if to < last else last):
            a = at - first
            b = a + length
            if not exact:
                a, b = source.source(a, b)
            if a < end and b > start:
                marks.append((a - start if a > start else 0, b - start if b < end else end - start))
    return _merge(marks) if len(marks) > 1 else tuple(marks)


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
    end = min(len(text), start + SNIPPET_CHARS)
    while mark + SNIPPET_CHARS // 2 < end < len(text) and is_letter(text[end]) and is_letter(text[end - 1]):
        end -= 1
    return start, end


def _merge(ranges: list[tuple[int, int]]) -> Marks:
    ranges.sort()
    merged = ranges[:1]
    for start, end in ranges[1:]:
        if start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
