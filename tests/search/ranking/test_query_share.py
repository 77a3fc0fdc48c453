"""What share of a query its words are worth, and which hits name the words that they lack."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.search.query import And, Or, Phrase, Query, Word
from zhsearch.search.ranking import clause_shares, constants, is_weak, names_missing, naming_clauses


def word(text: str) -> Word:
    return Word(text, text, "han")


def test_a_rare_word_and_a_long_one_are_worth_more() -> None:
    common, rare = clause_shares(Query("", (word("网络"), word("纠缠"))), [900, 2], 1000)
    assert rare > 0.6 > 0.4 > common
    on_every_page, _ = clause_shares(Query("", (word("网络"), word("纠缠"))), [1, 0], 1)
    assert not is_weak(on_every_page)  # as most words are on a site of one page
    short, long = clause_shares(Query("", (word("思"), word("数据中心"))), [10, 10], 1000)
    assert long == pytest.approx(0.65)
    assert short == pytest.approx(0.35)


def test_a_long_unknown_word_does_not_outweigh_the_rest() -> None:
    shares = clause_shares(Query("", (word("算力"), word("nonexistent-operator-sdk"))), [2, 0], 3)
    assert shares[0] > constants.MIN_QUERY_SHARE


def test_alternatives_are_as_wide_as_the_widest_and_a_latin_letter_is_half_a_character() -> None:
    either = Or((word("服务网格"), And((word("服务"), word("网格")))))
    assert clause_shares(Query("", (either, word("kubernet"))), [5, 5], 100) == [0.5, 0.5]


def test_other_writings_and_the_text_around_a_sign_do_not_widen_a_word() -> None:
    typed = Phrase("git rebase -i", quoted=False, weight=6.0)
    query = Query(
        "", (Or((word("git"), typed, Word("gitlab-ce", "gitlab-ce", "latin", weight=0.4))), word("svn"))
    )
    assert clause_shares(query, [5, 5], 100) == [0.5, 0.5]


def test_what_a_segmenter_leaves_of_a_text_that_no_page_has_is_no_match() -> None:
    shares = clause_shares(Query("", (word("低头"), word("思"), word("故乡"))), [0, 330, 0], 2000)
    assert shares[1] < constants.MIN_QUERY_SHARE


def test_one_of_two_equal_words_is_no_weak_hit_and_one_of_three_is() -> None:
    assert not is_weak(clause_shares(Query("", (word("火锅"), word("麻辣"))), [5, 5], 100)[0])
    third = clause_shares(Query("", (word("火锅"), word("麻辣"), word("底料"))), [5, 5, 5], 100)[0]
    assert third > constants.MIN_QUERY_SHARE
    assert is_weak(third)


def test_only_the_hits_of_questions_do_not_name_missing_words() -> None:
    two, three, six = (tuple(map(word, "甲乙丙丁戊己"[:count])) for count in (2, 3, 6))
    assert names_missing(Query("", six))
    assert names_missing(Query("", two, is_question_form=True))  # all words are asked for first
    assert not names_missing(Query("", three, is_question_form=True))


@given(
    st.lists(st.tuples(st.text("思a", min_size=1, max_size=9), st.integers(0, 99)), min_size=1, max_size=9)
)
def test_shares_are_positive_and_add_up_to_one(words: list[tuple[str, int]]) -> None:
    shares = clause_shares(
        Query("", tuple(word(text) for text, _ in words)), [count for _, count in words], 99
    )
    assert min(shares) > 0
    assert sum(shares) == pytest.approx(1)


def test_a_title_names_a_page_with_more_than_half_of_the_query() -> None:
    two, three = (Query("", tuple(map(word, "甲乙丙"[:count]))) for count in (2, 3))
    assert naming_clauses(two, [0.4, 0.6]) == [(1,)]
    assert naming_clauses(two, [0.5, 0.5]) == []  # neither is the thing that is asked for
    assert naming_clauses(three, [0.2, 0.3, 0.5]) == [(0, 2), (1, 2)]
    assert naming_clauses(three, [0.1, 0.6, 0.3]) == [(1,)]


def test_no_title_names_the_page_of_a_question_or_of_a_long_list() -> None:
    shares = [0.9, 0.02, 0.02, 0.02, 0.02, 0.02]
    assert naming_clauses(Query("", tuple(map(word, "甲乙丙丁戊己"))), shares) == []
    assert (
        naming_clauses(Query("", tuple(map(word, "甲乙丙")), is_question_form=True), [0.9, 0.05, 0.05]) == []
    )
