"""Boosts of folders and tags, as the settings, the notices and both engines read them."""

import pytest

from zhsearch.index.boosts import BoostRules, read_boosts


@pytest.mark.parametrize(
    ("path", "tags", "expected"),
    [
        ("posts/news/a.md", (), 3.0),
        ("posts/a.md", (), 2.0),
        ("other/a.md", (), 1.0),
        ("posts", (), 1.0),
        ("other/a.md", ("教程",), 0.5),
        ("posts/a.md", ("ＡＩ", "教程", "无"), 2.0 * 0.5 * 4.0),
        ("posts/a.md", ("教程", "教程"), 2.0 * 0.5),
    ],
)
def test_the_innermost_folder_counts_and_all_tags(path: str, tags: tuple[str, ...], expected: float) -> None:
    rules = BoostRules({"posts": 2.0, "posts/news": 3.0, "tag:教程": 0.5, "tag:ai": 4.0})
    assert rules.factor(path, tags) == expected


def test_a_folder_may_be_a_pattern() -> None:
    rules = BoostRules({"docs/*": 2.0, "docs/v1": 3.0})
    assert rules.factor("docs/v2/a.md", ()) == 2.0
    assert rules.factor("docs/v1/a.md", ()) == 3.0
    assert rules.factor("docs/a.md", ()) == 1.0


def test_boosts_that_match_no_page_are_named_in_their_order() -> None:
    rules = BoostRules({"new": 2.0, "news": 2.0, "tag:旧": 2.0, "tag:Ai": 2.0, "docs/*": 2.0})
    assert rules.unmatched(["news/a.md", "docs/a.md"], ["AI"]) == ["new", "tag:旧", "docs/*"]


def test_no_boosts_are_falsy() -> None:
    assert not BoostRules({})
    assert BoostRules({"news": 1.0})


def test_boosts_are_read_from_a_table_or_a_line() -> None:
    expected = {"posts/news": 1.5, "tag:教程": 2.0}
    assert read_boosts("posts/news=1.5, tag:教程=2") == expected
    assert read_boosts({"/posts/news/": 1.5, "tag:教程": "2"}) == expected
    assert read_boosts("") == {}


@pytest.mark.parametrize(
    "value",
    [
        "posts", "{posts=2}", 3, {"posts": True}, {"posts": 20}, {"posts": "much"}, {"tag:": 2}, {"": 2},
        {"lang:zh": 2}, {"posts": 0}, {"posts": None},
    ],
)  # fmt: skip
def test_a_boost_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"^(is not|has|cannot be read)"):
        read_boosts(value)
