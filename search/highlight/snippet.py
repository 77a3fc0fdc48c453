"""Snippets: the passage of a page that matches a query best, with the ranges to highlight.

Matches are searched in the text folded character by character, as the substring channel has it, so that a
highlight is right however the text was segmented. Only the lines around the passage are folded again, to
map the highlights back to the text as written.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from zhsearch.index.analysis import (
    Segmenter,
    fold,
    offset_map,
    simplify_characters,
    simplify_words,
)
from zhsearch.index.models import Section
from zhsearch.search.engine import OffsetMap, Page
from zhsearch.search.highlight.excerpt import (
    CONTEXT_CHARS,
    EXCERPT_CHARS,
    SENTENCE_REACH,
    Marks,
    Passage,
    excerpt_of,
    passage_end,
    passage_limit,
    passage_start,
)
from zhsearch.search.query import Pattern, Phrase, Query, Word

_MAX_PASSAGES = 12  # that are compared with each other
_MAX_PATTERNS = 64  # of a query, searched in one page
_AFTER = SENTENCE_REACH + EXCERPT_CHARS  # characters of the blocks behind a match that an excerpt may need
_MAX_FOLDED_CHARS = 18  # that one character folds to: ﷺ
_CACHED_TITLES = 1 << 12

_Occurrences = dict[Pattern, int]
"""Patterns and the offset of the first occurrence of each."""


class Snippet(NamedTuple):
    """A passage of a page and its title, with the ranges to highlight in each.

    `section` is the one that the passage is in, None before the first heading.
    """

    title_marks: Marks
    text: str
    marks: Marks
    section: Section | None


class Highlighter:
    """Makes the snippets of one query's hits."""

    def __init__(self, query: Query, segmenter: Segmenter) -> None:
        self._query = query
        self._segmenter = segmenter
        self._narrower: dict[tuple[int, ...], Highlighter] = {}
        clauses = list(query.positive())
        self._title_patterns = _patterns(clauses)
        anywhere = [clause for clause in clauses if clause.field is None]
        self._body_patterns = self._title_patterns if len(anywhere) == len(clauses) else _patterns(anywhere)

    def snippet(self, page: Page, *, missing: Sequence[int] = ()) -> Snippet:
        """The best passage of a page; its summary or its beginning where none matches.

        What the page lacks (`missing`, places in `Query.should`) is not marked inside other words.
        """
        if missing:
            return self._without(tuple(missing)).snippet(page)
        folded, shift = page.folded, 0  # shift: how much later blocks begin here than in `page.folded`
        body = folded.find("\n") + 1
        in_title, in_body = self._occurrences(folded, body)
        if not in_title and not in_body and self._title_patterns:
            # Some words are equal by OpenCC's phrases alone: 藉口 is 借口.
            title = simplify_words(fold(page.meta.title).text)
            folded = f"{title}\n{simplify_words(fold(page.text()).text)}"
            shift = len(title) + 1 - body
            body += shift
            in_title, in_body = self._occurrences(folded, body)
        title_marks = _title_marks(in_title, folded[: body - 1], page.meta.title) if in_title else ()
        if not in_body and page.meta.summary:
            return Snippet(title_marks, page.meta.summary, (), None)
        return Snippet(title_marks, *_passage(page, folded, body, shift, in_body, self._segmenter))

    def _without(self, missing: tuple[int, ...]) -> "Highlighter":
        """The highlighter of the query without some of its optional clauses; hits often lack the same."""
        if missing not in self._narrower:
            should = [node for number, node in enumerate(self._query.should) if number not in missing]
            query = self._query._replace(should=tuple(should))
            self._narrower[missing] = Highlighter(query, self._segmenter)
        return self._narrower[missing]

    def _occurrences(self, folded: str, body: int) -> tuple[_Occurrences, _Occurrences]:
        """The patterns in the title, and those in the blocks, which begin at offset `body`."""
        in_title = _first_occurrences(self._title_patterns, folded, 0, body)
        return in_title, _first_occurrences(self._body_patterns, folded, body)


def _patterns(clauses: Iterable[Word | Phrase]) -> list[Pattern]:
    """The distinct patterns to highlight. Those of Latin words do not match inside longer words."""
    distinct = dict.fromkeys(
        (clause.pattern, clause.bounded if isinstance(clause, Phrase) else clause.kind != "han")
        for clause in clauses
    )
    return [Pattern(text, bounded) for text, bounded in distinct]


