"""The text of a facet's value as a query names it: `series:"山海经"`."""

import re

from zhsearch.index.analysis import fold_plain

_QUOTES = re.compile('["“”＂]')


def facet_text(value: str) -> str:
    """A value folded for comparison, with blanks for quotation marks, which no quotation can hold."""
    return " ".join(fold_plain(_QUOTES.sub(" ", value)).split())
