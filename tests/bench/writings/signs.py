"""Signs that are part of the text sought: flags of commands, negative numbers (item 1)."""

import re
from collections import Counter

from .pairs import Pair, exact_pairs
from .texts import HAN, Texts

_COMMAND = re.compile(r"(?<![\w./-])([a-z][a-z0-9]+)(?: [a-z][a-z0-9]+)? --?[A-Za-z][A-Za-z0-9-]*(?![\w-])")
_NEGATIVE = rf"(?<![\w.)\]-])(?:{HAN}{{2,4}} |[A-Za-z]{{2,}} |)-\d+(?:\.\d+)?(?:℃|°C|%)?(?![\w.])"
_MIN_PAGES = 3  # of a word before a flag: fewer are prose


def flags(texts: Texts) -> list[Pair]:
    """Commands with one flag as they stand in the pages: `git rebase -i`."""
    matches = list(texts.matches(_COMMAND.pattern))
    pages = Counter(match[1] for match in matches)
    return exact_pairs(texts, "flags", (m[0] for m in matches if pages[m[1]] >= _MIN_PAGES))


def negative_numbers(texts: Texts) -> list[Pair]:
    """Negative numbers alone and with the word before them: `-18℃`, `返回 -1`."""
    return exact_pairs(texts, "negative numbers", (match[0] for match in texts.matches(_NEGATIVE)))
