"""A line as typed in, as Hugo shows it out: quotes, dashes, dots; and no marks of emphasis beside Han.

Source of the rules of quotes: tried on the real `hugo`; a test does so again.
"""

import re
import unicodedata
from collections.abc import Mapping

from zhsearch.index.markdown.blocks import WIDE

OPAQUE = "\0"
"""Stands in a line for what is not text: code, HTML, an escaped sign, marks of emphasis and links."""

BARE_LINK = re.compile(
    r"(?:(?:https?|ftp)://|www\.)[\w@:%.+~#=-]{1,256}\.[a-z]+(?::\d+)?"
    r"(?:[/#?][\w@:%+.~#$!?&/=();,'\">^{}\[\]`-]*)?"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+",
    re.ASCII,
)
_SIGN = re.compile(
    rf"(?:(?<=[\s*_~('\">-]|{OPAQUE})|^)(?P<link>{BARE_LINK.pattern})|['\"]|-{{2,}}|\.\.\.|<<|>>", re.ASCII
)
_EMPHASIS = re.compile(r"(?<!\*)\*{2,4}(?!\*)")
_BESIDE_WIDE = re.compile(rf"(?<=[{WIDE}])\*|\*(?=[{WIDE}])")
_RUN = re.compile("'+|\"+")
_TILDE = re.compile("(?<!~)~(?!~)")
_SHORT_FORM = re.compile(r"(?:[mtsd]|ve|ll|re)(?=[\s!-/:-@\[-`{-~\0]|$)")  # I'm, it's, I've
_DECADE = re.compile(r"[0-9][0-9]s(?!\w)")


def without_stray_emphasis(line: str) -> str:
    """Without the `**` that CommonMark leaves literal since Han stands beside it, nor what closes it.

    The author meant emphasis, and no reader searches for asterisks; `2**3` is left alone.
    """
    runs = list(_EMPHASIS.finditer(line))
    kept, at = [], 0
    for pair in (runs[place : place + 2] for place in range(0, len(runs), 2)):
        if any(_BESIDE_WIDE.search(line, max(run.start() - 1, 0), run.end() + 1) for run in pair):
            for run in pair:
                kept.append(line[at : run.start()])
                at = run.end()
    return "".join(kept) + line[at:]


def without_single_tildes(line: str) -> str:
    """Without the pairs of `~` that strike through a part of a word, as in `H~2~O`."""
    opened: list[int] = []
    dropped = set()
    for mark in _TILDE.finditer(line):
        at = mark.start()
        opens, closes = _flanking(line, at, at + 1)
        if closes and opened:
            dropped |= {opened.pop(), at}
        elif opens:
            opened.append(at)
    return "".join(sign for at, sign in enumerate(line) if at not in dropped) if dropped else line


class Typographer:
    """Sets the lines of one page in their order: a quote that is open may be closed by any later line."""

    def __init__(self, signs: Mapping[str, str]) -> None:
        self._signs = signs  # see `markup.Markup`
        self._open = {"single": 0, "double": 0}
        self._line = ""
        self._run_end = 0  # of the run of quotes that was met last

    def typeset(self, line: str) -> str:
        """The line with signs for what is typed."""
        self._line = line
        self._run_end = 0
        return _SIGN.sub(self._sign, line)

    def _sign(self, match: re.Match[str]) -> str:
        typed, signs = match[0], self._signs
        if match["link"]:
            return typed
        if typed[0] == "-":
            dashes, rest = divmod(len(typed), 3)
            return signs["emdash"] * dashes + ("", "-", signs["endash"])[rest]
        if typed in ("...", "<<", ">>"):
            return signs[{".": "ellipsis", "<": "leftanglequote", ">": "rightanglequote"}[typed[0]]]
        return self._single(match.start()) if typed == "'" else self._double(match.start())

    def _end_of_run(self, at: int) -> int:
        if at >= self._run_end or self._line[at] != self._line[self._run_end - 1]:
            run = _RUN.match(self._line, at)
            self._run_end = run.end() if run else at + 1
        return self._run_end

    def _single(self, at: int) -> str:
        line, signs = self._line, self._signs
        opens, closes = _flanking(line, at, self._end_of_run(at))
        before, after = line[at - 1 : at] or "\n", line[at + 1 : at + 2]
        if opens and not closes and _DECADE.match(line, at + 1):
            return signs["apostrophe"]
        if after and after in "tenl" and (_is_space(before) or _kind(before) == "P"):
            return signs["apostrophe"]  # 'twas, 'em
        if _kind(after) == "L" and (_kind(before) == "L" or before.isdecimal()):
            return signs["apostrophe"]
        if opens and not closes:
            if _SHORT_FORM.match(line, at + 1):
                return signs["rightsinglequote"]
            self._open["single"] += 1
            return signs["leftsinglequote"]
        if after not in "\n" and not after.isdecimal() and (not after.isascii() or len(line) > at + 2):
            return signs["rightsinglequote"]  # Smiths', doin'
        return self._closing(at, "single", opens, closes)

    def _double(self, at: int) -> str:
        opens, closes = _flanking(self._line, at, self._end_of_run(at))
        if opens and not closes:
            self._open["double"] += 1
            return self._signs["leftdoublequote"]
        if self._line[at + 1 : at + 2] == '"' and self._line[at - 1 : at].isdecimal():
            return '"'  # a monitor of 21""
        return self._closing(at, "double", opens, closes)

    def _closing(self, at: int, kind: str, opens: bool, closes: bool) -> str:
        rest = self._line[at + 1 : at + 3]
        # Between two signs it closes before two of ASCII, or before one at the end of its line.
        first = rest[:1].isascii() and (_kind(rest[:1]) == "P" or rest[:1] == "`")
        may = closes and opens and first
        may = may and (len(rest) < 2 or _is_ascii_sign(rest[1]))
        if self._open[kind] and closes and (may or not opens):
            self._open[kind] -= 1
            return self._signs[f"right{kind}quote"]
        return self._line[at]


def _flanking(line: str, start: int, end: int) -> tuple[bool, bool]:
    """May a sign at `start` open and may it close, by CommonMark's rule for emphasis? `end`: of the run of
    the same sign, which counts as one."""
    before, after = line[start - 1 : start] or "\n", line[end : end + 1] or "\n"
    space_before, space_after = _is_space(before), _is_space(after)
    sign_before, sign_after = _kind(before) in "PS", _kind(after) in "PS"
    opens = not space_after and (not sign_after or space_before or sign_before)
    closes = not space_before and (not sign_before or space_after or sign_after)
    return opens, closes


def _kind(character: str) -> str:
    """The first letter of its category; what is not text begins and ends with a sign."""
    if not character:
        return "Z"
    return "P" if character == OPAQUE else unicodedata.category(character)[0]


def _is_space(character: str) -> bool:
    return character.isspace()


def _is_ascii_sign(character: str) -> bool:
    return character.isascii() and (_kind(character) in "PS" or character.isspace())
