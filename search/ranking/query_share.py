"""The share of a query that a page has, where it need not have every word.

Two of three words may be nearly all of a query or next to nothing: a page that has 思 alone does not answer
低头思故乡. A word is worth what it tells, its IDF, and what the reader typed, its width; both count half.
IDF alone would make a common word worthless, although the reader typed it (linux, on a site about Linux);
width alone would make a long common word worth more than a rare one.
"""

from collections.abc import Sequence

from zhsearch.search.query import And, Node, Or, Phrase, Query, Word, is_letter
from zhsearch.search.ranking import constants
from zhsearch.search.ranking.bm25f import idf
from zhsearch.search.ranking.policy import Selection, selections


def clause_shares(query: Query, page_counts: Sequence[int], pages: int) -> list[float]:
    """The share of the query that each optional clause is worth; they add up to 1.

    `page_counts` are the numbers of pages, of all `pages`, that match each clause and all required ones.
    """
    values = [constants.SHARE_BASE + idf(min(count, pages), pages) for count in page_counts]
    widths = [min(_width(node), constants.MAX_SHARE_WIDTH) for node in query.should]
    all_values, all_widths = sum(values), sum(widths)
    return [
        (value / all_values + width / all_widths) / 2 for value, width in zip(values, widths, strict=True)
    ]


def is_weak(share: float) -> bool:
    """Whether hits are weak of which the best has this share of the query."""
    return share < constants.WEAK_QUERY_SHARE


def names_missing(query: Query) -> bool:
    """Whether hits tell which optional clauses they lack.

    Those of a question do not: it is answered by what a page shares with it, and the words that it adds
    (何年, 主要, 称为) are those that an answer lacks.
    """
    return selections(query)[0] is not Selection.SCORE


def _width(node: Node) -> int:
    """The width of a clause in half-width characters; of alternatives, that of the widest.

    Other writings, and the text around a sign, have a weight of their own, and are not what its word is.
    """
    if isinstance(node, Word | Phrase) and node.weight == 1.0:
        return sum(1 if is_letter(character) else 2 for character in node.pattern)
    if isinstance(node, And | Or):
        return (sum if isinstance(node, And) else max)(map(_width, node.nodes))
    return 0
