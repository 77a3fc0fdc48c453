"""Questions: answered by pages that share what is rare, wherever words are cut."""

from hypothesis import given
from hypothesis import strategies as st

from search.answering import WINDOW, nearness

TEXTS = st.text(st.sampled_from(list("民選縣長首從\n")), max_size=80)
PAIRS = st.dictionaries(
    st.text(st.sampled_from(list("民選縣長首從")), min_size=2, max_size=2), st.floats(0.1, 5), max_size=6
)


@given(TEXTS, PAIRS)
def test_nearness_is_the_best_of_all_windows(text: str, pairs: dict[str, float]) -> None:
    windows = (text[at : at + WINDOW + 2] for at in range(len(text) + 1))
    best = max(sum(said for pair, said in pairs.items() if pair in window) for window in windows)
    assert abs(nearness(text, pairs) - best) < 1e-9
