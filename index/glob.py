"""A glob pattern in, what it matches out: `*` within a folder, `**` across folders, `?`, `[a-c]`, `{a,b}`.

Source: gobwas/glob with `/` as its separator, as Hugo uses it; letters match in either case.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

_PIECE = re.compile(r"\*\*|\*|\?|\\.|\[!?[^\]]+\]|[{},]|[^\\*?\[{},]+|.", re.DOTALL)
_NOT = "! "  # what begins so is left out


@lru_cache(maxsize=1 << 10)
def glob(pattern: str) -> re.Pattern[str]:
    """The pattern, to be matched in full against a path with `/`. No text is an error: what is no part of a
    pattern stands for itself."""
    depth = 0
    parts = []
    for piece in _PIECE.findall(pattern):
        if piece == "{":
            depth += 1
            parts.append("(?:")
        elif piece == "}" and depth:
            depth -= 1
            parts.append(")")
        elif piece == "," and depth:
            parts.append("|")
        elif piece[0] == "[" and len(piece) > 2:
            inner = re.escape(piece[1:-1].removeprefix("!")).replace(r"\-", "-")
            parts.append(f"[{'^' if piece[1] == '!' else ''}{inner}]")
        else:
            parts.append(_SPECIAL.get(piece) or re.escape(piece[1:] if piece[0] == "\\" else piece))
    try:
        return re.compile("".join(parts) + ")" * depth, re.IGNORECASE | re.DOTALL)
    except re.error:  # [z-a]
        return re.compile(re.escape(pattern), re.IGNORECASE)


_SPECIAL = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


def matches(pattern: str, text: str) -> bool:
    """Does the pattern match the whole text? No pattern matches all."""
    return not pattern or glob(pattern).fullmatch(text) is not None


def admits(patterns: Iterable[str], name: str) -> bool:
    """Is a language among those that a list of patterns names? No list names all; `! x` leaves x out."""
    wanted = False
    for pattern in patterns:
        negated = pattern.startswith(_NOT)
        if matches(pattern.removeprefix(_NOT), name):
            return not negated
        wanted = wanted or not negated
    return not wanted