def _first_occurrences(
    patterns: list[Pattern], text: str, start: int, end: int | None = None
) -> _Occurrences:
    """The patterns in a range of a folded text, unbounded where they occur only inside longer words."""
    occurrences: _Occurrences = {}
    for pattern in patterns:
        offset = text.find(pattern.text, start, end)
        if offset < 0:
            continue
        if pattern.bounded:
            bounded_offset = pattern.find(text, offset, end)
            if bounded_offset < 0:
                if len(pattern.text) == 1:
                    continue  # a letter inside a word is not the word
                pattern = replace(pattern, bounded=False)
            else:
                offset = bounded_offset
        occurrences[pattern] = offset
        if len(occurrences) == _MAX_PATTERNS:
            break
    return occurrences


def _passage(
    page: Page, folded: str, body: int, shift: int, in_body: _Occurrences, segmenter: Segmenter
) -> tuple[str, Marks, Section | None]:
    """The text, marks and section of the best passage; of the page's beginning if no pattern is `in_body`."""
    best = _best_passage(in_body, folded, body)
    offset = (body if best is None else best) - shift
    text, first, source = page.window(offset, SENTENCE_REACH, _AFTER)
    mark = 0 if best is None else source.source(offset - first, offset - first + 1)[0]
    if len(text) - mark <= _AFTER and not source.is_identity:  # … folds to three characters
        text, first, source = page.window(offset, SENTENCE_REACH, _AFTER * _MAX_FOLDED_CHARS)
    start, cut_before = passage_start(text, mark, segmenter)
    limit = passage_limit(text, start)
    marks = _marks(in_body, folded, first + shift, source, start, limit) if in_body else ()
    marks = tuple((left + start, right + start) for left, right in marks)
    end, cut_after = passage_end(text, start, marks, segmenter)
    section = page.section_at(offset)
    if section and section.title == page.meta.title:
        section = None  # a heading that repeats the title
    return *excerpt_of(text, Passage(start, end, cut_before, cut_after), marks), section


def _best_passage(occurrences: _Occurrences, text: str, body: int) -> int | None:
    """The offset of the passage with most different patterns, None without any.

    `body` is the offset of the first block of the folded text. The offset is that of the first pattern in
    the passage, so that all of them are shown.
    """
    if len(occurrences) < 2:
        return next(iter(occurrences.values()), None)
    best, best_count = next(iter(occurrences.values())), 0
    for offset in islice(_in_turns(occurrences, text), _MAX_PASSAGES):
        start, end = offset - CONTEXT_CHARS, offset + EXCERPT_CHARS - CONTEXT_CHARS
        if start < body:
            start = body
        count = 0
        for pattern, first in occurrences.items():
            # A pattern need not be searched before its first occurrence.
            if first < end and pattern.find(text, start, end) >= 0:
                count += 1
        if count > best_count:
            best, best_count = offset, count
            if count == len(occurrences):
                break
    return best


def _in_turns(occurrences: _Occurrences, text: str) -> Iterator[int]:
    """The offsets of all occurrences: the first of each pattern, the second of each, and so on.

    Patterns take turns, since the occurrences of one that is rare on the page soon run out.
    """
    turns = list(occurrences.items())
    while turns:
        following = []
        for pattern, offset in turns:
            yield offset
            offset = pattern.find(text, offset + len(pattern.text))
            if offset >= 0:
                following.append((pattern, offset))
        turns = following


_title_offsets = lru_cache(maxsize=_CACHED_TITLES)(offset_map)


def _title_marks(patterns: Iterable[Pattern], folded: str, written: str) -> Marks:
    """The ranges of patterns in a title; `folded` is the title folded, with single blanks."""
    source: OffsetMap = _title_offsets(written, folded)
    if len(folded) != source.size:  # it has several blanks in a row, or one at an edge
        whole = fold(written)
        source, folded = whole, simplify_characters(whole.text)
    return _marks(patterns, folded, 0, source, 0, len(written))


def _marks(
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
    return _merge_ranges(marks) if len(marks) > 1 else tuple(marks)


def _merge_ranges(ranges: list[tuple[int, int]]) -> Marks:
    """The union of ranges; those that touch become one."""
    ranges.sort()
    merged = ranges[:1]
    for start, end in ranges[1:]:
        if start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
