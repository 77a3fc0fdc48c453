"""Excerpts: a passage with whole words at its edges, an ellipsis where it was cut, and its blocks set apart.

A passage is a range of a page's blocks, a line each. Offsets are code points.
"""

import re
import unicodedata
from typing import NamedTuple

from zhsearch.index.analysis import Segmenter, token_across

EXCERPT_CHARS = 140
"""Code points of an excerpt; two or three lines in a list of hits."""

CONTEXT_CHARS = 30
"""Code points shown before the first mark, where no sentence begins nearby."""

SENTENCE_REACH = 45
"""Code points before the first mark where a passage may begin, if a sentence does."""

ELLIPSIS = "…"
BETWEEN_BLOCKS = " · "
"""Stands between two blocks, unless a sentence ends there: table cells and list items have no full stop."""

Marks = tuple[tuple[int, int], ...]
"""Ranges of code points to highlight, in order, neither overlapping nor touching."""

_MIN_CHARS = 100  # of a passage that ends early, with a sentence
_MAX_TOKEN_CHARS = 60  # a longer one, such as an address, is cut
_SENTENCE_END = "[。！？；…][”’」』）)]*|[!?.](?=\\s)"
_THROUGH_LAST_SENTENCE = re.compile(f"(?s:.*)(?:{_SENTENCE_END})")
_THROUGH_LAST_END = re.compile(f"(?s:.*)(?:\n|{_SENTENCE_END})")
_LEADING = re.compile("[\\s，、；：。！？,;·”’」』》）)]*")
_TRAILING = re.compile("[\\s，、：,:（(“‘「『《·]*\\Z")
_TRAILING_BLANKS = re.compile("\\s*\\Z")
_JOINER = "\u200d"
_JOINERS = _JOINER + "\ufe0e\ufe0f"
_STOPS = frozenset("。！？；：，、…!?;:,.")


class Passage(NamedTuple):
    """A range of a text, and whether it begins and ends within a sentence."""

    start: int
    end: int
    cut_before: bool = False
    cut_after: bool = False


def passage_start(text: str, mark: int, segmenter: Segmenter) -> tuple[int, bool]:
    """Where a passage begins that shows offset `mark`, which is in the first line of the text, and whether
    that is within a sentence.

    Where the line or a sentence begins, if it does nearby, else where a word does.
    """
    if not mark:
        return 0, False
    floor = max(0, mark - SENTENCE_REACH)
    sentence = _THROUGH_LAST_SENTENCE.match(text, floor, mark)
    is_cut = sentence is None and floor > 0
    start = sentence.end() if sentence else floor
    if is_cut:
        start = mark - CONTEXT_CHARS
        first, last = token_across(text, start, segmenter)
        start = first if mark - first <= _MAX_TOKEN_CHARS else min(last, mark)
    start = _LEADING.match(text, _grapheme_start(text, start), mark).end()  # type: ignore[union-attr]
    return start, is_cut


def passage_limit(text: str, start: int) -> int:
    """The last offset where a passage may end, with room for what `excerpt_of` adds."""
    limit = start + EXCERPT_CHARS - 2 * len(ELLIPSIS)
    line_break = text.find("\n", start, limit)
    while line_break >= 0:
        limit -= len(BETWEEN_BLOCKS) - 1
        line_break = text.find("\n", line_break + 1, max(limit, line_break + 1))
    return min(limit, len(text))


def passage_end(text: str, start: int, limit: int, marked: Marks, segmenter: Segmenter) -> tuple[int, bool]:
    """Where a passage ends, and whether that is within a sentence.

    Where a sentence ends, if it does near the limit and after the last of the ranges `marked`, else where a
    block does, so that no heading stands at the end without its text; else where a word does. `limit` is that
    of `passage_limit`.
    """
    if limit >= len(text):
        return len(text), False
    last_mark = next((end for _, end in reversed(marked) if end < limit), start)
    earliest = max(start + _MIN_CHARS, last_mark)
    sentence = _THROUGH_LAST_END.match(text, earliest, limit)
    if sentence:
        sentence = _THROUGH_LAST_SENTENCE.match(text, earliest, limit) or sentence
        return _TRAILING_BLANKS.search(text, start, sentence.end()).start(), False  # type: ignore[union-attr]
    if text[limit] == "\n":
        return limit, False
    first, _ = token_across(text, limit, segmenter)
    end = first if limit - first <= _MAX_TOKEN_CHARS and first > last_mark else limit
    end = _TRAILING.search(text, start, _grapheme_start(text, end)).start()  # type: ignore[union-attr]
    return max(end, last_mark), True


def _grapheme_start(text: str, offset: int) -> int:
    """The offset, or that of the character to which an accent or variation selector there belongs."""
    while 0 < offset < len(text) and (
        unicodedata.combining(text[offset]) or text[offset] in _JOINERS or text[offset - 1] == _JOINER
    ):
        offset -= 1
    return offset


def excerpt_of(text: str, passage: Passage, marks: Marks) -> tuple[str, Marks]:
    """The text of a passage and the marks in it; `marks` are ranges of the text from its start on.

    The passage is a substring of the text, but for ELLIPSIS at its edges and BETWEEN_BLOCKS for line breaks.
    """
    start, end, cut_before, cut_after = passage
    shown = ELLIPSIS if cut_before else ""
    moved = []
    number, count = 0, len(marks)
    while True:
        line_end = text.find("\n", start, end)
        if line_end < 0:
            line_end = end
        shift = len(shown) - start
        shown += text[start:line_end]
        while number < count and marks[number][0] <= line_end:
            first, last = marks[number]
            number += 1
            if first < end:
                moved.append((first + shift, (last if last < end else end) + shift))
        if line_end == end:
            break
        shown += " " if shown[-1:] in _STOPS else BETWEEN_BLOCKS
        start = line_end + 1
    return (shown + ELLIPSIS if cut_after else shown), tuple(moved)
