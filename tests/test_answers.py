"""Kept answers: never another generation's, never more bytes than allowed."""

from hypothesis import given
from hypothesis import strategies as st

from search.answers import Answers

STEPS = st.lists(
    st.tuples(
        st.sampled_from("12"), st.sampled_from("abcdef"), st.one_of(st.none(), st.binary(max_size=900))
    ),
    max_size=60,
)


@given(STEPS)
def test_what_is_found_was_kept_last_for_the_same_generation_and_question(
    steps: list[tuple[str, str, bytes | None]],
) -> None:
    answers, kept, now = Answers(3_000), dict[str, bytes](), ""
    for generation, asked, body in steps:
        if body is None:
            found = answers.get(generation, asked)
            assert found is None or (generation == now and found == kept[asked])
        else:
            kept = kept if generation == now else {}
            now, kept[asked] = generation, body
            answers.put(generation, asked, body)
            assert answers.get(generation, asked) == body
        assert sum(map(len, answers._bodies.values())) <= 3_000


def test_the_answer_asked_for_longest_ago_goes_first() -> None:
    answers = Answers(3_000)
    for asked in "ab":
        answers.put("1", asked, bytes(1_000))
    answers.get("1", "a")
    answers.put("1", "c", bytes(1_000))
    assert [asked for asked in "abc" if answers.get("1", asked)] == ["a", "c"]


def test_nothing_is_kept_where_nothing_may_be() -> None:
    answers = Answers(0)
    answers.put("1", "a", b"x")
    assert answers.get("1", "a") is None
