"""Glob patterns as Hugo reads them: `*` within a folder, `**` across folders, `?`, `[a-c]`, `{a,b}`.

Python's glob and fnmatch have neither alternatives nor this meaning of `**`. Source: gobwas/glob with the
separator `/`; case is ignored.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

_TOKEN = re.compile(r"\*\*|\*|\?|\\.|\[!?[^\]]+\]|[{},]|[^\\*?\[{},]+|.", re.DOTALL)
NEGATION = "! "
"""The prefix of a pattern that excludes."""

_WILDCARDS = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


@lru_cache(maxsize=1 << 10)
def glob(pattern: str) -> re.Pattern[str]:
    """Compile a pattern to a regular expression, for `fullmatch` with a path that is separated by `/`.

    It never raises: characters that are not a valid part of a pattern match themselves.
    """
    depth = 0
    parts = []
    for token in _TOKEN.findall(pattern):
        if token == "{":
            depth += 1
            parts.append("(?:")
        elif token == "}" and depth:
            depth -= 1
            parts.append(")")
        elif token == "," and depth:
            parts.append("|")
        elif token[0] == "[" and len(token) > 2:
            inner = re.escape(token[1:-1].removeprefix("!")).replace(r"\-", "-")
            parts.append(f"[{'^' if token[1] == '!' else ''}{inner}]")
        else:
            parts.append(_WILDCARDS.get(token) or re.escape(token[1:] if token[0] == "\\" else token))
    try:
        return re.compile("".join(parts) + ")" * depth, re.IGNORECASE | re.DOTALL)
    except re.error:  # [z-a]
        return re.compile(re.escape(pattern), re.IGNORECASE)


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern matches the whole text; the empty pattern matches every text."""
    return not pattern or glob(pattern).fullmatch(text) is not None


def admits(patterns: Iterable[str], name: str) -> bool:
    """Whether a list of patterns admits a name: the first that matches decides, `! x` excludes.

    If none matches, the name is admitted unless the list has a pattern that includes.
    """
    includes = False
    for pattern in patterns:
        excludes = pattern.startswith(NEGATION)
        if matches(pattern.removeprefix(NEGATION), name):
            return not excludes
        includes = includes or not excludes
    return not includes
