"""The query language: its nodes, the parsed query with its filters, and substring patterns.

`parser` is imported as a module: it loads OpenCC and a segmenter, which the engine protocol must not.
"""

from zhsearch.search.query.ast import And, FacetTerm, Node, Not, Or, Phrase, Word, primary, primary_leaves
from zhsearch.search.query.date_range import day_range
from zhsearch.search.query.model import MAX_QUERY_CHARS, Filters, Query
from zhsearch.search.query.numerals import NUMERAL
from zhsearch.search.query.pattern import Pattern, is_letter
from zhsearch.search.query.reading import Reading

__all__ = [
    "MAX_QUERY_CHARS",
    "NUMERAL",
    "And",
    "FacetTerm",
    "Filters",
    "Node",
    "Not",
    "Or",
    "Pattern",
    "Phrase",
    "Query",
    "Reading",
    "Word",
    "day_range",
    "is_letter",
    "primary",
    "primary_leaves",
]
