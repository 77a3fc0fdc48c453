"""What is kept: what was put last, and never more bytes than allowed."""

from hypothesis import given
from hypothesis import strategies as st

from zhsearch.search.cache import LruCache

STEPS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), st.integers(0, 1_100))), max_size=60
)


@given(STEPS)
def test_what_is_found_was_kept_last_under_its_key(steps: list[tuple[str, int | None]]) -> None:
    kept, model = LruCache[str, bytes](1_000), dict[str, bytes]()
    for key, size in steps:
        if size is None:
            assert kept.get(key) in (None, model.get(key))
        else:
            kept.put(key, bytes(size), size)
            if size <= 1_000:
                model[key] = bytes(size)
                assert kept.get(key) == model[key]
        held = [kept.get(key) for key in model]
        assert sum(len(value) for value in held if value) <= 1_000


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    kept = LruCache[str, int](3)
    for key in "abc":
        kept.put(key, 1, 1)
    kept.get("a")
    kept.put("d", 1, 1)
    assert [key for key in "abcd" if kept.get(key)] == ["a", "c", "d"]


def test_nothing_is_kept_where_nothing_may_be() -> None:
    kept = LruCache[str, int](0)
    kept.put("a", 1, 1)
    assert kept.get("a") is None
