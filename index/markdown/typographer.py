"""A typographer: turns quotes, dashes and dots into signs as Hugo's goldmark does, and removes stray marks.

Readers copy what they see, so the index has the signs that a page shows. Source: goldmark's
`extension/typographer.go`; the rules of quotes were tried on the real `hugo`, and a test compares them.
"""

import re
import unicodedata
from collections.abc import Mapping

from zhsearch.index.markdown.blocks import WIDE

OPAQUE = "\0"
"""Replaces in a line whatever is not prose: code, HTML, an escaped sign, marks of emphasis and links."""

BARE_LINK = re.compile(
    r"(?:(?:https?|ftp)://|www\.)[\w@:%.+~#=-]{1,256}\.[a-z]+(?::\d+)?"
    r"(?:[/#?][\w@:%+.~#$!?&/=();,'\">^{}\[\]`-]*)?"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+",
    re.ASCII,
)
_TYPED_SIGN = re.compile(
    rf"(?:(?<=[\s*_~('\">-]|{OPAQUE})|^)(?P<link>{BARE_LINK.pattern})|['\"]|-{{2,}}|\.\.\.|<<|>>", re.ASCII
)
_EMPHASIS = re.compile(r"(?<!\*)\*{2,4}(?!\*)")
_BESIDE_WIDE = re.compile(rf"(?<=[{WIDE}])\*|\*(?=[{WIDE}])")
_QUOTES = re.compile("'+|\"+")
_TILDE = re.compile("(?<!~)~(?!~)")
_CONTRACTION = re.compile(r"(?:[mtsd]|ve|ll|re)(?=[\s!-/:-@\[-`{-~\0]|$)")  # I'm, it's, I've
_DECADE = re.compile(r"[0-9][0-9]s(?!\w)")


def without_stray_emphasis(line: str) -> str:
    """Remove the `**` that CommonMark leaves literal because a wide character is beside it, and its partner.

    The author meant emphasis, and readers do not search for asterisks; `2**3` stays.
    """
    marks = list(_EMPHASIS.finditer(line))
    pieces, end = [], 0
    for pair in (marks[first : first + 2] for first in range(0, len(marks), 2)):
        if any(_BESIDE_WIDE.search(line, max(mark.start() - 1, 0), mark.end() + 1) for mark in pair):
            for mark in pair:
                pieces.append(line[end : mark.start()])
                end = mark.end()
    return "".join(pieces) + line[end:]


def without_single_tildes(line: str) -> str:
    """Remove the pairs of `~` that are strikethrough for goldmark but not for pulldown-cmark: `H~2~O`."""
    opening: list[int] = []
    removed = set()
    for mark in _TILDE.finditer(line):
        position = mark.start()
        can_open, can_close = _flanking(line, position, position + 1)
        if can_close and opening:
            removed |= {opening.pop(), position}
        elif can_open:
            opening.append(position)
    if not removed:
        return line
    return "".join(character for position, character in enumerate(line) if position not in removed)


