"""Points for words side by side in a title, and for a passage with the bigrams of a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.search.ranking.constants import PASSAGE_CHARS
from zhsearch.search.ranking.proximity import passage_density, title_proximity

TEXTS = st.text(st.sampled_from(list("民選縣長首從\n")), max_size=80)
BIGRAMS = st.dictionaries(
    st.text(st.sampled_from(list("民選縣長首從")), min_size=2, max_size=2), st.floats(0.1, 5), max_size=6
)


@given(TEXTS, BIGRAMS)
def test_passage_density_is_the_best_of_all_windows(text: str, bigrams: dict[str, float]) -> None:
    windows = (text[start : start + PASSAGE_CHARS + 2] for start in range(len(text) + 1))
    best = max(sum(weight for bigram, weight in bigrams.items() if bigram in window) for window in windows)
    assert abs(passage_density(text, bigrams) - best) < 1e-9


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("安装 docker 的步骤", "docker 的安装"),
        ("如何安装 docker", "安装一个 docker"),
        ("安装 docker", "如何安装 docker"),
        ("安装一个 docker", "安装"),
    ],
)
def test_a_title_closer_to_the_typed_words_gets_more_points(better: str, worse: str) -> None:
    words = ["安装", "docker"]
    assert title_proximity(words, better) > title_proximity(words, worse)


@given(st.lists(st.text(st.sampled_from("甲乙丙"), min_size=1, max_size=2), min_size=2, max_size=3), TEXTS)
def test_only_a_title_with_all_words_in_order_gets_points(words: list[str], title: str) -> None:
    rest, has_all = title, True
    for word in words:
        _, match, rest = rest.partition(word)
        has_all = has_all and bool(match)
    assert (title_proximity(words, title) > 0) == has_all
