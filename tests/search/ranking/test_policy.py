"""The matching policy: when a query is relaxed, how many words a page needs, which words are scanned for."""

import pytest

from zhsearch.search.query.ast import FacetTerm, Node, Not, Phrase, Word
from zhsearch.search.query.model import Query
from zhsearch.search.ranking.constants import MAX_RARE_LATIN_PAGES, MAX_SUBSTRING_SCANS
from zhsearch.search.ranking.policy import (
    ScanBudget,
    Selection,
    musts_match_alone,
    needed,
    required_order,
    selections,
)


def words(count: int) -> tuple[Node, ...]:
    return tuple(Word(f"词{number}", f"词{number}", "han") for number in range(count))


@pytest.mark.parametrize(
    ("count", "is_question_form", "expected"),
    [
        (0, False, (Selection.ALL,)),
        (0, True, (Selection.ALL,)),
        (1, False, (Selection.ALL,)),
        (1, True, (Selection.ALL, Selection.SCORE)),
        (2, False, (Selection.ALL, Selection.MOST)),
        (2, True, (Selection.ALL, Selection.SCORE)),
        (3, True, (Selection.SCORE,)),
        (5, False, (Selection.ALL, Selection.MOST)),
        (6, False, (Selection.MOST,)),
    ],
)
def test_a_list_needs_all_words_then_most_and_a_question_a_share_of_the_best_score(
    count: int, is_question_form: bool, expected: tuple[Selection, ...]
) -> None:
    assert selections(Query("", words(count), is_question_form=is_question_form)) == expected


@pytest.mark.parametrize(
    ("count", "best", "expected"),
    [
        (2, 1, 1),
        (3, 2, 2),
        (5, 4, 3),
        (5, 2, 2),
        (5, 0, 1),
        (2, 2, 2),  # some page has both, but the filters leave none: facets show the matches without them
        (6, 6, 3),  # a question of six words
        (7, 7, 4),
    ],
)
def test_most_words_are_half_of_them_or_as_many_as_the_best_page_has(
    count: int, best: int, expected: int
) -> None:
    assert needed(Query("", words(count)), best) == expected


def test_exclusions_are_evaluated_last() -> None:
    excluded, phrase, tag = Not(Word("甲", "甲", "han")), Phrase("乙丙"), FacetTerm("tag", "丁")
    assert required_order(Query("", must=(excluded, phrase, tag))) == [phrase, tag, excluded]


def test_a_quoted_phrase_answers_a_question_and_a_tag_does_not() -> None:
    assert musts_match_alone(Query("", must=(Phrase("乙丙"),)))
    assert not musts_match_alone(Query("", must=(FacetTerm("tag", "丁"), Not(Phrase("乙丙")))))


@pytest.mark.parametrize(
    ("term", "kind", "pages", "expected"),
    [
        ("词", "han", 9_999, True),
        ("gpt-4", "compound", 9_999, True),
        ("rdp", "latin", 0, True),
        ("rdp", "latin", MAX_RARE_LATIN_PAGES, True),
        ("rdp", "latin", MAX_RARE_LATIN_PAGES + 1, False),
        ("no", "latin", 1, False),
        ("x", "latin", 0, False),
    ],
)
def test_a_latin_word_is_scanned_for_only_where_few_pages_have_it(
    term: str, kind: str, pages: int, expected: bool
) -> None:
    assert ScanBudget().allows(Word(term, term, kind), pages=pages) == expected


def test_words_after_the_scan_budget_match_as_terms_alone() -> None:
    budget = ScanBudget()
    for word in words(MAX_SUBSTRING_SCANS):
        assert isinstance(word, Word)
        assert budget.allows(word, pages=1)
        budget.spend(1)
    assert not budget.allows(Word("甲", "甲", "han"), pages=1)