class Typographer:
    """Typesets the lines of one page in their order, since any later line may close a quote.

    `signs` are the signs to write, see `options.DEFAULT_SIGNS`.
    """

    def __init__(self, signs: Mapping[str, str]) -> None:
        self._signs = signs
        self._open = {"single": 0, "double": 0}
        self._line = ""
        self._quotes_end = 0  # end of the last run of equal quotes

    def typeset(self, line: str) -> str:
        """Replace the typed characters of the line by signs."""
        self._line = line
        self._quotes_end = 0
        return _TYPED_SIGN.sub(self._sign, line)

    def _sign(self, match: re.Match[str]) -> str:
        typed, signs = match[0], self._signs
        if match["link"]:
            return typed
        if typed[0] == "-":
            dashes, rest = divmod(len(typed), 3)
            return signs["emdash"] * dashes + ("", "-", signs["endash"])[rest]
        if typed in ("...", "<<", ">>"):
            return signs[{".": "ellipsis", "<": "leftanglequote", ">": "rightanglequote"}[typed[0]]]
        return self._single_quote(match.start()) if typed == "'" else self._double_quote(match.start())

    def _end_of_quotes(self, position: int) -> int:
        """The end of the run of equal quotes at `position`; each run is measured once."""
        if position >= self._quotes_end or self._line[position] != self._line[self._quotes_end - 1]:
            run = _QUOTES.match(self._line, position)
            self._quotes_end = run.end() if run else position + 1
        return self._quotes_end

    def _single_quote(self, position: int) -> str:
        line, signs = self._line, self._signs
        can_open, can_close = _flanking(line, position, self._end_of_quotes(position))
        opens = can_open and not can_close
        if _is_apostrophe(line, position) or (opens and _DECADE.match(line, position + 1)):
            return signs["apostrophe"]
        if opens and _CONTRACTION.match(line, position + 1):
            return signs["rightsinglequote"]
        if opens:
            self._open["single"] += 1
            return signs["leftsinglequote"]
        if _ends_word(line, position):
            return signs["rightsinglequote"]
        return self._closing_quote(position, "single", can_open, can_close)

    def _double_quote(self, position: int) -> str:
        line = self._line
        can_open, can_close = _flanking(line, position, self._end_of_quotes(position))
        if can_open and not can_close:
            self._open["double"] += 1
            return self._signs["leftdoublequote"]
        if line[position + 1 : position + 2] == '"' and line[position - 1 : position].isdecimal():
            return '"'  # inches: a monitor of 21""
        return self._closing_quote(position, "double", can_open, can_close)

    def _closing_quote(self, position: int, kind: str, can_open: bool, can_close: bool) -> str:
        """The closing sign if a quote is open that may end here, else the quote as typed."""
        if self._open[kind] and can_close and (not can_open or _ends_before_signs(self._line, position)):
            self._open[kind] -= 1
            return self._signs[f"right{kind}quote"]
        return self._line[position]


def _is_apostrophe(line: str, position: int) -> bool:
    """Whether a single quote is within a word or number (it's, 90's), or before a short one ('twas, 'em)."""
    before, after = line[position - 1 : position] or "\n", line[position + 1 : position + 2]
    kind_before = _kind(before)
    if after and after in "tenl" and (before.isspace() or kind_before == "P"):
        return True
    return _kind(after) == "L" and (kind_before == "L" or before.isdecimal())


def _ends_word(line: str, position: int) -> bool:
    """Whether a single quote that does not open is an elision or plural (Smiths', doin'), in goldmark's rough
    way: something other than a digit follows, and it is not the last character of the line if it is ASCII."""
    after = line[position + 1 : position + 2]
    return after not in "\n" and not after.isdecimal() and (not after.isascii() or len(line) > position + 2)


def _ends_before_signs(line: str, position: int) -> bool:
    """Whether a quote that might open as well closes: before two ASCII signs, or one at the end of the
    line."""
    after = line[position + 1 : position + 3]
    first = after[:1]
    if not (first.isascii() and (_kind(first) == "P" or first == "`")):
        return False
    return len(after) < 2 or _is_ascii_sign(after[1])


def _flanking(line: str, start: int, end: int) -> tuple[bool, bool]:
    """(can open, can close) for a delimiter at `start`, by CommonMark's rule for emphasis.

    `end` is the end of the run of equal signs, which counts as one.
    """
    before, after = line[start - 1 : start] or "\n", line[end : end + 1] or "\n"
    space_before, space_after = before.isspace(), after.isspace()
    sign_before, sign_after = _kind(before) in "PS", _kind(after) in "PS"
    can_open = not space_after and (not sign_after or space_before or sign_before)
    can_close = not space_before and (not sign_before or space_after or sign_after)
    return can_open, can_close


def _kind(character: str) -> str:
    """The first letter of its Unicode category, Z at the end of the line; OPAQUE counts as punctuation."""
    if not character:
        return "Z"
    return "P" if character == OPAQUE else unicodedata.category(character)[0]


def _is_ascii_sign(character: str) -> bool:
    return character.isascii() and (_kind(character) in "PS" or character.isspace())
