"""A hit as the search page shows it: a tree of the page, its sections, and their passages, each with a link.

The passages of the API are as long as an excerpt. Three of them would bury the next hit, so each is cut to
about two lines around its first mark, at the edges of sentences where there are any.
"""

import re
from collections.abc import Sequence
from itertools import accumulate, groupby, takewhile
from operator import itemgetter
from typing import NamedTuple

from zhsearch.search.api import HitJson, Marks, PassageJson
from zhsearch.search.highlight import ELLIPSIS
from zhsearch.search.highlight.text_fragment import text_fragment

_ALONE_CHARS, _SEVERAL_CHARS = 120, 84  # of a passage; Latin letters count half
_BEFORE_CHARS = 24  # before the first mark, at most
_SENTENCE_END = re.compile(r"[。！？；…!?;]+[”’」』）)]*\s*|(?<=\w)\.\s+|\s·\s")
_AT_SENTENCE_END = re.compile(r"(?:[。！？；…!?;.][”’」』）)]*|·)\s*$")
_PAUSE = re.compile(r"[，、：,:]\s*|\s+")
_AFTER_HEADING = re.compile(r"\s·\s|\s+|$")
_FIRST_WIDE = 0x1100  # code point; Hangul, kana and Han are as wide as two Latin letters
_RTL = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
_RTL_SCRIPTS = frozenset({"arab", "hebr", "thaa", "nkoo", "syrc"})


class ShownPassage(NamedTuple):
    """A text with its marks, and the link that opens the page there."""

    href: str
    text: str
    marks: Marks


class Branch(NamedTuple):
    """The passages in one section, in order; `heading` leads to it, and is None before the first."""

    heading: ShownPassage | None
    passages: list[ShownPassage]


def branches(hit: HitJson, site: str) -> list[Branch]:
    """The tree of a hit. `site` is put before its URL."""
    url = site + hit["url"]
    limit = _SEVERAL_CHARS if len(hit["passages"]) > 1 else _ALONE_CHARS
    grouped: list[Branch] = []
    for section, passages in groupby(hit["passages"], key=itemgetter("section")):
        heading_marks: Marks = ()
        shown = []
        for passage in passages:
            marks_of_heading, text, marks = _without_heading(passage)
            heading_marks = heading_marks or marks_of_heading
            if text:
                shown.append(ShownPassage(url + passage_fragment(passage), *shortened(text, marks, limit)))
        heading = (
            ShownPassage(f"{url}#{section['anchor']}", section["title"], heading_marks) if section else None
        )
        grouped.append(Branch(heading, shown))
    return grouped


def passage_fragment(passage: PassageJson) -> str:
    """The fragment that opens a page at a passage: its section's anchor and its sentence, as far as known."""
    anchor = passage["section"]["anchor"] if passage["section"] else ""
    directive = text_fragment(passage["text"], passage["marks"])
    return f"#{anchor}{directive.removeprefix('#')}" if anchor or directive else ""


def shortened(text: str, marks: Marks, limit: int) -> tuple[str, Sequence[Sequence[int]]]:
    """A passage of about `limit` Han characters around the first mark, and its marks."""
    if _fitting(text, limit) == len(text):
        return text, marks
    first, last = marks[0] if marks else (0, 0)
    start = _start(text, first)
    end = _end(text, start, last, limit)
    head = ELLIPSIS if start and not _ends_sentence(text[:start]) else ""
    tail = ELLIPSIS if end < len(text) and not _ends_sentence(text[:end]) else ""
    shift = len(head) - start
    kept = [(a + shift, min(b, end) + shift) for a, b in marks if start <= a < end]
    return head + text[start:end].rstrip(" ·") + tail, kept


def _without_heading(passage: PassageJson) -> tuple[Marks, str, Marks]:
    """The marks in the heading that a passage begins with, which is shown above; the rest, and its marks."""
    section, text, marks = passage["section"], passage["text"], passage["marks"]
    separator = _AFTER_HEADING.match(text, len(section["title"])) if section else None
    if section is None or separator is None or not text.startswith(section["title"]):
        return (), text, marks
    end, start = len(section["title"]), separator.end()
    in_heading = [(a, min(b, end)) for a, b in marks if a < end]
    return in_heading, text[start:], [(a - start, b - start) for a, b in marks if a >= start]


def direction(lang: str) -> str:
    """The direction in which a language is written, as the attribute `dir` has it."""
    primary, *rest = lang.lower().replace("_", "-").split("-")
    scripts = {part for part in rest if len(part) == 4}
    is_rtl = bool(scripts & _RTL_SCRIPTS) if scripts else primary in _RTL
    return "rtl" if is_rtl else "ltr"


def _start(text: str, mark: int) -> int:
    """Where to begin, so that a mark is near: at its sentence, else at a pause before it, else at a word."""
    least = mark - _fitting(text[:mark][::-1], _BEFORE_CHARS)
    start = max((match.end() for match in _SENTENCE_END.finditer(text, 0, mark)), default=0)
    if start >= least:
        return start
    pause = next((match.end() for match in _PAUSE.finditer(text, least, mark)), None)
    if pause is not None:
        return pause
    while least < mark and _is_inside_word(text, least):
        least += 1
    return least


def _end(text: str, start: int, mark_end: int, limit: int) -> int:
    """Where to end: at the last sentence that fits, else at a pause, else where the space is used up."""
    most = start + _fitting(text[start:], limit)
    if most == len(text):
        return most
    least = max(mark_end, start + (most - start) * 2 // 3)
    for match in reversed(list(_SENTENCE_END.finditer(text, start, most))):
        if match.end() >= least:
            return match.end()
    for match in reversed(list(_PAUSE.finditer(text, start, most))):
        if match.start() >= least:
            return match.start()
    return max(most, mark_end)


def _fitting(text: str, limit: int) -> int:
    """How many characters of a text are at most `limit` Han characters wide."""
    half_widths = accumulate(map(_half_width, text))
    return sum(1 for _ in takewhile(lambda width: width <= 2 * limit, half_widths))


def _half_width(char: str) -> int:
    return 1 if ord(char) < _FIRST_WIDE else 2


def _is_inside_word(text: str, offset: int) -> bool:
    """Whether an offset is within a word of Latin letters and digits."""
    return text[offset - 1 : offset + 1].isascii() and text[offset - 1 : offset + 1].isalnum()


def _ends_sentence(text: str) -> bool:
    return bool(_AT_SENTENCE_END.search(text))
