"""The matching policy: which pages a query selects, when it is relaxed, and the order of evaluation.

Each engine evaluates a query in its own way, one with arrays and one with a cluster's queries; this module
makes the decisions that must be the same in both.
"""

from collections.abc import Callable
from enum import Enum

from zhsearch.search.query import Node, Not, Or, Phrase, Query, Word, primary_leaves
from zhsearch.search.ranking import constants


class Selection(Enum):
    """How the optional clauses (`Query.should`) of a query select pages.

    Required clauses (`Query.must`) always hold. A result is *relaxed* where a page that passes the filters
    lacks an optional clause.
    """

    ALL = "every clause"
    MOST = "a minimum number of clauses; a page with more of them ranks above one with fewer"
    SCORE = "a share of the best page's score, or every clause: the answer to a question"


def selections(query: Query) -> tuple[Selection, ...]:
    """The selections to try, the strictest first; the next one applies where the filters leave no page."""
    if not query.should or (len(query.should) == 1 and not query.is_question_form):
        return (Selection.ALL,)
    relaxed = Selection.SCORE if query.is_question_form else Selection.MOST
    return (relaxed,) if query.is_question else (Selection.ALL, relaxed)


def minimum_should_match(clauses: int) -> int:
    """Minimum should match: half of the optional clauses, rounded up."""
    return (clauses + 1) // 2


def needed(query: Query, best: int) -> int:
    """The number of optional clauses that a page must match for Selection.MOST.

    `best` is the largest number that a page matches: of the pages that pass the filters or, where none
    matches any, of all. If some page has every clause, although no filtered page does, all are needed: the
    facets then show the matches without the filters.
    """
    clauses = len(query.should)
    if best == clauses and not query.is_question:
        return clauses
    return max(1, min(minimum_should_match(clauses), best))


def musts_match_alone(query: Query) -> bool:
    """Whether the required clauses make a page match a question without any of its words: those do that name
    words or phrases, and not a tag alone."""
    return any(isinstance(node, Word | Phrase) for node in query.must)


def required_order(query: Query) -> list[Node]:
    """The required clauses as they are evaluated, exclusions last; each on the pages that the ones before it
    leave. The optional clauses follow."""
    return sorted(query.must, key=lambda node: isinstance(node, Not))


class ScanBudget:
    """The number of words of one query that are also searched inside longer words.

    Han words and compounds may hide in longer ones; a run of letters and digits is always a term of its own,
    and is scanned for only where few pages have it as a term; a single letter never. Words use the budget in
    the order of evaluation, each time that they occur, in whatever clause; once it is spent, words match as
    terms alone.
    """

    __slots__ = ("remaining",)

    def __init__(self) -> None:
        self.remaining = constants.MAX_SUBSTRING_SCANS

    def allows(self, word: Word, *, pages: int) -> bool:
        """Whether `word` is scanned for; `pages` have it as a term in the fields searched."""
        if self.remaining <= 0 or word.kind != "latin":
            return self.remaining > 0
        few = constants.MAX_RARE_LATIN_PAGES if word.matches_beginnings else 0
        return len(word.term) > 1 and pages <= few

    def spend(self, scans: int) -> None:
        """Take scans off the budget."""
        self.remaining -= scans


def writing_factors(group: Or, idf_of: Callable[[Word | Phrase], float]) -> list[float]:
    """The factors of the scores of a word and its other writings.

    None counts as rarer than the word itself: a page with the word must not stand below one, otherwise like
    it, with a writing that few pages have. `idf_of` is the IDF of a word or phrase, without its weight.
    """
    own, *others = (sum(map(idf_of, primary_leaves(node))) for node in group.nodes)
    return [1.0, *(min(1.0, own / other) if other else 1.0 for other in others)]


def inside_weight(word: Word) -> float:
    """The weighted frequency of a word that a page has only inside longer words."""
    return constants.LATIN_SUBSTRING_WEIGHT if word.kind == "latin" else constants.SUBSTRING_WEIGHT
