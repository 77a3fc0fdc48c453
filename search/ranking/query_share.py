"""The share of a query that a page has, where it need not have every word.

Two of three words may be nearly all of a query or next to nothing: a page that has 思 alone does not answer
低头思故乡. A word is worth what it tells, its IDF, and what the reader typed, its width; both count half.
IDF alone would make a common word worthless, although the reader typed it (linux, on a site about Linux);
width alone would make a long common word worth more than a rare one.
"""

from collections.abc import Sequence
from itertools import combinations

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


def naming_clauses(query: Query, shares: Sequence[float]) -> list[tuple[int, ...]]:
    """The smallest sets of optional clauses, by place, with which a title names a page.

    The page about Falcon need not say 接入. Where no page with every clause is named so, such pages match as
    well; where most clauses suffice, such a title counts as half of them. `shares` are those of the clauses.
    """
    places, found = range(len(shares)), list[tuple[int, ...]]()
    if query.is_question:
        return found
    for size in range(1, len(shares)):
        for chosen in combinations(places, size):
            if sum(shares[place] for place in chosen) >= constants.NAMED_QUERY_SHARE and not any(
                set(smaller) <= set(chosen) for smaller in found
            ):
                found.append(chosen)
    return found


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
