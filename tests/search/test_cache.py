"""LruCache: the value that was put last under a key, and never more bytes than allowed."""

from hypothesis import given
from hypothesis import strategies as st

from zhsearch.search.cache import LruCache

STEPS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), st.integers(0, 1_100))), max_size=60
)


@given(STEPS)
def test_a_hit_is_the_value_put_last_under_its_key(steps: list[tuple[str, int | None]]) -> None:
    cache, model = LruCache[str, bytes](1_000), dict[str, bytes]()
    for key, size in steps:
        if size is None:
            assert cache.get(key) in (None, model.get(key))
        else:
            cache.put(key, bytes(size), size)
            if size <= 1_000:
                model[key] = bytes(size)
                assert cache.get(key) == model[key]
        cached = [cache.get(key) for key in model]
        assert sum(len(value) for value in cached if value) <= 1_000


def test_the_least_recently_used_is_evicted_first() -> None:
    cache = LruCache[str, int](3)
    for key in "abc":
        cache.put(key, 1, 1)
    cache.get("a")
    cache.put("d", 1, 1)
    assert [key for key in "abcd" if cache.get(key)] == ["a", "c", "d"]


def test_a_cache_of_no_bytes_caches_nothing() -> None:
    cache = LruCache[str, int](0)
    cache.put("a", 1, 1)
    assert cache.get("a") is None
