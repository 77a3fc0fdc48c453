"""Points for the words of a title, and for a passage with the bigrams of a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.search.ranking.constants import PASSAGE_CHARS, TITLE_COMPLETE
from zhsearch.search.ranking.proximity import passage_density, title_points

TEXTS = st.text(st.sampled_from(list("民選縣長首從甲乙丙\n")), max_size=80)
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
        ("docker 的安装", "安装"),
        ("在虚拟机里安装并且运行一个 docker", "docker 的安装"),
        ("在虚拟机里安装一个 docker", "在虚拟机里安装并且运行一个 docker"),
    ],
)
def test_a_title_closer_to_the_typed_words_gets_more_points(better: str, worse: str) -> None:
    words = ["安装", "docker"]
    assert title_points(words, better) > title_points(words, worse)


@given(st.lists(st.text(st.sampled_from("甲乙丙"), min_size=1, max_size=2), min_size=2, max_size=3), TEXTS)
def test_only_a_title_with_all_words_gets_points_and_more_if_in_order(words: list[str], title: str) -> None:
    rest, in_order = title, True
    for word in words:
        _, match, rest = rest.partition(word)
        in_order = in_order and bool(match)
    points = title_points(words, title)
    assert (points > 0) == all(word in title for word in words)
    assert (points > TITLE_COMPLETE) == in_order
