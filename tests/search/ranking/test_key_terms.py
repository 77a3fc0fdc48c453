"""The words that represent a page."""

from zhsearch.search.ranking.constants import MAX_KEY_TERMS
from zhsearch.search.ranking.key_terms import key_terms


def test_rare_and_frequent_words_represent_a_page_before_others() -> None:
    words = [("常见", 3), ("罕见", 3), ("罕用", 1)]
    assert [term for term, _ in key_terms(words, [40, 2, 2], 100)] == ["罕见", "罕用", "常见"]


def test_words_of_no_other_page_or_of_most_pages_are_no_key_terms() -> None:
    words = [("独有", 3), ("共有", 3), ("半数", 3), ("多数", 3)]
    assert [term for term, _ in key_terms(words, [1, 2, 51, 52], 100)] == ["共有", "半数"]


def test_the_number_of_key_terms_is_limited() -> None:
    words = [(f"词{number}", 1) for number in range(2 * MAX_KEY_TERMS)]
    assert len(key_terms(words, [2] * len(words), 100)) == MAX_KEY_TERMS
