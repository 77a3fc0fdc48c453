"""Snippets: the passages of a page that match a query best, with the ranges to highlight.

Matches are searched in the text folded character by character, as the substring channel has it, so that a
highlight is right however the text was segmented. Only the lines of a passage with matches are mapped back to
the text as written.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from zhsearch.index.analysis import (
    Segmenter,
    fold,
    simplify_words,
)
from zhsearch.index.models import Section
from zhsearch.search.engine import Page
from zhsearch.search.highlight.excerpt import (
    EXCERPT_CHARS,
    Marks,
    Passage,
    excerpt_of,
    passage_end,
    passage_limit,
    passage_start,
)
from zhsearch.search.highlight.passages import Occurrences, count_patterns, further_passages, in_turns
from zhsearch.search.highlight.ranges import ranges_in, title_ranges
from zhsearch.search.query import Pattern, Phrase, Query, Word

_MAX_PASSAGES = 12  # that are compared with each other
_MAX_PATTERNS = 64  # of a query, searched in one page
_LOOKED_UP = 2  # characters of a match whose place in the text as written tells where the match begins

_START = itemgetter(0)  # of a passage in the folded text

_Sought = tuple[Pattern, Pattern | None]
"""A pattern, and what is marked where it occurs only inside longer words: None if nothing is."""


class ShownPassage(NamedTuple):
    """A passage of a page, with the ranges to highlight, and the section that it is in: None before the first
    heading."""

    text: str
    marks: Marks
    section: Section | None


class Snippet(NamedTuple):
    """The ranges to highlight in the title of a page, its best passage, and the passages to show, in the
    order of the text: the best one and up to two others."""

    title_marks: Marks
    best: ShownPassage
    passages: tuple[ShownPassage, ...]

    @property
    def text(self) -> str:
        """The text of the best passage."""
        return self.best.text

    @property
    def marks(self) -> Marks:
        """The ranges to highlight in the text of the best passage."""
        return self.best.marks

    @property
    def section(self) -> Section | None:
        """The section of the best passage."""
        return self.best.section


class _Found(NamedTuple):
    """The patterns of a query that the blocks of a page have.

    Their offsets are those of `folded`, where the blocks begin at `body`: `shift` later than in
    `page.folded`.
    """

    page: Page
    folded: str
    body: int
    shift: int
    patterns: Occurrences
    segmenter: Segmenter


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
        """The best passages of a page; its summary or its beginning where none matches.

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
        title_marks = (
            title_ranges(map(_START, in_title), folded[: body - 1], page.meta.title) if in_title else ()
        )
        found = _Found(page, folded, body, shift, in_body, self._segmenter)
        if in_body:
            return Snippet(title_marks, *_passages(found))
        best = ShownPassage(summary, (), None) if (summary := page.meta.summary) else _passage(found, None)[2]
        return Snippet(title_marks, best, (best,) if best.text else ())

    def _without(self, missing: tuple[int, ...]) -> "Highlighter":
        """The highlighter of the query without some of its optional clauses; hits often lack the same."""
        if missing not in self._narrower:
            should = [node for number, node in enumerate(self._query.should) if number not in missing]
            query = self._query._replace(should=tuple(should))
            self._narrower[missing] = Highlighter(query, self._segmenter)
        return self._narrower[missing]

    def _occurrences(self, folded: str, body: int) -> tuple[Occurrences, Occurrences]:
        """The patterns in the title, and those in the blocks, which begin at offset `body`."""
        in_title = _first_occurrences(self._title_patterns, folded, 0, body)
        return in_title, _first_occurrences(self._body_patterns, folded, body, len(folded))


def _patterns(clauses: Iterable[Word | Phrase]) -> list[_Sought]:
    """The distinct patterns to highlight. Those of Latin words do not match inside longer words."""
    distinct = dict.fromkeys(
        (clause.pattern, clause.bounded if isinstance(clause, Phrase) else clause.kind != "han")
        for clause in clauses
    )
    return [
        # A letter inside a word is not the word.
        (Pattern(text, bounded), Pattern(text, bounded=False) if bounded and len(text) > 1 else None)
        for text, bounded in distinct
    ]


def _first_occurrences(patterns: list[_Sought], text: str, start: int, end: int) -> Occurrences:
    """The patterns in a range of a folded text and the first offset of each, unbounded where they occur only
    inside longer words."""
    occurrences: list[tuple[Pattern, int]] = []
    for pattern, inside in patterns:
        offset = text.find(pattern.text, start, end)
        if offset < 0:
            continue
        if pattern.bounded:
            bounded_offset = pattern.find(text, offset, end)
            if bounded_offset >= 0:
                offset = bounded_offset
            elif inside is None:
                continue
            else:
                pattern = inside
        occurrences.append((pattern, offset))
        if len(occurrences) == _MAX_PATTERNS:
            break
    return occurrences


def _passages(found: _Found) -> tuple[ShownPassage, tuple[ShownPassage, ...]]:
    """The best passage, and those to show, in the order of the text."""
    best, count = _best_passage(found.patterns, found.folded, found.body)
    start, end, shown = _passage(found, best)
    further = further_passages(found.patterns, found.folded, (start, end), count)
    if not further:
        return shown, (shown,)
    located = [(start, shown), *[(match.start, _passage(found, match.offset, 0)[2]) for match in further]]
    located.sort(key=_START)
    return shown, tuple([passage for _, passage in located])


def _passage(
    found: _Found, match: int | None, following: int = EXCERPT_CHARS
) -> tuple[int, int, ShownPassage]:
    """The passage around the offset of a match, and its range in the folded text; of the page's beginning
    without a match.

    It is of the block of the match, and of those after it as long as there are not `following` characters.
    """
    page, shift = found.page, found.shift
    offset = (found.body if match is None else match) - shift
    rest = page.lines(offset)
    line = next(rest)
    mark, text, lines = 0, line.text, [line]
    if match is not None:
        place = offset - line.folded_start
        mark = line.offsets.source(place, min(place + _LOOKED_UP, len(line.folded)))[0]
    start, cut_before = passage_start(text, mark, found.segmenter)
    while len(text) <= start + following and (after := next(rest, None)):
        text = f"{text}\n{after.text}"
        lines.append(after)
    limit = passage_limit(text, start)
    marks = ranges_in(found.patterns, found.folded, lines, shift, (start, limit)) if found.patterns else ()
    end, cut_after = passage_end(text, start, limit, marks, found.segmenter)
    excerpt, marks = excerpt_of(text, Passage(start, end, cut_before, cut_after), marks)
    last = lines[text.count("\n", start, end)]
    return (
        lines[0].folded_start + shift,
        last.folded_start + len(last.folded) + shift,
        ShownPassage(excerpt, marks, _section_at(page, offset)),
    )


def _section_at(page: Page, offset: int) -> Section | None:
    section = page.section_at(offset)
    return None if section and section.title == page.meta.title else section  # a heading repeats the title


def _best_passage(occurrences: Occurrences, text: str, body: int) -> tuple[int, int]:
    """The offset of the passage with most different patterns, and how many it has.

    `body` is the offset of the first block of the folded text. The offset is that of the first pattern in
    the passage, so that all of them are shown.
    """
    best, best_count = occurrences[0][1], 0
    if len(occurrences) == 1:
        return best, 1
    for offset in islice(in_turns(occurrences, text), _MAX_PASSAGES):
        count = count_patterns(occurrences, text, offset, body, len(text))
        if count > best_count:
            best, best_count = offset, count
            if count == len(occurrences):
                break
    return best, best_count
